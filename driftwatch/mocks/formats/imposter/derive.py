"""From an Imposter resource to requests that it answers, the likeliest first."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking import json_paths
from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import safe_headers
from driftwatch.mocks.asking.named_paths import Known
from driftwatch.mocks.asking.requests import encode_path, encode_query, encode_segment
from driftwatch.mocks.formats.imposter.conditions import Condition, Place
from driftwatch.mocks.formats.imposter.pattern import RequestPattern, json_values
from driftwatch.mocks.formats.imposter.placeholders import open_placeholder
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header

_CANDIDATES: Final = 6
_POINTLESS: Final = "its path is parameters alone and it asks for nothing else, so Imposter 5 never gives it"
_IN_BODY: Final = (Place.BODY, Place.JSON, Place.XML, Place.FORM)


class _Draft(Struct):
    """A request on its way to satisfying conditions."""

    method: str
    parameters: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    text: str = ""
    document: object = None
    """The body as JSON; ``None`` if it is not JSON."""
    route: str = ""
    """A path that a condition asks for."""
    is_exact: bool = True

    @property
    def body(self) -> str:
        """The body so far."""
        if self.document is not None:
            return json_text.encode(self.document)
        return encode_query(self.form.items()) if self.form else self.text

    def satisfy(self, condition: Condition) -> None:
        """Add what a condition wants, unless it is satisfied already. Raises ``Refusal`` if no value is known."""
        if condition.place is Place.MEMORY:
            raise Refusal(f"the mock's own memory decides: {condition.name[:80]}")
        if condition.place is Place.XML:
            raise Refusal("an XPath decides about the body")
        if any(condition.holds(text) for text in self._present(condition)):
            return
        value = next((text for text in condition.proposals() if condition.holds(text) is not False), None)
        if value is None:
            raise Refusal(f"no value is known that satisfies {condition.operator} for the {condition.place.value}")
        self.is_exact = self.is_exact and condition.is_exact
        self._put(condition, value)

    def _present(self, condition: Condition) -> list[str]:
        name = condition.name
        match condition.place:
            case Place.QUERY:
                return [self.query.get(name, "")]
            case Place.HEADER:
                return [next((text for key, text in self.headers.items() if key.lower() == name.lower()), "")]
            case Place.FORM:
                return [self.form.get(name, "")]
            case Place.PATH:
                return [self.parameters.get(name, "")]
            case Place.JSON:
                return (json_values(self.body, name) or []) if self.document is not None else []
            case Place.METHOD:
                return [self.method]
            case Place.ROUTE:
                return [self.route]
            case _:
                return [self.body]

    def _put(self, condition: Condition, value: str) -> None:
        name = condition.name
        match condition.place:
            case Place.QUERY:
                self.query[name] = value
            case Place.HEADER:
                self.headers[name] = value
            case Place.FORM:
                self.form[name] = value
            case Place.PATH:
                self.parameters[name] = value
            case Place.JSON:
                leaf = json_text.decode(value) if condition.is_literal and condition.is_exact else value
                self.document = json_paths.parse(name).build(self.document, leaf)
            case Place.BODY:
                self.text = value
            case Place.METHOD:
                self.method = value.upper()
            case Place.ROUTE:
                self.route = value
            case _:
                raise Refusal(f"a condition about the {condition.place.value} that no request is known for")


def candidates(pattern: RequestPattern, known: Known) -> Iterator[Candidate]:
    """Requests for a resource; at least one, if only to say why nothing can be sent."""
    if not pattern.score and pattern.segments:
        yield Candidate(Asked(pattern.method or "GET", _shown(pattern)), Grade.UNRESOLVABLE, (_POINTLESS,))
        return
    found = False
    for wanted in islice(_branches(pattern), _CANDIDATES):
        candidate = _candidate(pattern, wanted, known)
        truth = pattern.answers(candidate.asked) if candidate.grade.is_sendable else None
        if truth is False:
            continue
        found = True
        if truth is None and candidate.grade.is_sendable:
            reason = "a condition of the resource could not be checked against this request"
            candidate = candidate.weakened(Grade.CHOSEN, reason)
        yield candidate
    if not found:
        reason = "no request was found that the resource's own conditions accept"
        yield Candidate(Asked(pattern.method or "GET", _shown(pattern)), Grade.UNRESOLVABLE, (reason,))


def _branches(pattern: RequestPattern) -> Iterator[tuple[Condition, ...]]:
    """Sets of conditions of which one has to hold."""
    for turn in range(max(map(len, pattern.choices), default=1)):
        chosen = tuple(group[min(turn, len(group) - 1)] for group in pattern.choices)
        yield tuple(sorted((*pattern.conditions, *chosen), key=lambda condition: condition.rank))


def _candidate(pattern: RequestPattern, wanted: tuple[Condition, ...], known: Known) -> Candidate:
    has_body = any(condition.place in _IN_BODY for condition in wanted)
    draft = _Draft(pattern.method or ("POST" if has_body else "GET"))
    reasons = [] if pattern.method else [f"any method is answered, {draft.method} was chosen"]
    try:
        for condition in wanted:
            draft.satisfy(condition)
        body = draft.body
    except (Refusal, RecursionError) as problem:
        reason = getattr(problem, "reason", "a body nested too deeply")
        return Candidate(Asked(draft.method, _shown(pattern)), Grade.UNRESOLVABLE, (reason,))
    if any(condition.place is Place.METHOD for condition in wanted):
        reasons = []
    if not draft.is_exact:
        reasons.append("values were chosen that the resource's conditions accept")
    asked = Asked(draft.method, draft.route or "/", tuple(draft.query.items()), _headers(draft, body), body or None)
    base = Candidate(asked, Grade.CHOSEN if reasons else Grade.EXACT, tuple(reasons))
    return _checked(base if draft.route else _with_path(base, pattern, draft.parameters, known))


def _headers(draft: _Draft, body: str) -> tuple[Header, ...]:
    headers = tuple(draft.headers.items())
    if not body or any(name.lower() == "content-type" for name in draft.headers):
        return headers
    media_type = FORM if draft.form and draft.document is None else content_type_of(body)
    return (*headers, ("Content-Type", media_type)) if media_type else headers


def _shown(pattern: RequestPattern) -> str:
    return encode_path(f"/{pattern.path.removeprefix('/')}")


def _with_path(base: Candidate, pattern: RequestPattern, wanted: Mapping[str, str], known: Known) -> Candidate:
    """The path with its parameters filled in: by conditions, by the config, by the resource's own answer."""
    if unknown := open_placeholder(pattern.path):
        return replace(base, asked=replace(base.asked, path=_shown(pattern))).weakened(Grade.NEEDS_INPUT, unknown)
    values, sources, missing = dict(wanted), dict[str, str](), list[str]()
    for segment in pattern.segments:
        for name in segment.names:
            if name not in values:
                value, source = known.value(name, is_last=segment is pattern.segments[-1])
                if value:
                    values[name], sources[name] = value, source
                else:
                    missing.append(name)
    template = _written(pattern, {name: f"{{{name}}}" for name in pattern.names}) if pattern.names else ""
    places = {name: encode_segment(values[name]) if name in values else f"%7B{name}%7D" for name in pattern.names}
    asked = replace(base.asked, path=_written(pattern, places))
    candidate = replace(base, asked=asked, template=template)
    for name, source in sources.items():
        candidate = candidate.weakened(Grade.CHOSEN, f"the path parameter `{name}` was taken from {source}")
    if not pattern.path or (pattern.is_open and not pattern.segments):
        return candidate.weakened(Grade.UNRESOLVABLE, "the resource answers every path")
    if pattern.is_open:
        return candidate.weakened(Grade.UNRESOLVABLE, f"the path has an open end: {pattern.path[:80]}")
    return candidate.weakened(Grade.NEEDS_INPUT, _missing(missing)) if missing else candidate


def _written(pattern: RequestPattern, places: Mapping[str, str]) -> str:
    """The path as it stands in a request line, with something in the place of each parameter."""
    if pattern.literal is not None:
        path = _encoded(pattern.literal)
    else:
        pieces: list[str] = []
        for segment in pattern.segments:
            pieces += ["/", _encoded(segment.texts[0])]
            for name, text in zip(segment.names, segment.texts[1:], strict=True):
                pieces += [places[name], _encoded(text)]
        path = "".join(pieces)
    if pattern.is_open:
        return f"{path}/*"
    return f"{path}/" if pattern.path.endswith("/") and path != "/" else path or "/"


def _encoded(text: str) -> str:
    return encode_path(text).replace("?", "%3F")


def _missing(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names)
    if len(names) > 1:
        return f"the path parameters {shown} have no value; give them one in `variables`"
    return f"the path parameter {shown} has no value; give it one in `variables`"


def _checked(candidate: Candidate) -> Candidate:
    """The candidate, unless a placeholder of the config is left in what would be sent."""
    asked = candidate.asked
    parts = (*(value for _, value in (*asked.query, *safe_headers(asked.headers))), asked.body or "")
    reason = next(filter(None, map(open_placeholder, parts)), "")
    return candidate.weakened(Grade.NEEDS_INPUT, reason) if reason else candidate
