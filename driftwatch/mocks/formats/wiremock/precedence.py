"""Which of a server's stubs answers a request: lowest priority number first, then the one added last.

``SortedConcurrentPrioritisableSet`` (WireMock 3.13.1). Inside a file the later stub is added later; between files the
order is that of the operating system's directory listing, so a tie across files is undefined.

A server may hold ten thousand stubs. Those with an exact path are looked up by it, the others by the characters that
every path they match begins with, so that a request meets only the stubs that could answer it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from msgspec import structs

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.formats.wiremock.derive import Candidate
from driftwatch.mocks.formats.wiremock.pattern import Asked, RequestPattern
from driftwatch.mocks.formats.wiremock.stub import Stub
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade, Interaction

_MOST_LOOKED_AT: Final = 400
"""Stubs in front of one that are asked whether they answer instead; a folder with more of them is no mock any more."""
_MOST_IN_ALL: Final = 10_000_000
"""The same for a whole server, in stubs passed over: some seconds."""
_EFFORT: Final = 20
"""How much harder it is to ask a stub than to pass over it."""


class _Group:
    """Stubs for one path, or for all that begin so, in the order in which they were added."""

    __slots__ = ("_begins", "_numbers", "_priorities", "_starts", "hints", "stubs")

    def __init__(self) -> None:
        self.stubs: list[Stub] = []
        self.hints: list[str] = []
        """A text that is in every target a stub answers, by which most need not be asked."""
        self._numbers: list[int] = []
        self._begins: dict[str, int] = {}
        self._starts: list[int] = []
        self._priorities: set[int] = set()

    def add(self, stub: Stub) -> None:
        """Stubs of one file follow each other."""
        file, number = stub.position
        if file not in self._begins:
            self._begins[file] = len(self.stubs)
            self._starts.append(len(self.stubs))
        self.stubs.append(stub)
        self.hints.append(_hint(stub.pattern))
        self._numbers.append(number)
        self._priorities.add(stub.priority)

    def places(self, stub: Stub) -> Iterator[int]:
        """Where those are that may come before a stub, and a few others."""
        end = len(self.stubs)
        begin = self._begins.get(stub.position[0], end)
        if begin == end or self._priorities != {stub.priority}:
            return iter(range(end))
        # of equal ones in a file the earlier is asked later: with thousands there is no time to look at each of them
        return chain(range(begin), range(self._after(stub, begin), end))

    def _after(self, stub: Stub, begin: int) -> int:
        """The first in the stub's own file that is no earlier; the files after it have numbers of their own."""
        number = stub.position[1]
        following = bisect_right(self._starts, begin)
        end = self._starts[following] if following < len(self._starts) else len(self.stubs)
        return bisect_left(self._numbers, number, begin, end)


class Precedence:
    """The stubs of one server, found by the requests they could answer."""

    def __init__(self, stubs: Iterable[Stub]) -> None:
        self._by_path: defaultdict[str, _Group] = defaultdict(_Group)
        self._by_prefix: defaultdict[str, _Group] = defaultdict(_Group)
        self._left = _MOST_IN_ALL
        for stub in stubs:
            if stub.answers_at_start:
                exact, key = _key(stub.pattern)
                (self._by_path if exact else self._by_prefix)[key].add(stub)
        self._longest = max(map(len, self._by_prefix), default=0)

    def rivals(self, stub: Stub, asked: Asked) -> Iterator[Stub]:
        """Other stubs that surely answer this request and come no later in the tool's order.

        Raises ``Refusal`` once there have been too many to look at.
        """
        looked_at, target = 0, f"{asked.path}?{asked.raw_query}"
        for group in self._reach(asked):
            for place in group.places(stub):
                other = group.stubs[place]
                self._left -= 1
                if other is stub or other.priority > stub.priority or _same_scenario(stub, other):
                    continue
                if other.priority == stub.priority and _is_earlier(other, stub):
                    continue
                looked_at += 1
                if looked_at > _MOST_LOOKED_AT:
                    return
                if group.hints[place] not in target:
                    continue
                if self._left < 0:
                    raise Refusal("there are too many stubs to tell whether another one answers instead")
                self._left -= _EFFORT
                if other.pattern.answers(asked) is True:
                    yield other

    def _reach(self, asked: Asked) -> Iterator[_Group]:
        if asked.path in self._by_path:
            yield self._by_path[asked.path]
        for end in range(min(len(asked.path), self._longest) + 1):
            if asked.path[:end] in self._by_prefix:
                yield self._by_prefix[asked.path[:end]]


def _hint(pattern: RequestPattern) -> str:
    is_open = pattern.url_field in ("urlPattern", "urlPathPattern")
    return next(iter(patterns.needles(pattern.url)), "") if is_open else ""


def _key(pattern: RequestPattern) -> tuple[bool, str]:
    match pattern.url_field:
        case "url" | "urlPath":
            return True, pattern.url.partition("?")[0]
        case "urlPattern" | "urlPathPattern":
            return False, patterns.literal_prefix(pattern.url).partition("?")[0]
        case "urlPathTemplate":
            return False, pattern.url.partition("{")[0].partition("**")[0]
        case _:
            return False, ""


def _same_scenario(one: Stub, other: Stub) -> bool:
    return bool(one.scenario) and one.scenario == other.scenario


def _is_earlier(one: Stub, other: Stub) -> bool:
    return one.position[0] == other.position[0] and one.position[1] < other.position[1]


def settle(stubs: list[Stub], home: str) -> Iterator[Interaction]:
    """Every stub as an interaction, with a request it answers itself where there is one."""
    precedence = Precedence(stubs)
    at_start = {
        (stub.scenario, _request_key(stub, stub.candidate)) for stub in stubs if stub.scenario and stub.answers_at_start
    }
    for stub in stubs:
        if not stub.answers_at_start and (stub.scenario, _request_key(stub, stub.candidate)) not in at_start:
            reason = f"answers only in the scenario state `{stub.required_state}`"
            yield stub.interaction(stub.candidate, home, incomparable=reason)
        else:
            yield _settle_one(stub, precedence, home)


def _request_key(stub: Stub, candidate: Candidate) -> bytes:
    expectation = stub.answer.expectation
    return candidate.request(expectation.headers if expectation else ())[0].key


def _settle_one(stub: Stub, precedence: Precedence, home: str) -> Interaction:
    """The first candidate that no other stub answers instead; if there is none, the first, and who answers it."""
    note, winner = "", None
    for candidate in stub.candidates():
        if not candidate.grade.is_sendable:
            continue
        ambiguous = ""
        try:
            for rival in precedence.rivals(stub, candidate.asked):
                if rival.priority < stub.priority or rival.position[0] == stub.position[0]:
                    winner = winner or rival
                    break
                where = f"{rival.mock_id} in {rival.position[0]}"
                ambiguous = f"as likely answered by {where}: WireMock's order is undefined"
            else:
                return stub.interaction(candidate, home, note=ambiguous)
        except Refusal as refusal:
            unknown = structs.replace(candidate, grade=Grade.NEEDS_INPUT, reasons=(refusal.reason,))
            return stub.interaction(unknown, home)
    if winner is None:
        return stub.interaction(stub.candidate, home)
    note = f"never answers this request: {winner.mock_id} in {winner.position[0]} stands in front of it"
    return stub.interaction(stub.candidate, home, shadowed_by=winner.mock_id, note=note)
