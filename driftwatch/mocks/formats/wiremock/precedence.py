"""Which of a server's stubs answers a request: lowest priority number first, then the one added last.

``SortedConcurrentPrioritisableSet`` (WireMock 3.13.1). Inside a file the later stub is added later; between files the
order is that of the operating system's directory listing, so a tie across files is undefined.

A server may hold ten thousand stubs. Those with an exact path are looked up by it, the others by the characters that
every path they match begins with, so that a request meets only the stubs that could answer it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.formats.wiremock.derive import Candidate
from driftwatch.mocks.formats.wiremock.pattern import Asked, RequestPattern
from driftwatch.mocks.formats.wiremock.stub import Stub
from driftwatch.model.interaction import Interaction

_MOST_LOOKED_AT: Final = 400
"""Stubs in front of one that are asked whether they answer instead; a folder with more of them is no mock any more."""


class Precedence:
    """The stubs of one server, found by the requests they could answer."""

    def __init__(self, stubs: Iterable[Stub]) -> None:
        self._by_path: dict[str, list[Stub]] = {}
        self._by_prefix: dict[str, list[Stub]] = {}
        for stub in stubs:
            if stub.answers_at_start:
                exact, key = _key(stub.pattern)
                (self._by_path if exact else self._by_prefix).setdefault(key, []).append(stub)
        self._longest = max(map(len, self._by_prefix), default=0)

    def rivals(self, stub: Stub, asked: Asked) -> Iterator[Stub]:
        """Other stubs that surely answer this request and come no later in the tool's order."""
        looked_at = 0
        for other in self._reach(asked):
            if other is stub or other.priority > stub.priority or _same_scenario(stub, other):
                continue
            if other.priority == stub.priority and _is_earlier(other, stub):
                continue
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                return
            if other.pattern.answers(asked) is True:
                yield other

    def _reach(self, asked: Asked) -> Iterator[Stub]:
        yield from self._by_path.get(asked.path, ())
        for end in range(min(len(asked.path), self._longest) + 1):
            yield from self._by_prefix.get(asked.path[:end], ())


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


def _request_key(stub: Stub, candidate: Candidate) -> tuple[object, ...]:
    expectation = stub.answer.expectation
    return candidate.request(expectation.headers if expectation else ())[0].key


def _settle_one(stub: Stub, precedence: Precedence, home: str) -> Interaction:
    """The first candidate that no other stub answers instead; if there is none, the first, and who answers it."""
    note, winner = "", None
    for candidate in stub.candidates():
        if not candidate.grade.is_sendable:
            continue
        ambiguous = ""
        for rival in precedence.rivals(stub, candidate.asked):
            if rival.priority < stub.priority or rival.position[0] == stub.position[0]:
                winner = winner or rival
                break
            ambiguous = f"as likely answered by {rival.mock_id} in {rival.position[0]}: WireMock's order is undefined"
        else:
            return stub.interaction(candidate, home, note=ambiguous)
    if winner is None:
        return stub.interaction(stub.candidate, home)
    note = f"never answers this request: {winner.mock_id} in {winner.position[0]} stands in front of it"
    return stub.interaction(stub.candidate, home, shadowed_by=winner.mock_id, note=note)
