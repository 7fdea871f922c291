"""A Bruno mock server's file: routes, and which of their responses a request gets.

``mock-server.js``, ``mock-response-routes.js``: responses are gathered by method and path. A path that is written out
goes before one with parameters; of those the first in the file answers. Of a route's responses the first whose rules
hold is given, else the first without rules. The request that a route shows is for trying it out, and decides nothing.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.client_urls import parameters, route_path
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.bruno.opencollection import read_call, read_pairs, read_text
from driftwatch.mocks.formats.bruno.rules import Rules, read_rules
from driftwatch.mocks.formats.bruno.saved import NAME, Call, Reader
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Grade, Header, Ignored, Interaction, Unreadable

_USUAL: Final = 200
_UNSENT: Final = frozenset(["transfer-encoding", "content-length", "content-encoding", "connection"])
_MEDIA_TYPES: Final = {"json": "application/json", "xml": "application/xml", "text": "text/plain", "html": "text/html"}
_MOST_LOOKED_AT: Final = 200


class _Response(Struct, frozen=True):
    """One entry of ``routes``."""

    mock_id: str
    name: str
    call: Call
    path: str
    """As the mock server tries it: ``/users/:id``."""
    segments: tuple[str, ...]
    rules: Rules
    answer: Expectation
    steps: tuple[Step, ...]
    position: int

    @property
    def key(self) -> tuple[str, str]:
        """What responses are gathered by."""
        return self.call.method, self.path

    def matches(self, segments: list[str]) -> bool:
        """Whether a path is its own, with or without parameters."""
        return len(self.segments) == len(segments) and all(
            mine.startswith(":") or mine == theirs for mine, theirs in zip(self.segments, segments, strict=True)
        )


def recognises(value: object) -> bool:
    """A file whose ``info`` says that it is a mock, with routes or a server's settings."""
    if not isinstance(value, dict):
        return False
    info = value.get("info")
    return isinstance(info, dict) and info.get("type") == "mock" and ("routes" in value or "mock" in value)


def read(document: Document) -> Iterator[Stub]:
    """The responses of every route, in the order of the file."""
    value = as_object(document.value)
    try:
        listed = as_list(value.get("routes"), "routes")
        delay = as_number(as_object(value.get("mock"), "mock").get("delay"), "mock", "delay")
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)
        return
    if not listed:
        yield Ignored(document.file, "a Bruno mock server without routes")
    reader, read_in_order = Reader(document), list[_Response | Unreadable]()
    for index, entry in enumerate(listed):
        steps: tuple[Step, ...] = ("routes", index)
        try:
            read_in_order.append(_response(as_object(entry, *steps), document, reader, delay, index, *steps))
        except Refusal as refusal:
            read_in_order.append(document.unreadable(NAME, refusal.below(steps), *steps))
    server = _Server([one for one in read_in_order if isinstance(one, _Response)])
    for one in read_in_order:
        yield _interaction(one, server, document) if isinstance(one, _Response) else one


def _response(
    fields: Object, document: Document, reader: Reader, delay: float, position: int, *steps: Step
) -> _Response:
    call = read_call(fields.get("request"), document, *steps, "request")
    rules = read_rules(fields.get("rules"), document, *steps, "rules")
    path = route_path(call.url)
    conditions = [f"{one.target} {one.key} {one.operator} {one.value}" for one in rules.conditions]
    return _Response(
        mock_id=reader.unique(call.method, path, *conditions),
        name=as_text(fields.get("name"), *steps, "name"),
        call=replace(call, url=call.url or "/"),
        path=path,
        segments=tuple(path.split("/")),
        rules=rules,
        answer=_answer(fields.get("response"), document, call.method, delay, *steps, "response"),
        steps=steps,
        position=position,
    )


def _answer(value: object, document: Document, method: str, delay: float, *steps: Step) -> Expectation:
    fields = as_object(value, *steps)
    status = as_status(fields.get("status"), *steps, "status") or _USUAL
    shown = read_pairs(fields.get("headers"), document, *steps, "headers")
    headers = tuple((name, text) for name, text in shown if text and name.lower() not in _UNSENT)
    body = as_object(fields.get("body"), *steps, "body")
    kind = as_text(body.get("type"), *steps, "body", "type") or "json"
    text = read_text(body.get("data"), document, *steps, "body", "data")
    content_type = value_of(headers, "content-type")
    if not content_type:
        content_type = _MEDIA_TYPES.get(kind, "text/plain")
        headers = (*headers, ("Content-Type", content_type))
    content = None if has_no_body(method, status) else encode_text(text, content_type)
    return Expectation(status, headers, content, delay_ms=delay or None)


class _Server:
    """The responses in the order in which they are tried."""

    def __init__(self, responses: list[_Response]) -> None:
        self._reach: Reach[_Response] = Reach()
        self._routes: dict[tuple[str, str], list[_Response]] = {}
        """By key: the responses with rules in their order, as many as are looked at, and the first without."""
        self._first: dict[tuple[str, str], _Response] = {}
        for response in responses:
            self._first.setdefault(response.key, response)
            tried = self._routes.setdefault(response.key, [])
            is_fallback = bool(tried) and not tried[-1].rules.conditions
            if response.rules.conditions and len(tried) < _MOST_LOOKED_AT:
                tried.insert(len(tried) - is_fallback, response)
            elif not response.rules.conditions and not is_fallback:
                tried.append(response)
        for (_, path), first in self._first.items():
            has_parameter = any(True for _ in parameters(path))
            self._reach.add(first, exact=None if has_parameter else path, prefix=path.partition(":")[0])

    def instead_of(self, response: _Response) -> _Response | None:
        """The response without rules before another of the same route, which is then never given."""
        if response.rules.conditions:
            return None
        fallback = self._routes[response.key][-1]
        return None if fallback is response else fallback

    def given(self, asked: Asked) -> tuple[_Response | None, bool]:
        """The response that a request gets, and whether that is certain."""
        doubtful = None
        for response in self._of(asked):
            truth = response.rules.hold(asked)
            if truth:
                return (doubtful or response), doubtful is None
            doubtful = doubtful or (response if truth is None else None)
        return doubtful, False

    def _of(self, asked: Asked) -> list[_Response]:
        path = asked.path.rstrip("/") or "/"
        if (asked.method, path) in self._routes:
            return self._routes[asked.method, path]
        segments, near = path.split("/"), islice(self._reach.of(path), _MOST_LOOKED_AT)
        fitting = (one for one in near if one.call.method == asked.method and one.matches(segments))
        first = min(fitting, key=lambda one: one.position, default=None)
        return self._routes[first.key] if first is not None else []


def _interaction(response: _Response, server: _Server, document: Document) -> Interaction:
    candidate, shadow = _reaching(response, response.call.candidate(document.options.variables), server)
    request, left_out = candidate.request(response.answer.headers)
    more = ("another response of the mock server is given instead",) if shadow else ()
    return Interaction(
        mock_id=response.mock_id,
        format=NAME,
        origin=document.origin(*response.steps),
        request=request,
        variants=(response.answer,),
        group=response.mock_id,
        name=response.name,
        shadowed_by=shadow,
        notes=(*left_out, *more),
    )


def _reaching(response: _Response, candidate: Candidate, server: _Server) -> tuple[Candidate, str]:
    """A request that gets this response, and what stands in front of it if none does."""
    if fallback := server.instead_of(response):
        return candidate, fallback.mock_id
    if not candidate.grade.is_sendable:
        return candidate, ""
    first: _Response | None = None
    is_certain = False
    for asked in response.rules.requests(candidate.asked) if response.rules.conditions else (candidate.asked,):
        given, certain = server.given(asked)
        if given is response and certain:
            return _chosen(candidate, asked), ""
        first, is_certain = first or given, is_certain or certain
    if first is not None and first is not response and is_certain:
        return candidate, first.mock_id
    return candidate.weakened(Grade.UNRESOLVABLE, "no request was found that gets this response"), ""


def _chosen(candidate: Candidate, asked: Asked) -> Candidate:
    if asked == candidate.asked:
        return candidate
    reached = replace(candidate, asked=_with_type(asked)).weakened(
        Grade.CHOSEN, "values were chosen that the response's rules accept"
    )
    old: set[Header] = set(candidate.asked.headers)
    if any(name.lower() == "cookie" for name, _ in set(asked.headers) - old):
        return reached.weakened(Grade.NEEDS_INPUT, "a cookie decides, and no cookie of a mock is sent")
    return reached


def _with_type(asked: Asked) -> Asked:
    if asked.body is None or asked.header("content-type"):
        return asked
    return asked.with_header("Content-Type", "application/json")
