"""Which recorded exchanges answer the question of a mock, and how alike the questions are.

Only the very question tells what status it gets; where nobody kept what was sent with it, success of another sort at
most. A question about another record of the same operation tells of the
shape of answers, and nothing else; one with other parameters, or with a body that the mock does not take, tells
nothing.
"""

from collections.abc import Iterable
from enum import Enum
from heapq import heappush, heappushpop
from typing import Final

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Request
from driftwatch.model.route import nameless, path_template
from driftwatch.model.traffic import Heard

_SPARE: Final = 10
"""So many times the wanted exchanges are kept of a path: some of them answer other questions there."""
_BODILESS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS"})


class Likeness(Enum):
    """How alike a recorded question is to that of a mock."""

    SAME = "same"
    UNSEEN = "unseen"
    """The same as far as anybody can tell: what was sent with it is not in the recording."""
    ALIKE = "alike"
    """About another record, or with other data of the same form."""
    OTHER = "other"


class Pile(Struct):
    """The newest exchanges of one path or operation."""

    most: int
    _heap: list[tuple[float, int, Heard]] = field(default_factory=list)

    def put(self, heard: Heard, number: int) -> int:
        """Keep it if it is among the newest; how many bytes of bodies there are more by that."""
        entry = (heard.at.timestamp() if heard.at is not None else 0.0, number, heard)
        if len(self._heap) < self.most:
            heappush(self._heap, entry)
            return _weight(heard)
        return _weight(heard) - _weight(heappushpop(self._heap, entry)[2])

    @property
    def newest_first(self) -> list[Heard]:
        """What is kept."""
        return [heard for _, _, heard in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


class Piles(Struct):
    """The exchanges that may be about certain claims, as they come; of each path and operation the newest."""

    samples: int
    room: int
    """Bytes of bodies that are kept; beyond, exchanges are kept without."""
    _by_path: dict[tuple[str, str], Pile] = field(default_factory=dict)
    _by_operation: dict[tuple[str, str], Pile] = field(default_factory=dict)
    _held: int = 0
    _number: int = 0

    @classmethod
    def about(cls, claims: Iterable[Claim], samples: int, room: int) -> "Piles":
        """Empty ones, ready for what answers these."""
        piles = cls(samples, room)
        for claim in claims:
            asked = claim.request
            piles._by_path.setdefault((asked.method, asked.path), Pile(samples * _SPARE))
            piles._by_operation.setdefault(operation_of(asked), Pile(samples * _SPARE))
        return piles

    def put(self, heard: Heard, operation: tuple[str, str]) -> None:
        """One more exchange, by the path below the target."""
        self._number += 1
        if self._held >= self.room and (heard.body or heard.request_body):
            heard = replace(heard, body=None, request_body=None)
        for pile in (self._by_path.get((heard.method, heard.path)), self._by_operation.get(operation)):
            if pile is not None:
                self._held += pile.put(heard, self._number)

    def answers_to(self, claim: Claim) -> tuple[Likeness, list[Heard]]:
        """The newest that answer a claim's own question, or else one like it; the newest come first."""
        asked = claim.request
        exact = self._newest(self._by_path.get((asked.method, asked.path)))
        for wanted in (Likeness.SAME, Likeness.UNSEEN):
            found = [one for one in exact if likeness(asked, one) is wanted]
            if found:
                return wanted, found
        alike = [
            one
            for one in self._newest(self._by_operation.get(operation_of(asked)))
            if likeness(asked, one) is not Likeness.OTHER
        ]
        return Likeness.ALIKE, alike

    def _newest(self, pile: Pile | None) -> list[Heard]:
        return pile.newest_first if pile is not None else []


def operation_of(asked: Request) -> tuple[str, str]:
    """Method and path template, under which requests about different records are one."""
    return asked.method, nameless(asked.path_template)


def operation_of_heard(heard: Heard) -> tuple[str, str]:
    """The same of an exchange."""
    return heard.method, nameless(path_template(heard.path))


def likeness(asked: Request, heard: Heard) -> Likeness:
    """How alike two questions of one operation are."""
    wanted = [pair for pair in asked.query if pair[0] not in heard.withheld]
    if any(pair not in heard.query for pair in wanted):
        return Likeness.OTHER
    of_body = _of_body(asked, heard)
    is_same = asked.path == heard.path and len(wanted) == len(heard.query)
    return of_body if is_same or of_body is Likeness.OTHER else Likeness.ALIKE


def _of_body(asked: Request, heard: Heard) -> Likeness:
    if asked.body:
        if heard.request_body is None:
            return Likeness.OTHER
        return _of_bodies(asked.body, heard.request_body, is_data=asked.recorded)
    if heard.request_body is None:
        return Likeness.SAME if asked.method in _BODILESS else Likeness.UNSEEN
    return Likeness.ALIKE if heard.request_body else Likeness.SAME


def _of_bodies(asked: bytes, sent: bytes, *, is_data: bool) -> Likeness:
    """A body that an author wrote is what the mock takes; one that a recorder wrote is one of many of its form."""
    if asked == sent:
        return Likeness.SAME
    one, other = _json(asked), _json(sent)
    if one is not None and other is not None:
        if one == other:
            return Likeness.SAME
        is_of_one_form = isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys()
        return Likeness.ALIKE if is_data and is_of_one_form else Likeness.OTHER
    if b"=" in asked and sorted(asked.split(b"&")) == sorted(sent.split(b"&")):
        return Likeness.SAME
    return Likeness.OTHER


def _json(raw: bytes) -> object:
    try:
        found: object = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _weight(heard: Heard) -> int:
    return len(heard.body or b"") + len(heard.request_body or b"")
