"""Which stand-in was given for which value, within one recording."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from driftwatch.heal.stand_ins.drawing import drawn
from driftwatch.heal.stand_ins.moments import Era, arranged

_TRIES: Final = 200
"""Stand-ins that are looked at until one is free; after that two values share one."""
_MOST: Final = 20_000
"""Words of people that are remembered."""
_TOLD_APART: Final = 5
"""Digits from which on a number means the same thing wherever it comes."""


_PERSONAL: Final = frozenset({"person", "given name", "family name", "user name", "name", "secret"})

_HIDDEN: Final = frozenset({"secret", "token", "person", "given name", "family name"})


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


class Register:
    """What was given so far; the n-th value of a kind at a place gets the n-th stand-in."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._known: dict[str, str] = {}
        self._given: set[str] = set()
        self._personal: set[str] = set()
        self._hidden: set[str] = set()
        self._own: set[str] = set()
        self._turns: Counter[tuple[str, str]] = Counter()
        self._moments: dict[Era, dict[datetime, datetime]] = {era: {} for era in Era}
        self._waiting: dict[Era, set[datetime]] = {era: set() for era in Era}

    def keep(self, text: str) -> None:
        """An identifier that everybody may know stays itself, and stands in for nothing else."""
        self._own.add(text)
        self._given.add(text)

    def keeps(self, text: str) -> bool:
        """Whether an identifier stays itself."""
        return text in self._own

    def known(self, text: str) -> str | None:
        """The stand-in of a value that is plainly the same one; ``None`` for others, and for small numbers."""
        if len(text) < (_TOLD_APART if text.isdecimal() else 3):
            return None
        return self._known.get(text)

    def known_number(self, text: str) -> str | None:
        """The stand-in of a number that is said to be an identifier, however small."""
        return self._known.get(text)

    def hides(self, text: str) -> bool:
        """Whether a text is a secret or somebody's name, also where words of programs are expected."""
        return text in self._hidden

    def mentions(self, text: str) -> bool:
        """Whether a text holds a word of somebody's name or of a secret that was replaced."""
        return not self._personal.isdisjoint(_words(text))

    def remember(self, text: str) -> None:
        """Words that name somebody, wherever they come."""
        if len(self._personal) < _MOST:
            self._personal.update(word for word in _words(text) if len(word) >= 4 and not word.isdecimal())

    def once(self, text: str, kind: str, path: str, make: Callable[[int], str], *, is_unique: bool = True) -> str:
        """The stand-in of a value, made for the turn that it has among those of its kind at the place."""
        if text in self._known:
            return self._known[text]
        turn = self._turns[kind, path]
        self._turns[kind, path] += 1
        made = make(turn)
        for further in range(turn + 1, turn + _TRIES if is_unique else 0):
            if made not in self._given:
                break
            made = make(further)
        self._given.add(made)
        if kind in _HIDDEN:
            self._hidden.add(text)
        if kind in _PERSONAL:
            self.remember(text)
        self._known[text] = made
        return made

    def octets(self, kind: str, path: str, turn: int) -> Iterator[int]:
        """What a stand-in is drawn from."""
        return drawn(self._seed, kind, path, turn)

    def start(self, path: str) -> int:
        """Where a list of ready stand-ins begins for a place."""
        octets = self.octets("start", path, 0)
        return next(octets) * 256 + next(octets)

    def moment(self, era: Era, instant: datetime) -> datetime:
        """What stands in for an instant; a new one waits until ``arrange``."""
        known = self._moments[era].get(instant)
        if known is None:
            self._waiting[era].add(instant)
        return known or era.value

    def arrange(self) -> None:
        """Give the waiting instants their stand-ins, in their order."""
        for era, waiting in self._waiting.items():
            self._moments[era] |= arranged(waiting, era, len(self._moments[era]))
            waiting.clear()
