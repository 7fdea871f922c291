"""The answer half of an interaction: one expectation for each status and each reading of the body it allows."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.pact.body import Body, BodyKind, read_bodies
from driftwatch.mocks.formats.pact.claims import claims_of, claims_of_text, unknown_rules
from driftwatch.mocks.formats.pact.half import Half
from driftwatch.mocks.formats.pact.places import Branch, plant
from driftwatch.mocks.formats.pact.rules import Kind, RuleSet
from driftwatch.mocks.formats.pact.sections import Sections, read_generators, read_rules
from driftwatch.mocks.text.fields import Object, as_status
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_USUAL: Final = 200
_EXACT: Final = (Matcher("", MatcherKind.EXACT),)


def read_answers(half: Half, state: str) -> tuple[tuple[Expectation, ...], list[str]]:
    """The variants of an answer, and what a reader should know of them. Raises ``Refusal``."""
    rules, generators = read_rules(half), read_generators(half)
    status = as_status(half.fields.get("status"), *half.steps, "status") or _USUAL
    bodies = read_bodies(half)
    headers = _with_media_type(half.headers, bodies[0])
    others = _other_statuses(status, rules.of("status"))
    notes = list(_notes(bodies[0], headers, rules, generators))
    if others:
        notes.append(f"a rule allows {len(others)} other statuses")
    grown: Branch[Object] = Branch()
    for path, generator in generators.body:
        grown.add(path, generator)
    planted = plant(rules.body)
    readings = [
        Expectation(status, headers, body.content, _claims(body, planted, grown), note=state) for body in bodies
    ]
    return tuple(variant for code in (status, *others) for variant in _with_status(code, readings)), notes


def _with_media_type(headers: tuple[Header, ...], body: Body) -> tuple[Header, ...]:
    """The media type that version 4 states beside the body, where no header does: it is as much of a promise."""
    is_stated = bool(body.content and body.media_type) and not value_of(headers, "content-type")
    return (*headers, ("Content-Type", body.media_type)) if is_stated else headers


def _with_status(status: int, readings: list[Expectation]) -> list[Expectation]:
    if has_no_body("", status):
        return [replace(readings[0], status=status, body=None, matchers=())]
    return [replace(reading, status=status) for reading in readings]


def _claims(body: Body, rules: Branch[RuleSet], generators: Branch[Object]) -> tuple[Matcher, ...]:
    match body.kind:
        case BodyKind.JSON:
            return claims_of(body.value, rules, generators)
        case BodyKind.TEXT:
            return claims_of_text(rules, str(body.value))
        case BodyKind.BYTES:
            return _EXACT if rules.said is None else ()
        case BodyKind.NONE | BodyKind.MARKUP | BodyKind.FIELDS:
            return ()


def _other_statuses(status: int, rule_set: RuleSet | None) -> tuple[int, ...]:
    """The statuses that a rule allows beside the example's."""
    rules = rule_set.rules if rule_set else ()
    allowed = {code for rule in rules if rule.kind is Kind.STATUS_CODE for code in rule.statuses}
    return tuple(sorted(allowed - {status}))


def _notes(
    body: Body, headers: tuple[Header, ...], rules: Sections[RuleSet], generators: Sections[Object]
) -> Iterator[str]:
    for name in unknown_rules(rule_set for _, rule_set in rules.body):
        yield f"what the rule `{name}` speaks of is not judged: it is not known here"
    for path in rules.unread:
        yield f"a rule is left out: `{path}` is no path of a body, header or status"
    if body.kind in (BodyKind.MARKUP, BodyKind.FIELDS) and rules.body:
        yield f"the body is {body.kind.value}: its rules are not applied, and only its media type is compared"
    if any(rule.kind is Kind.ARRAY_CONTAINS for _, rule_set in rules.body for rule in rule_set.rules):
        yield "of a list that must contain certain items it is only checked that it is not empty"
    for name, _ in headers:
        if name.lower() == "content-type":
            continue
        if rules.of("header", name) is not None or generators.of("header", name) is not None:
            yield f"the value of the header `{name}` is an example; that it comes is the promise"
