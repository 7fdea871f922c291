"""The request half of an interaction: an example for the provider's tests, made ready to be sent to the real service.

Without rules the contract means it to the letter. A value under a rule, or one that a generator makes afresh, is an
example. What the provider's test code would have supplied (a value of the provider state) the config has to know.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.headers import is_credential, safe_headers, value_of, with_accept, withheld
from driftwatch.mocks.asking.requests import (
    Target,
    encode_query,
    encode_query_text,
    parse_query,
    split_target,
    without_secrets,
)
from driftwatch.mocks.formats.pact.body import Body, BodyKind, read_bodies
from driftwatch.mocks.formats.pact.generators import Outcome, fill, fill_body
from driftwatch.mocks.formats.pact.half import Half
from driftwatch.mocks.formats.pact.placeholders import fill_path, left_open
from driftwatch.mocks.formats.pact.recheck import violations
from driftwatch.mocks.formats.pact.rules import RuleSet
from driftwatch.mocks.formats.pact.sections import Sections, read_generators, read_rules
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.fields import Object, as_list, as_text
from driftwatch.model.interaction import Grade, Header, Query, Request
from driftwatch.model.route import path_template

_SHAPES_THE_ANSWER: Final = frozenset({"accept", "content-type"})
"""Rules on these only say that a parameter may be added; the example is what clients send."""


class _Draft(Struct):
    """A request on its way: its parts, and what had to be decided."""

    path: str
    template: str
    query: Query
    raw_query: str
    headers: tuple[Header, ...]
    body: bytes | None
    examples: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_request(half: Half, known: Mapping[str, str], answer: tuple[Header, ...]) -> tuple[Request, list[str]]:
    """The request and what a reader should know of it. ``known``: values of the provider state. Raises ``Refusal``."""
    rules, generators = read_rules(half), read_generators(half)
    body = read_bodies(half)[0]
    target = split_target(half.text("path") or "/")
    query, raw_query = _query(half.fields.get("query"), target, *half.steps, "query")
    headers = _with_media_type(half.headers, body)
    draft = _Draft(target.path, "", query, raw_query, headers, body.content or None)
    _apply_rules(draft, rules)
    variables = half.document.options.variables
    _apply_generators(draft, body, generators, variables, known)
    path, template, names = fill_path(draft.path, variables)
    draft.path, draft.template = path, path_template(draft.template or template)
    draft.missing += names
    method = (half.text("method") or "GET").upper()
    return _finish(draft, method, answer)


def _finish(draft: _Draft, method: str, answer: tuple[Header, ...]) -> tuple[Request, list[str]]:
    target, secrets = without_secrets(Target(draft.path, draft.raw_query))
    notes = [f"needs credentials from the config: {name}" for name in withheld(draft.headers)]
    notes += [f"the credential `{name}` of the query is not sent" for name in secrets]
    headers = with_accept(safe_headers(draft.headers), answer)
    grade, reason = _grade(draft, target, headers)
    request = Request(
        method=method,
        path=target.path,
        path_template=draft.template,
        query=target.query,
        raw_query=target.raw_query,
        headers=headers,
        body=draft.body,
        grade=grade,
        reason=reason,
        asks_credentials=bool(notes),
    )
    return request, [*notes, *draft.notes]


def _is_name(missing: str) -> bool:
    """Whether it is a variable's name, and no description of what is missing."""
    return missing.isidentifier()


def _grade(draft: _Draft, target: Target, headers: tuple[Header, ...]) -> tuple[Grade, str]:
    body = draft.body.decode("utf-8", "replace") if draft.body else ""
    missing = [*draft.missing, *left_open(target.path, target.raw_query, body, *(value for _, value in headers))]
    if missing:
        names = tuple(dict.fromkeys(missing))
        them = "; give it one in `variables`" if len(names) == 1 else "; give them one each in `variables`"
        return Grade.NEEDS_INPUT, f"needs a value for {', '.join(names)}{them if all(map(_is_name, names)) else ''}"
    if draft.examples:
        return Grade.EXAMPLE, f"an example of what the contract allows: {', '.join(dict.fromkeys(draft.examples))}"
    return Grade.EXACT, ""


def _query(value: object, target: Target, *steps: Step) -> tuple[Query, str]:
    """Pairs and the raw query: text up to version 2, a name with its decoded values from version 3 on."""
    if isinstance(value, dict):
        pairs = tuple(
            (name, as_text(one, *steps, name))
            for name, shown in value.items()
            for one in (as_list(shown, *steps, name) if isinstance(shown, list) else [shown])
        )
        return pairs, encode_query(pairs)
    raw = encode_query_text(as_text(value, *steps).removeprefix("?")) or target.raw_query
    return parse_query(raw), raw


def _with_media_type(headers: tuple[Header, ...], body: Body) -> tuple[Header, ...]:
    """The body's own media type, where no header states it: the provider's verification sends it as well."""
    if not body.content or value_of(headers, "content-type"):
        return headers
    media_type = body.media_type or ("application/json" if body.kind is BodyKind.JSON else "")
    return (*headers, ("Content-Type", media_type)) if media_type else headers


def _apply_rules(draft: _Draft, rules: Sections[RuleSet]) -> None:
    for part, value, rule_set in _ruled(draft, rules):
        draft.examples.append(part)
        if violations(rule_set, value):
            draft.notes.append(f"{part} of the example does not satisfy the contract's own rule")
    if any(not rule_set.is_literal for _, rule_set in rules.body) and draft.body:
        draft.examples.append("the body")


def _ruled(draft: _Draft, rules: Sections[RuleSet]) -> Iterator[tuple[str, str, RuleSet]]:
    """The parts of the example that stand under a rule."""
    path = rules.of("path")
    if path is not None and not path.is_literal:
        yield "the path", draft.path, path
    for name, value in draft.query:
        rule_set = rules.of("query", name)
        if rule_set is not None and not rule_set.is_literal:
            yield f"the query parameter `{name}`", value, rule_set
    for name, value in draft.headers:
        rule_set = rules.of("header", name)
        is_sent = name.lower() not in _SHAPES_THE_ANSWER and not is_credential(name, value)
        if is_sent and rule_set is not None and not rule_set.is_literal:
            yield f"the header `{name}`", value, rule_set


def _apply_generators(
    draft: _Draft, body: Body, generators: Sections[Object], variables: Mapping[str, str], known: Mapping[str, str]
) -> None:
    if (generator := generators.of("path")) is not None:
        outcome = fill(generator, draft.path, variables, known)
        draft.path = split_target(outcome.value).path
        draft.template = outcome.template
        _note(draft, "the path", outcome)
    draft.query = tuple(_generated(draft, draft.query, "query", generators, variables, known))
    if generators.named.get("query"):
        draft.raw_query = encode_query(draft.query)
    draft.headers = tuple(_generated(draft, draft.headers, "header", generators, variables, known))
    if generators.body and draft.body:
        content, outcomes = fill_body(body, generators.body, variables, known)
        draft.body = content
        for path, outcome in outcomes:
            _note(draft, f"`{path}` in the body", outcome)


def _generated(
    draft: _Draft,
    pairs: tuple[tuple[str, str], ...],
    section: str,
    generators: Sections[Object],
    variables: Mapping[str, str],
    known: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        generator = generators.of(section, name)
        if generator is None or is_credential(name, value):
            yield name, value
            continue
        outcome = fill(generator, value, variables, known)
        _note(draft, f"the {section} `{name}`", outcome)
        yield name, outcome.value


def _note(draft: _Draft, part: str, outcome: Outcome) -> None:
    draft.missing += outcome.missing
    if outcome.is_example:
        draft.examples.append(part)
