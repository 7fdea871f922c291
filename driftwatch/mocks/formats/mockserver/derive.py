"""From an expectation's matchers to concrete requests: literal where they can be, else chosen and checked."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import from_base64
from driftwatch.mocks.answers.scrubbed import placeholder
from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate, content_type_of
from driftwatch.mocks.asking.equality import PLACEHOLDER
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.named_paths import Known
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.formats.mockserver.bodies import BodyMatcher
from driftwatch.mocks.formats.mockserver.multimaps import Multimap
from driftwatch.mocks.formats.mockserver.paths import Filled
from driftwatch.mocks.formats.mockserver.request import RequestMatcher
from driftwatch.mocks.formats.mockserver.texts import Text
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header

_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_MEDIA_TYPES: Final = ("application/json", "application/xml", "text/xml", "text/html", "text/plain")
"""What a header pattern that takes one of them was most likely written for."""
_EXAMPLES: Final = {"any-string": "text", "any-number": 1, "any-boolean": True, "ignore": "text"}
_MOST_PAIRS: Final = 200
"""Parameters or headers of one request; real ones have dozens."""
_JSON: Final = ("JSON", "JSON_PATH", "GRAPHQL", "JSON_RPC")
_OPTIONAL: Final = object()
"""A member that need not be there."""


def candidates(matcher: RequestMatcher, known: Known) -> Iterator[Candidate]:
    """Requests for an expectation, the likeliest first; at least one, if only to say why nothing can be sent."""
    first: Candidate | None = None
    accepted = False
    for filled in matcher.path.concrete(known):
        draft = _Draft(matcher).complete(filled)
        first = first or draft
        candidate = _checked(draft, matcher)
        if candidate is not None:
            accepted = True
            yield candidate
    if not accepted and first is not None:
        reason = "no request was found that the expectation's own matchers accept"
        yield first.weakened(Grade.UNRESOLVABLE, reason) if first.grade.is_sendable else first


def _checked(candidate: Candidate, matcher: RequestMatcher) -> Candidate | None:
    """The candidate as it may be used; ``None`` if the expectation does not answer it after all."""
    # what the author wrote and MockServer never sees so is asked nevertheless, and said
    truth = matcher.suits(candidate.asked) if candidate.grade.is_sendable and not matcher.path.flaw else None
    if truth is False:
        return None
    if truth is None and candidate.grade is Grade.EXACT and not matcher.path.flaw:
        candidate = candidate.weakened(Grade.CHOSEN, "a matcher could not be checked against this request")
    texts = (candidate.asked.path, encode_query(candidate.asked.query), candidate.asked.body or "")
    if candidate.grade.is_sendable and (word := next(filter(None, map(placeholder, texts)), "")):
        return candidate.weakened(Grade.NEEDS_INPUT, f"the request has {word} where a value was")
    return candidate


class _Draft(Struct):
    """A request on its way."""

    matcher: RequestMatcher
    is_exact: bool = field(default=True)

    def complete(self, filled: Filled) -> Candidate:
        """Add method, query, headers and body to a path; what is missing lowers the grade and is named."""
        matcher = self.matcher
        method, reason = self._method()
        asked = Asked(method, filled.path, filled.query)
        candidate = Candidate(asked, template=filled.template)
        try:
            if matcher.undecidable or matcher.is_not:
                raise Refusal(matcher.undecidable or "the expectation answers every other request")
            asked = self._with_parts(asked)
        except Refusal as refusal:
            return candidate.weakened(Grade.UNRESOLVABLE, refusal.reason)
        candidate = replace(candidate, asked=asked)
        if reason:
            candidate = candidate.weakened(Grade.CHOSEN, reason)
        if filled.grade is not Grade.EXACT:
            candidate = candidate.weakened(filled.grade, filled.reason)
        if not self.is_exact:
            candidate = candidate.weakened(Grade.CHOSEN, "values were chosen that the expectation's matchers accept")
        return candidate

    def _method(self) -> tuple[str, str]:
        """The method, and why another would do as well."""
        wanted = self.matcher.method
        if wanted.literal is not None:
            return wanted.literal.upper(), ""
        has_body = self.matcher.body is not None and not self.matcher.body.is_silent
        likely = ("POST", *_METHODS) if has_body else _METHODS
        method = next((name for name in likely if wanted.matches(name)), likely[0])
        return method, f"several methods are answered, {method} was chosen"

    def _with_parts(self, asked: Asked) -> Asked:
        """Query, headers, cookies and body. Raises ``Refusal`` where there are none."""
        query = (*asked.query, *self._pairs(self.matcher.query, "query parameter"))
        headers = tuple(self._pairs(self.matcher.headers, "header"))
        cookies = "; ".join(f"{name}={value}" for name, value in self._pairs(self.matcher.cookies, "cookie"))
        if cookies:
            headers = (*headers, ("Cookie", cookies))
        body = self._body(self.matcher.body)
        if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
            shown = self._content_type(body)
            headers = (*headers, ("Content-Type", shown)) if shown else headers
        return replace(asked, query=query, headers=headers, body=body)

    def _content_type(self, body: str) -> str:
        kind = self.matcher.body.kind if self.matcher.body is not None else ""
        if kind == "PARAMETERS":
            return FORM
        return "application/json" if kind in _JSON else content_type_of(body)

    def _pairs(self, wanted: Multimap, what: str) -> Iterator[Header]:
        if sum(len(entry.values) for entry in wanted.entries) > _MOST_PAIRS:
            raise Refusal(f"more than {_MOST_PAIRS} values of a {what} are asked for")
        for entry in wanted.entries:
            if entry.name.is_optional or entry.name.is_not:
                continue
            name = self._text(entry.name, f"the name of a {what}")
            was_exact = self.is_exact
            hints = (*_optional_values(wanted, name), *_hints(name))
            for value in entry.values:
                yield name, self._text(value, f"the {what} `{name[:80]}`", hints)
            if is_credential(name) or what == "cookie":
                # it is not sent, so that it was chosen makes the request no less exact
                self.is_exact = was_exact

    def _text(self, wanted: Text, what: str, hints: tuple[str, ...] = ()) -> str:
        value = next(wanted.values(hints), None)
        if value is None:
            raise Refusal(f"no value is known for {what}")
        self.is_exact &= value[1]
        return value[0]

    def _body(self, body: BodyMatcher | None) -> str | None:
        if body is None or body.is_silent:
            return None
        match body.kind:
            case "STRING" | "XML":
                self.is_exact &= not body.allows("subString")
                return body.text
            case "JSON":
                return self._document(body)
            case "BINARY":
                return _decoded(body.text)
            case "PARAMETERS":
                return encode_query(self._pairs(body.parameters, "form parameter"))
            case _:
                self.is_exact = False
                return self._chosen(body)

    def _chosen(self, body: BodyMatcher) -> str:
        match body.kind:
            case "REGEX":
                return self._text(Text(body.text), "the body")
            case "FUZZY":
                return body.text
            case "JSON_PATH":
                return json_text.encode(json_paths.parse(body.text).build(None, "text"))
            case "GRAPHQL" if not body.allows("variablesSchema"):
                operation = (body.options or {}).get("operationName")
                named = {"operationName": operation} if isinstance(operation, str) else {}
                return json_text.encode({"query": body.text, **named})
            case "JSON_RPC" if body.operand is None:
                method = self._text(Text(body.text), "the method of a remote call")
                return json_text.encode({"jsonrpc": "2.0", "method": method, "id": 1})
            case "ALL_OF" if len(body.parts) == 1:
                return self._body(body.parts[0]) or ""
            case _:
                raise Refusal(f"the body must satisfy {body.kind}, for which no value is known")

    def _document(self, body: BodyMatcher) -> str:
        filled = _fill(body.operand)
        if filled == body.operand:
            return body.text
        self.is_exact = False
        return json_text.encode(filled)


def _hints(name: str) -> tuple[str, ...]:
    return _MEDIA_TYPES if name.lower() in ("accept", "content-type") else ()


def _optional_values(wanted: Multimap, name: str) -> Iterator[str]:
    """What a value must be if it is there: it may be there by a name that another entry describes."""
    for entry in wanted.entries:
        if entry.name.is_optional and entry.name.matches_affirmed(name):
            yield from (value.literal for value in entry.values if value.literal is not None)


def _decoded(base64: str) -> str:
    try:
        return from_base64(base64).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal("the body is binary, and only text is sent") from error


def _fill(document: object) -> object:
    """The document with json-unit's placeholders replaced by examples. Raises ``Refusal`` for unknown ones."""
    match document:
        case dict():
            filled = {name: _fill(value) for name, value in document.items()}
            return {name: value for name, value in filled.items() if value is not _OPTIONAL}
        case list():
            return [value for item in document if (value := _fill(item)) is not _OPTIONAL]
        case str() if (match := PLACEHOLDER.fullmatch(document)) is not None:
            name, argument = match.groups()
            if name == "ignore-element":
                return _OPTIONAL
            if name == "regex":
                return next(patterns.parse(argument).candidates(), "")
            if name not in _EXAMPLES:
                raise Refusal(f"the placeholder ${{json-unit.{name}}} has no example")
            return _EXAMPLES[name]
        case _:
            return document
