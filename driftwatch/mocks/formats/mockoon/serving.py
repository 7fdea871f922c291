"""An environment's responses as interactions: which request gets which, and what stands in front of it."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.shown import literal_document
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mockoon.answer import Answer, read_answer
from driftwatch.mocks.formats.mockoon.crud import Operation, operations
from driftwatch.mocks.formats.mockoon.derive import Known, candidates, identifiers
from driftwatch.mocks.formats.mockoon.paths import parse_path
from driftwatch.mocks.formats.mockoon.place import Place, is_in, item_path, possible
from driftwatch.mocks.formats.mockoon.rules import Seen, all_hold
from driftwatch.mocks.formats.mockoon.schema import Environment, Kind, Mode, Response
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Expectation, Grade, Interaction, Request

NAME: Final = "mockoon"
_CREDENTIAL: Final = ("Authorization", "Bearer x")
"""Never sent; it is there when the mock server would have seen one."""
_MOST_LOOKED_AT: Final = 400


def serve(environment: Environment, document: Document, ids: Counter[str]) -> Iterator[Reading]:
    """All readings of an environment, route by route in the order in which they are tried."""
    server = _Server(environment, document, ids)
    yield from server.readings()


class _Server:
    def __init__(self, environment: Environment, document: Document, ids: Counter[str]) -> None:
        self._environment = environment
        self._document = document
        self._ids = ids
        self._places: list[Place] = []
        self._reach: Reach[Place] = Reach()

    def readings(self) -> Iterator[Reading]:
        refused: dict[int, Refusal] = {}
        for position, route in enumerate(self._environment.routes):
            try:
                place = Place(position, route, parse_path(self._environment.prefix, route.endpoint))
            except Refusal as refusal:
                refused[position] = refusal
                continue
            self._places.append(place)
            literal = place.path.literal if route.kind is Kind.HTTP else None
            self._reach.add(place, exact=literal, prefix=place.path.prefix)
        places = {place.position: place for place in self._places}
        for position, route in enumerate(self._environment.routes):
            if position in refused:
                yield self._document.unreadable(NAME, refused[position], *route.steps)
            else:
                yield from self._route(places[position])

    def _route(self, place: Place) -> Iterator[Reading]:
        route = place.route
        if route.kind is Kind.WEBSOCKET:
            yield self._websocket(place)
            return
        if not route.responses:
            yield self._document.unreadable(NAME, Refusal("the route has no response"), *route.steps)
            return
        crud = self._crud(place)
        if crud:
            for operation in crud:
                yield from _Part(self, replace_path(place, operation), operation).readings()
        else:
            yield from _Part(self, place, None).readings()

    def _crud(self, place: Place) -> list[Operation]:
        """What a CRUD route's default response serves; nothing if it has no bucket."""
        default = place.route.default
        if place.route.kind is not Kind.CRUD or default is None:
            return []
        bucket = self._environment.buckets.get(str(default.fields.get("databucketID")))
        if bucket is None:
            return []
        key = place.route.responses[0].fields.get("crudKey")
        return list(operations(bucket, key if isinstance(key, str) and key else "id"))

    def _websocket(self, place: Place) -> Interaction:
        filled = place.path.fill({})
        reason = "a WebSocket, and only HTTP can be asked"
        request = Request("GET", filled.path, filled.template, grade=Grade.UNRESOLVABLE, reason=reason)
        uuid = self.unique(place.route.uuid or "websocket")
        origin = self._document.origin(*place.route.steps)
        return Interaction(uuid, NAME, origin, request, (), uuid, name=place.route.name, incomparable=reason)

    def unique(self, mock_id: str) -> str:
        """An id that no other interaction of the file has."""
        self._ids[mock_id] += 1
        return mock_id if self._ids[mock_id] == 1 else f"{mock_id}-{self._ids[mock_id]}"

    def answer(self, response: Response, method: str, operation: Operation | None) -> Answer | Refusal:
        """What a response answers, or why that cannot be read."""
        is_crud = operation is not None and response.fields.get("bodyType") == "DATABUCKET"
        body = operation.body if operation is not None and is_crud else None
        try:
            answer = read_answer(response, self._environment, self._document, method, body)
        except Refusal as refusal:
            return refusal
        return as_json(answer) if is_crud else answer

    def interaction(
        self,
        place: Place,
        response: Response,
        candidate: Candidate,
        answers: list[tuple[Response, Answer]],
        **more: str,
    ) -> Interaction:
        """One request and the answers it may get, the likeliest first."""
        shown = [answer for _, answer in answers if answer.expectation is not None and not answer.incomparable]
        expectations = [answer.expectation for answer in shown if answer.expectation is not None]
        variants = tuple(_variants(expectations, _TURNS.get(place.route.mode, _UNTOLD)))
        headers = variants[0].headers if variants else ()
        request, left_out = candidate.request(headers)
        moment, source = recorded_at("", headers, self._document.options.now)
        notes = [*self._environment.notes, *(note for _, answer in answers for note in answer.notes), *left_out]
        reasons = [answer.incomparable for _, answer in answers if answer.incomparable]
        mock_id = self.unique(response.uuid)
        return Interaction(
            mock_id=mock_id,
            format=NAME,
            origin=self._document.origin(*response.steps),
            request=request,
            variants=variants,
            group=mock_id,
            name=response.label or place.route.name,
            recorded_at=moment,
            recorded_from=source,
            incomparable=more.get("incomparable", "") or ("" if variants else "; ".join(dict.fromkeys(reasons))),
            shadowed_by=more.get("shadowed_by", ""),
            notes=tuple(dict.fromkeys([*notes, *filter(None, [more.get("note")])])),
        )

    def unreadable(self, refusal: Refusal, response: Response) -> Reading:
        """A response that cannot be read."""
        return self._document.unreadable(NAME, refusal, *response.steps)

    def known(self, answer: Answer, operation: Operation | None) -> Known:
        """Values for the parameters of a path."""
        variables = self._document.options.variables
        if operation is not None and operation.suffix:
            return Known(variables, {"id": operation.identifier} if operation.identifier else {})
        return Known(variables, identifiers(literal_document(answer.expectation)))

    def in_front(self, place: Place, asked: Asked) -> tuple[Response | None, bool]:
        """The response of an earlier route that a request gets instead, and whether that is certain."""
        doubtful = None
        path = asked.path.rstrip("/") or "/"
        ahead = self._reach.ahead(path, lambda other: other.position, place.position)
        for other in islice(ahead, _MOST_LOOKED_AT):
            given = other.given(asked)
            if not given:
                continue
            seen = Seen(asked, other.path.match(asked.path) or {})
            is_certain = other.route.mode is not Mode.FALLBACK or any(
                all_hold(one.rules, seen, needs_all=one.needs_all) for one in given
            )
            if is_certain:
                return given[0], True
            doubtful = doubtful or given[0]
        return doubtful, False


def replace_path(place: Place, operation: Operation) -> Place:
    """A CRUD route as the one operation of it, which is always a GET."""
    path = item_path(place.path) if operation.suffix else place.path
    return Place(place.position, replace(place.route, method="get"), path)


def as_json(answer: Answer) -> Answer:
    """The answer as a parsed bucket is sent."""
    expectation = answer.expectation
    if expectation is None:
        return answer
    headers = tuple(pair for pair in expectation.headers if pair[0].lower() != "content-type")
    return replace(answer, expectation=replace(expectation, headers=(*headers, ("Content-Type", "application/json"))))


def _variants(expectations: list[Expectation], how: str) -> Iterator[Expectation]:
    for turn, expectation in enumerate(expectations, start=1):
        note = f"answer {turn} of {len(expectations)}, {how}" if len(expectations) > 1 else ""
        yield replace(expectation, note=note)


_TURNS: Final = {Mode.RANDOM: "at random", Mode.SEQUENTIAL: "in turn"}
_UNTOLD: Final = "by a rule that the request alone does not decide"


class _Part:
    """The responses of one route, or of one operation of a CRUD route."""

    def __init__(self, server: _Server, place: Place, operation: Operation | None) -> None:
        self._server = server
        self._place = place
        self._operation = operation
        method = place.route.method.upper()
        self._answers = {id(response): server.answer(response, method, operation) for response in place.route.responses}
        self._told: set[int] = set()
        """Responses that some interaction shows."""

    def readings(self) -> Iterator[Reading]:
        """An interaction for each request that the responses are for."""
        route = self._place.route
        later = []
        for response in route.responses:
            answer = self._answers[id(response)]
            if isinstance(answer, Refusal):
                self._told.add(id(response))
                yield self._server.unreadable(answer.below(response.steps), response)
            elif id(response) in self._told:
                continue
            elif route.mode in (Mode.RULES, Mode.FALLBACK) and response.rules and not _is_tellable(response):
                later.append(response)
            else:
                yield self._told_by(response, answer)
        for response in later:
            answer = self._answers[id(response)]
            if id(response) not in self._told and isinstance(answer, Answer):
                yield self._told_by(response, answer)

    def _told_by(self, response: Response, answer: Answer) -> Interaction:
        self._told.add(id(response))
        route = self._place.route
        reason = self._never(response)
        known = self._server.known(answer, self._operation)
        first: Candidate | None = None
        shadow: Response | None = None
        for candidate in candidates(route, self._place.path, response, known):
            if first is None or (candidate.grade.is_sendable and not first.grade.is_sendable):
                first = candidate
            if reason or not candidate.grade.is_sendable:
                continue
            for asked in _with_and_without_credential(candidate.asked):
                given = self._given(asked)
                if not is_in(response, given):
                    continue
                rival, is_certain = self._server.in_front(self._place, asked)
                if rival is not None and is_certain:
                    shadow = shadow or rival
                    continue
                note = "a rule of an earlier route may answer instead" if rival is not None else ""
                return self._interaction(response, replace(candidate, asked=asked), given, note=note)
        candidate = first or Candidate(Asked("GET", "/"), Grade.UNRESOLVABLE, ("the response has no request",))
        if shadow is not None:
            note = "never answers this request: an earlier route of the environment does"
            return self._interaction(response, candidate, [response], shadowed_by=shadow.uuid, note=note)
        if reason:
            default = route.default
            shadow_id = default.uuid if default is not None else ""
            return self._interaction(response, candidate, [response], shadowed_by=shadow_id, note=reason)
        if candidate.grade.is_sendable:
            candidate = candidate.weakened(Grade.UNRESOLVABLE, "no request was found that gets this response")
        return self._interaction(response, candidate, [response])

    def _never(self, response: Response) -> str:
        """Why Mockoon never gives a response; empty if it may."""
        route = self._place.route
        if route.mode in (Mode.RANDOM, Mode.SEQUENTIAL) or (
            response is route.default and route.mode is not Mode.FALLBACK
        ):
            return ""
        if route.mode is Mode.DISABLE_RULES:
            return "never given: the route gives its default response only"
        return "" if response.rules else "never given: it has no rules and is not the default"

    def _given(self, asked: Asked) -> list[Response]:
        found = self._place.path.match(asked.path)
        return [] if found is None else possible(self._place.route, Seen(asked, found))

    def _interaction(self, response: Response, candidate: Candidate, given: list[Response], **more: str) -> Interaction:
        """The response first, and beside it what the same request may get as well."""
        ordered = (
            given if self._place.route.mode is not Mode.RULES else [response, *(o for o in given if o is not response)]
        )
        answers = []
        for one in ordered:
            answer = self._answers[id(one)]
            if isinstance(answer, Answer):
                self._told.add(id(one))
                answers.append((one, answer))
        return self._server.interaction(self._place, response, candidate, answers, **more)


def _is_tellable(response: Response) -> bool:
    return any(rule.is_tellable for rule in response.rules)


def _with_and_without_credential(asked: Asked) -> Iterator[Asked]:
    """A route behind one for callers without credentials is asked with them; the service gets them from the config."""
    yield asked
    if asked.header(_CREDENTIAL[0]) is None:
        yield asked.with_header(*_CREDENTIAL)
