"""From a route and a response's rules to requests that get this response."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.candidates import Asked, Candidate, content_type_of
from driftwatch.mocks.formats.mockoon.paths import Filled, RoutePath
from driftwatch.mocks.formats.mockoon.rules import Rule, steps_of
from driftwatch.mocks.formats.mockoon.schema import Response, Route
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header

_INVENTED: Final = "x"
"""A value where any will do."""
_CANDIDATES: Final = 12
_FARTHEST: Final = 20
"""Position of the last item a list is padded for."""


class Known(Struct, frozen=True):
    """Values for the parameters of a path."""

    variables: Mapping[str, str]
    """The team's own."""
    answer: Mapping[str, str] = field(default_factory=dict)
    """Scalars of the response's own body by their plain names."""

    def value(self, name: str, *, is_last: bool) -> tuple[str, str]:
        """A parameter's value and where it comes from; empty if there is none."""
        if name in self.variables:
            return self.variables[name], "the config"
        text = self.answer.get(plain(name)) or (self.answer.get("id", "") if is_last else "")
        return (text, "the response's own body") if text else ("", "")


def plain(name: str) -> str:
    """A name without what spellings differ in."""
    return name.replace("_", "").replace("-", "").lower()


def identifiers(body: object) -> dict[str, str]:
    """The scalars of a response's own body by their plain names: where an identifier in the path may be found."""
    if not isinstance(body, dict):
        return {}
    scalars = {name: str(value) for name, value in body.items() if type(value) in (str, int)}
    return {plain(name): text for name, text in scalars.items() if 0 < len(text) <= _LONGEST}


_LONGEST: Final = 100


class _Draft(Struct):
    """A request on its way to satisfying rules."""

    method: str
    parameters: dict[str, str] = field(default_factory=dict)
    query: list[Header] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    text: str | None = None
    document: object = None
    """The body as JSON; ``None`` if it is not JSON."""
    is_exact: bool = True

    def satisfy(self, rule: Rule) -> None:
        """Add what a rule wants. Raises ``Refusal`` if no value is known."""
        if rule.is_templated:
            raise Refusal(f"a template decides about the {rule.target}")
        if not rule.is_tellable:
            return
        if rule.is_inverted:
            if rule.operator == "null":
                self._put(rule, _INVENTED)
                self.is_exact = False
            return
        match rule.operator:
            case "null":
                return
            case "equals":
                self._put(rule, rule.value)
            case "regex" | "regex_i":
                self.is_exact = False
                self._put(rule, next(patterns.parse(rule.value).candidates(), rule.value))
            case "array_includes" | "empty_array" if rule.target in ("body", "query"):
                self._put(rule, [rule.value] if rule.operator == "array_includes" else [])
            case _:
                raise Refusal(f"no value is known that satisfies {rule.operator} for the {rule.target}")

    def _put(self, rule: Rule, value: str | list[str]) -> None:
        name, texts = rule.modifier, value if isinstance(value, list) else [value]
        match rule.target:
            case "params" if name.isidentifier():
                self.parameters[name] = texts[0]
            case "header" if name:
                self.headers.append((name, texts[0]))
            case "cookie" if name:
                self.headers.append(("Cookie", f"{name}={texts[0]}"))
            case "method":
                self.method = texts[0].upper()
            case "query" if name and not name.startswith("$"):
                key = "".join(f"[{step}]" if i else step for i, step in enumerate(steps_of(name)))
                self.query += [(f"{key}[]" if isinstance(value, list) else key, text) for text in texts]
            case "body" if not name:
                self.text = texts[0] or None
            case "body" if name.startswith("$"):
                self.document = json_paths.parse(name).build(self.document, value)
            case "body":
                self.document = _grown(self.document, steps_of(name), value)
            case "path":
                return
            case _:
                raise Refusal(f"a rule about the {rule.target} that no request is known for")

    @property
    def body(self) -> str | None:
        return self.text if self.document is None else json_text.encode(self.document)


def _grown(document: object, steps: list[str], value: object) -> object:
    """A document with ``value`` at the end of ``steps``, and as little else as needed."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.isdecimal() and not isinstance(document, dict):
        index = int(step) if len(step) < 5 else _FARTHEST + 1
        if index > _FARTHEST:
            raise Refusal("a rule about a far item of the body")
        items = list(document) if isinstance(document, list) else []
        items += [{}] * (index + 1 - len(items))
        items[index] = _grown(items[index], rest, value)
        return items
    members = dict(document) if isinstance(document, dict) else {}
    members[step] = _grown(members.get(step), rest, value)
    return members


def candidates(route: Route, path: RoutePath, response: Response, known: Known) -> Iterator[Candidate]:
    """Requests that may get this response, the likeliest first; the caller asks the rules whether they do."""
    for count, rules in enumerate(_branches(response)):
        if count >= _CANDIDATES:
            return
        yield _candidate(route, path, rules, known)


def _branches(response: Response) -> Iterator[tuple[Rule, ...]]:
    """Sets of rules of which one has to hold; a default also comes if none does."""
    if response.needs_all and response.rules:
        yield response.rules
    else:
        yield from ((rule,) for rule in sorted(response.rules, key=lambda rule: not rule.is_tellable))
    if response.is_default or not response.rules:
        yield ()


def _candidate(route: Route, path: RoutePath, rules: tuple[Rule, ...], known: Known) -> Candidate:
    several = route.method in ("all", "")
    draft = _Draft("GET" if several else route.method.upper())
    reasons = [f"several methods are answered, {draft.method} was chosen"] if several else []
    try:
        for rule in rules:
            draft.satisfy(rule)
    except Refusal as refusal:
        filled = path.fill({})
        return Candidate(Asked(draft.method, filled.path), Grade.UNRESOLVABLE, (refusal.reason,), filled.template)
    if any(rule.target == "method" for rule in rules):
        reasons = []
    if not draft.is_exact:
        reasons.append("values were chosen that the response's rules accept")
    asked = Asked(draft.method, "/", tuple(draft.query), _headers(draft), draft.body)
    base = Candidate(asked, Grade.CHOSEN if reasons else Grade.EXACT, tuple(reasons))
    if cookies := [rule.modifier for rule in rules if rule.target == "cookie" and asked.header("Cookie")]:
        # without it the same request gets another response, as the mock itself says
        base = base.weakened(Grade.NEEDS_INPUT, f"the cookie `{cookies[0]}` decides, and no cookie of a mock is sent")
    return _with_path(base, path, draft.parameters, known)


def _headers(draft: _Draft) -> tuple[Header, ...]:
    media_type = "application/json" if draft.document is not None else content_type_of(draft.text or "")
    if not media_type or any(name.lower() == "content-type" for name, _ in draft.headers):
        return tuple(draft.headers)
    return (*draft.headers, ("Content-Type", media_type))


def _with_path(base: Candidate, path: RoutePath, wanted: Mapping[str, str], known: Known) -> Candidate:
    """The path with its parameters filled in: by rules, by the config, by the response's own body."""
    values, sources = dict(wanted), {}
    blank = path.fill({}, frozenset(wanted))
    for name in blank.missing:
        if name not in values:
            value, source = known.value(name, is_last=blank.template.endswith(f"{{{name}}}"))
            if value:
                values[name], sources[name] = value, source
    filled = path.fill(values, frozenset(wanted))
    candidate = replace(base, asked=replace(base.asked, path=filled.path), template=_template(filled))
    for name, source in sources.items():
        candidate = candidate.weakened(Grade.CHOSEN, f"the path parameter `{name}` was taken from {source}")
    if path.is_catch_all:
        return candidate.weakened(Grade.UNRESOLVABLE, "the route answers every path")
    if filled.missing:
        return candidate.weakened(Grade.NEEDS_INPUT, _missing(filled.missing))
    if path.is_old:
        return candidate.weakened(Grade.CHOSEN, "one path that the route's pattern matches")
    return candidate.weakened(Grade.CHOSEN, "the path without its optional parts") if filled.is_chosen else candidate


def _missing(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in names)
    if len(names) > 1:
        return f"the path parameters {shown} have no value; give them one in `variables`"
    return f"the path parameter {shown} has no value; give it one in `variables`"


def _template(filled: Filled) -> str:
    return filled.template if "{" in filled.template else ""
