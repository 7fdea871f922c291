"""The request half of a Smocker mock, and whether a concrete request is one it answers.

Facts: ``MockRequest.Match``, ``MultiMapMatcher.Match`` and ``BodyMatcher.Match`` (smocker-dev/smocker @ 0a6f43e). Every
listed header and parameter must be there, also under a matcher that only forbids a value; others may be there too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.candidates import FORM, Asked
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.asking.truth import Truth, every, some
from driftwatch.mocks.formats.smocker.matcher import NAMES, Matcher, parse, parse_several
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Header

MEMBERS: Final = frozenset(["method", "path", "query_params", "headers", "body"])
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")

Matchers = Mapping[str, tuple[Matcher, ...]]


class Asks(Struct, frozen=True):
    """What a mock asks of a request; what is not there may be anything."""

    method: Matcher | None = None
    path: Matcher | None = None
    query: Matchers = field(default_factory=dict)
    headers: Matchers = field(default_factory=dict)
    body: Matcher | None = None
    members: Mapping[str, Matcher] = field(default_factory=dict)
    """Matchers by their place in a JSON or form body, in the spelling of objx (``a.b[0]``)."""

    @property
    def identity(self) -> str:
        """A text that is the same for every spelling of the same conditions."""
        several = [
            {name.lower() if part is self.headers else name: _spelled(*matchers) for name, matchers in part.items()}
            for part in (self.query, self.headers)
        ]
        members = {name: _spelled(matcher) for name, matcher in self.members.items()}
        return json_text.encode([_spelled(self.method, self.path, self.body), *several, members])

    def answers(self, asked: Asked) -> Truth:
        """Whether the mock answers; ``None`` if that cannot be told."""
        return every(self._truths(asked))

    def _truths(self, asked: Asked) -> Iterator[Truth]:
        yield self.method is None or self.method.holds(asked.method)
        yield self.path is None or self.path.holds(asked.path)
        yield _all_there(self.query, asked.query, ignores_case=False)
        yield _all_there(self.headers, asked.headers, ignores_case=True)
        if self.body is not None:
            yield self.body.holds(asked.body or "")
        elif self.members:
            yield self._members_hold(asked)

    def _members_hold(self, asked: Asked) -> Truth:
        document = _body_document(asked)
        if not isinstance(document, dict):
            return False
        return every(_holds_at(document, path, matcher) for path, matcher in self.members.items())


def _spelled(*matchers: Matcher | None) -> list[list[str]]:
    return [[matcher.name, matcher.value] if matcher is not None else [] for matcher in matchers]


def _holds_at(document: object, path: str, matcher: Matcher) -> Truth:
    text = _as_text(_find(document, steps_of(path)))
    return None if text is None else matcher.holds(text)


def _all_there(wanted: Matchers, pairs: tuple[Header, ...], *, ignores_case: bool) -> Truth:
    if not wanted:
        return True
    found = _grouped((name.lower() if ignores_case else name, value) for name, value in pairs)
    names = ((name.lower() if ignores_case else name, matchers) for name, matchers in wanted.items())
    return every(_are_there(matchers, found.get(name, [])) for name, matchers in names)


def _grouped(pairs: Iterable[Header]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _are_there(matchers: tuple[Matcher, ...], values: list[str]) -> Truth:
    """Whether each matcher has a value; there must be as many values as matchers."""
    if not values or len(values) < len(matchers):
        return False
    return every(some(matcher.holds(value) for value in values) for matcher in matchers)


def _body_document(asked: Asked) -> object:
    body = asked.body or ""
    if asked.header("Content-Type") == FORM:
        return _grouped(parse_query(body))
    try:
        return json_text.decode(body)
    except (ValueError, RecursionError):
        return None


def steps_of(path: str) -> tuple[Step, ...]:
    """The steps of an objx path: ``a.b[0]`` → ``a``, ``b``, 0."""
    return tuple(int(index) if index else name for name, index in _STEP.findall(path))


def _find(value: object, steps: tuple[Step, ...]) -> object:
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def _as_text(value: object) -> str | None:
    """A value as objx writes it; ``None`` for objects and lists, whose text is Go syntax."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format(Decimal(repr(value)).normalize(), "f")
        case _:
            return None


def read_request(value: object, document: Document, *steps: Step) -> Asks:
    """The request half of one mock. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    body, members = _read_body(fields.get("body"), document, *steps, "body")
    return Asks(
        method=_one(fields.get("method"), document, *steps, "method"),
        path=_one(fields.get("path"), document, *steps, "path"),
        query=_several(fields.get("query_params"), document, *steps, "query_params"),
        headers=_several(fields.get("headers"), document, *steps, "headers"),
        body=body,
        members=members,
    )


def _one(value: object, document: Document, *steps: Step) -> Matcher | None:
    """Method or path: surrounding blanks are dropped, and an empty one is no condition (``Mock.Validate``).

    Smocker writes a missing one as the pattern ``.*``.
    """
    if value is None:
        return None
    matcher = parse(value, document, *steps)
    text = matcher.value.strip()
    is_open = not text or (matcher.name == "ShouldMatch" and text == ".*")
    return None if is_open else Matcher(matcher.name, text, text)


def _several(value: object, document: Document, *steps: Step) -> dict[str, tuple[Matcher, ...]]:
    return {name: parse_several(one, document, *steps, name) for name, one in as_object(value, *steps).items()}


def _read_body(value: object, document: Document, *steps: Step) -> tuple[Matcher | None, dict[str, Matcher]]:
    """A matcher for the whole body, or a map from places in it to matchers."""
    if value is None:
        return None, {}
    if isinstance(value, dict) and not (isinstance(value.get("matcher"), str) and value["matcher"] in NAMES):
        members = {name: parse(one, document, *steps, name) for name, one in value.items()}
        if any(not steps_of(path) for path in members):
            raise Refusal("a place in the body has no name", steps=steps)
        return None, members
    return parse(value, document, *steps), {}
