"""One WireMock stub: both halves, its identity, and what decides between it and its neighbours."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec
from msgspec import structs
from msgspec.structs import replace

from driftwatch.mocks.answers.shown import document_of
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.formats.wiremock.answer import Answer, read_answer
from driftwatch.mocks.formats.wiremock.derive import Candidate, candidates
from driftwatch.mocks.formats.wiremock.pattern import LITERAL_FIELDS, URL_FIELDS, RequestPattern, parse_pattern
from driftwatch.mocks.formats.wiremock.urls import identifiers
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Expectation, Grade, Interaction, Origin

NAME: Final = "wiremock"
STARTED: Final = "Started"
"""The state every scenario begins in."""
_DEFAULT_PRIORITY: Final = 5


class Stub(msgspec.Struct, frozen=True):
    """A stub that was read, before it is known which of its neighbours answers instead."""

    mock_id: str
    origin: Origin
    name: str
    pattern: RequestPattern
    answer: Answer
    candidate: Candidate
    """The likeliest request."""
    known: Mapping[str, str]
    variables: Mapping[str, str]
    priority: int
    scenario: str
    required_state: str
    position: tuple[str, int]
    """File and place in it: of equals in one file the later answers."""
    notes: tuple[str, ...] = ()

    @property
    def answers_at_start(self) -> bool:
        """Whether it answers before any scenario has moved on."""
        return not self.scenario or self.required_state in ("", STARTED)

    def candidates(self) -> Iterator[Candidate]:
        """Its requests, the likeliest first; only an open URL has several."""
        yield self.candidate
        if _has_open_url(self.pattern) and self.candidate.grade is not Grade.EXACT:
            yield from islice(candidates(self.pattern, self.known, self.variables), 1, None)

    def renamed(self, mock_id: str) -> "Stub":
        """The same stub under another id, where one file uses an id twice."""
        return structs.replace(self, mock_id=mock_id)

    def interaction(self, candidate: Candidate, home: str, **more: str) -> Interaction:
        """Our common form, with one of its candidates as the request."""
        expectation = self.answer.expectation
        request, notes = candidate.request(expectation.headers if expectation else ())
        return Interaction(
            mock_id=self.mock_id,
            format=NAME,
            origin=self.origin,
            request=request,
            variants=self._variants(),
            group=f"scenario {home}/{self.scenario}" if self.scenario else self.mock_id,
            name=self.name,
            incomparable=more.get("incomparable", "") or self.answer.incomparable or self._not_comparable(),
            shadowed_by=more.get("shadowed_by", ""),
            notes=(*self.notes, *self.answer.notes, *notes, *filter(None, [more.get("note")])),
        )

    def _variants(self) -> tuple[Expectation, ...]:
        expectation = self.answer.expectation
        if expectation is None or self.answers_at_start:
            return () if expectation is None else (expectation,)
        return (replace(expectation, note=f"in the scenario state `{self.required_state}`"),)

    def _not_comparable(self) -> str:
        is_custom = self.pattern.undecidable.startswith("the custom matcher") and not self.pattern.url_field
        return "only a custom matcher says what it answers" if is_custom else ""


def read_stub(value: object, document: Document, index: int, *steps: Step) -> Stub:
    """One stub from its JSON. Raises ``Refusal`` with the place inside the stub."""
    fields = as_object(value, *steps)
    pattern = parse_pattern(fields.get("request"), *steps, "request")
    method = pattern.methods[0] if len(pattern.methods) == 1 else ""
    answer = read_answer(fields.get("response"), document, method, *steps, "response")
    state = as_text(fields.get("requiredScenarioState"), *steps, "requiredScenarioState")
    priority, notes = _priority(fields)
    known = identifiers(document_of(answer.expectation)) if _has_open_url(pattern) else {}
    variables = document.options.variables
    return Stub(
        mock_id=as_text(fields.get("id") or fields.get("uuid"), *steps, "id") or digest(fields, state),
        origin=document.origin(*steps),
        name=as_text(fields.get("name"), *steps, "name"),
        pattern=pattern,
        answer=answer,
        candidate=next(candidates(pattern, known, variables)),
        known=known,
        variables=variables,
        priority=priority,
        scenario=as_text(fields.get("scenarioName"), *steps, "scenarioName"),
        required_state=state,
        position=(document.file, index),
        notes=notes,
    )


def _has_open_url(pattern: RequestPattern) -> bool:
    return bool(pattern.url_field) and pattern.url_field not in LITERAL_FIELDS


def _priority(fields: Object) -> tuple[int, tuple[str, ...]]:
    value = fields.get("priority")
    if value is None:
        return _DEFAULT_PRIORITY, ()
    if isinstance(value, int) and not isinstance(value, bool):
        return value, ()
    return _DEFAULT_PRIORITY, (f"the priority `{str(value)[:40]}` is no number; {_DEFAULT_PRIORITY} is assumed",)


def digest(fields: Object, state: str) -> str:
    """A stable name made of what the stub matches, never of what it answers: mending an answer keeps it.

    WireMock's admin interface spells a stub's matcher as its file does (3.13.2), so that its journal yields the same.
    """
    request = dict(as_object(fields.get("request"), "request"))
    request["method"] = as_text(request.get("method")).upper() if isinstance(request.get("method"), str) else None
    headers = request.get("headers")
    if isinstance(headers, dict):
        request["headers"] = {name.lower(): matcher for name, matcher in headers.items()}
    return identity([request, as_text(fields.get("scenarioName"), "scenarioName"), state])


def is_stub(value: object, *, is_certain: bool) -> bool:
    """Whether a value is a WireMock stub by its own marks; ``is_certain``: its folder already says so."""
    if not isinstance(value, dict):
        return False
    request, response = value.get("request"), value.get("response")
    if is_certain or any(key in value for key in ("uuid", "insertionIndex", "persistent")):
        return ("request" in value or "response" in value) and "interactions" not in value
    if not isinstance(request, dict) or not isinstance(response, dict):
        return False
    if any(name in request for name in URL_FIELDS):
        return _answers_like_wiremock(request, response)
    marks = ("status", "body", "jsonBody", "bodyFileName", "base64Body", "proxyBaseUrl", "fault")
    strangers = ("path", "uri", "endpoint")
    return (
        "method" in request
        and any(name in response for name in marks)
        and not any(name in request for name in strangers)
    )


def _answers_like_wiremock(request: Object, response: Object) -> bool:
    """``request.url`` alone is common: recorders, other mock tools. Their answers have other names."""
    if any(name in request for name in URL_FIELDS[1:]):
        return True
    return not any(name in response for name in ("statusCode", "status_code", "code", "content", "httpVersion"))
