"""The mocks of one Smocker session, and which of them answers: each new mock is put in front of the others.

Facts: ``server/services/mocks.go`` (``AddMock``) and ``persistence.go`` (smocker-dev/smocker @ 02a5b5d). A list that is
posted, and the ``mocks.yml`` of a persisted session, hold the oldest mock first, so that the last one answers; a list
asked from the server (``GET /mocks``) holds the newest first. Only there two mocks' dates tell which it is.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.shown import identifier_in, literal_document
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.smocker.answer import Answer, proxied, read_response
from driftwatch.mocks.formats.smocker.derive import candidates
from driftwatch.mocks.formats.smocker.matcher import Matcher, text_of
from driftwatch.mocks.formats.smocker.request import Asks, read_request
from driftwatch.mocks.formats.smocker.scripts import scripted
from driftwatch.mocks.recording.dates import parse_time, recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_whole
from driftwatch.model.interaction import Expectation, Interaction, Origin

NAME: Final = "smocker"
_MOST_LOOKED_AT: Final = 400
"""Mocks in front of one that are asked whether they answer instead."""
_MOST_IN_ALL: Final = 100_000
"""The same for a whole file: thirty thousand mocks of one path are no mock any more, and must not take minutes."""


class Mock(Struct, frozen=True):
    """A mock that was read, before it is known which of its neighbours answers instead."""

    mock_id: str
    origin: Origin
    rank: int
    """Its place in the order in which mocks are tried."""
    asks: Asks
    answer: Answer
    times: int = 0
    """How often it answers before the next one does; 0 for always."""
    is_used_up: bool = False

    def enter(self, reach: "Reach[Mock]") -> None:
        """Take a place among the paths that it may answer."""
        path = self.asks.path
        match path:
            case Matcher(name="ShouldEqual" | "ShouldResemble"):
                reach.add(self, exact=path.value)
            case Matcher(name="ShouldStartWith"):
                reach.add(self, prefix=path.value)
            case Matcher(name="ShouldMatch") if path.value.startswith("^"):
                reach.add(self, prefix=patterns.literal_prefix(path.value[1:]))
            case _:
                reach.add(self)


def read_session(listed: list[object], document: Document, ids: Counter[str], *steps: Step) -> Iterator[Reading]:
    """The mocks of one list in the order of the file; one that cannot be read costs only itself."""
    is_newest_first = _is_newest_first(listed)
    mocks: dict[int, Mock] = {}
    refused: dict[int, Refusal] = {}
    for index, value in enumerate(listed):
        place = (*steps, index) if isinstance(document.value, list) or steps else steps
        try:
            mocks[index] = _read_mock(value, document, ids, index if is_newest_first else -index, *place)
        except Refusal as refusal:
            refused[index] = refusal.below(place)
    session = _Session(list(mocks.values()), document, steps)
    for index in range(len(listed)):
        place = (*steps, index) if isinstance(document.value, list) or steps else steps
        yield document.unreadable(NAME, refused[index], *place) if index in refused else session.settle(mocks[index])


def _is_newest_first(listed: list[object]) -> bool:
    """Whether the dates of the mocks fall. Locked ones are dated anew in each session and tell nothing."""
    states = [mock.get("state") for mock in listed if isinstance(mock, dict)]
    dates = [
        moment
        for state in states
        if isinstance(state, dict) and state.get("locked") is not True
        if (moment := parse_time(str(state.get("creation_date")))) is not None
    ]
    return len(dates) > 1 and dates[0] > dates[-1]


def _read_mock(value: object, document: Document, ids: Counter[str], rank: int, *steps: Step) -> Mock:
    """One mock. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    asks = read_request(fields.get("request"), document, *steps, "request")
    method = asks.method.value if asks.method is not None and asks.method.is_literal else ""
    state = as_object(fields.get("state"), *steps, "state")
    times = as_whole(as_object(fields.get("context"), *steps, "context").get("times"), *steps, "context", "times")
    if times < 0:
        raise Refusal("`context.times` must not be negative", steps=(*steps, "context", "times"))
    count = as_whole(state.get("times_count"), *steps, "state", "times_count")
    mock_id = text_of(state.get("id"), document, *steps, "state", "id") or _digest(asks)
    ids[mock_id] += 1
    return Mock(
        mock_id=mock_id if ids[mock_id] == 1 else f"{mock_id}-{ids[mock_id]}",
        origin=document.origin(*steps),
        rank=rank,
        asks=asks,
        answer=_read_answer(fields, document, method, *steps),
        times=times,
        is_used_up=0 < times <= count,
    )


def _read_answer(fields: Object, document: Document, method: str, *steps: Step) -> Answer:
    if fields.get("dynamic_response") is not None:
        return scripted(fields["dynamic_response"], document, method, *steps, "dynamic_response")
    if fields.get("proxy") is not None:
        return proxied(fields["proxy"], document, *steps, "proxy")
    if fields.get("response") is not None:
        return Answer(read_response(fields["response"], document, method, *steps, "response"))
    raise Refusal("a mock needs a `response`, a `dynamic_response` or a `proxy`", steps=steps)


def _digest(asks: Asks) -> str:
    """A stable name made of what the mock matches, never of what it answers: mending an answer keeps it."""
    return hashlib.sha256(asks.identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _Session:
    """The mocks of one session, found by the requests they could answer."""

    def __init__(self, mocks: list[Mock], document: Document, steps: tuple[Step, ...]) -> None:
        self._document = document
        self._group = f"sequence {document.file}" + "".join(f"/{step}" for step in steps)
        self._reach: Reach[Mock] = Reach()
        self._looked_at = 0
        # in their order, so that looking for those in front of one ends early
        for mock in sorted(mocks, key=lambda mock: mock.rank):
            mock.enter(self._reach)

    def settle(self, mock: Mock) -> Interaction:
        """The first candidate that no other mock answers for good; if there is none, the first and who answers it."""
        first, shadow = None, None
        for candidate in candidates(mock.asks, _hints(mock.answer)):
            first = first or candidate
            if not candidate.grade.is_sendable:
                continue
            certain, limited, possible = self._rivals(mock, candidate.asked)
            if certain is None:
                notes = tuple(self._doubts(possible))
                return self._interaction(mock, candidate, is_turn=limited is not None, notes=notes)
            shadow = shadow or certain
        assert first is not None, "there is always one candidate"  # noqa: S101 - the promise of ``candidates``
        if shadow is None:
            return self._interaction(mock, first, is_turn=False)
        note = f"never answers this request: the mock at line {shadow.origin.line} stands in front of it"
        return self._interaction(mock, first, is_turn=False, shadow=shadow.mock_id, notes=(note,))

    def _doubts(self, possible: Mock | None) -> Iterator[str]:
        if possible is not None:
            yield f"the mock at line {possible.origin.line} may answer instead"
        elif self._looked_at >= _MOST_IN_ALL:
            yield "there are too many mocks to tell whether another one answers instead"

    def _rivals(self, mock: Mock, asked: Asked) -> tuple[Mock | None, Mock | None, Mock | None]:
        """Of the mocks in front: one that surely answers, one that does so some times, and one that may."""
        certain: Mock | None = None
        limited: Mock | None = None
        possible: Mock | None = None
        most = min(_MOST_LOOKED_AT, _MOST_IN_ALL - self._looked_at)
        ahead = self._reach.ahead(asked.path, lambda other: other.rank, mock.rank)
        for other in islice(ahead, most):
            self._looked_at += 1
            truth = None if other.is_used_up else other.asks.answers(asked)
            if truth is None:
                possible = possible or (None if other.is_used_up else other)
            elif truth and other.times:
                limited = limited or other
            elif truth:
                certain = other
                break
        return certain, limited, possible

    def _interaction(
        self, mock: Mock, candidate: Candidate, *, is_turn: bool, shadow: str = "", notes: tuple[str, ...] = ()
    ) -> Interaction:
        """``is_turn``: mocks in front of it answer the same request before it does."""
        expectation = mock.answer.expectation
        request, left_out = candidate.request(expectation.headers if expectation is not None else ())
        headers = expectation.headers if expectation is not None else ()
        moment, source = recorded_at("", headers, self._document.options.now)
        used_up = ("was used up when the session was saved",) if mock.is_used_up else ()
        return Interaction(
            mock_id=mock.mock_id,
            format=NAME,
            origin=mock.origin,
            request=request,
            variants=_variants(expectation, mock.times, is_turn=is_turn),
            group=self._group if mock.times or is_turn else mock.mock_id,
            recorded_at=moment,
            recorded_from=source,
            incomparable=mock.answer.incomparable,
            shadowed_by=shadow,
            notes=(*mock.answer.notes, *left_out, *used_up, *notes),
        )


def _variants(expectation: Expectation | None, times: int, *, is_turn: bool) -> tuple[Expectation, ...]:
    if expectation is None:
        return ()
    words = []
    if is_turn:
        words.append("when the mocks in front of it are used up")
    if times:
        words.append("once" if times == 1 else f"{times} times")
    return (replace(expectation, note=", ".join(words)),)


def _hints(answer: Answer) -> tuple[str, ...]:
    """The identifier in the mock's own answer, for a path that is left open."""
    return identifier_in(literal_document(answer.expectation))
