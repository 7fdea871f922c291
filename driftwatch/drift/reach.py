"""Which mocks of a set answer which requests, found by their paths and not by asking each: a set may be large.

Between two patterns only equality is decided; a pattern in front of a literal is tried on the literal (drift semantics
2.10). Where trying would take too long nothing is said.
"""

import re
from collections.abc import Sequence
from heapq import merge
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from driftwatch.model.coverage import Call, Covered, Matching
from driftwatch.model.route import nameless, path_template

if TYPE_CHECKING:
    import regex

_PATIENCE: Final = 0.2
"""Seconds for one pattern on one path: a stranger wrote both."""
_PATIENCE_LOST: Final = 8
"""After so many patterns that took too long no pattern is tried any more."""
_MOST_LOOKED_AT: Final = 200
"""Mocks in front of one; a set with more of them is no mock any more."""
_MOST_TRIED: Final = 100_000
"""Patterns on paths in all."""
_ANCHOR: Final = re.compile(r"^\^|\\A|\$$|\\[zZ]")


class Reach:
    """The mocks of one set by what they match, in the order in which the set is tried."""

    def __init__(self, mocks: Sequence[Covered]) -> None:
        self._mocks = mocks
        self._headers = [{name.lower(): value for name, value in one.matching.headers.items()} for one in mocks]
        self._by_path: dict[str, list[int]] = {}
        self._by_pattern: dict[str, list[int]] = {}
        self._patterns: list[int] = []
        self._anywhere: list[int] = []
        self._operations: set[tuple[str, str]] = set()
        self._tried = _Patterns()
        for number, mock in enumerate(mocks):
            self._enter(number, mock.matching)

    def in_front_of(self, number: int) -> Covered | None:
        """The first mock that takes every request which this one matches, and is tried before it; ``None`` if none."""
        narrow = self._mocks[number].matching
        could: list[Sequence[int]] = [self._anywhere]
        if narrow.path_regex:
            could.append(self._by_pattern[narrow.path_regex])
        elif narrow.path:
            could += [self._by_path[narrow.path], () if self._tried.is_tired else self._patterns]
        earlier = takewhile(lambda other: other < number, merge(*could))
        for other in islice(earlier, _MOST_LOOKED_AT):
            if self._covers(other, number):
                return self._mocks[other]
        return None

    def answers(self, call: Call) -> bool:
        """Whether a mock answers this operation, with whatever query and for whichever record; in doubt it does."""
        places = (call.path, nameless(call.path_template), "")
        if any((method, place) in self._operations for method in ("", call.method) for place in places):
            return True
        patterns = (self._mocks[number].matching for number in self._patterns)
        return self._tried.is_tired or any(
            one.method in ("", call.method) and self._tried.take(one.path_regex, call.path) for one in patterns
        )

    def _enter(self, number: int, matching: Matching) -> None:
        if matching.path_regex:
            self._by_pattern.setdefault(matching.path_regex, []).append(number)
            self._patterns.append(number)
            return
        if matching.path:
            self._by_path.setdefault(matching.path, []).append(number)
            self._operations.add((matching.method, nameless(path_template(matching.path))))
        else:
            self._anywhere.append(number)
        self._operations.add((matching.method, matching.path))

    def _covers(self, earlier: int, later: int) -> bool:
        """Whether one takes all of the other's requests; paths are equal, or one is a pattern to try on the other."""
        broad, narrow = self._mocks[earlier].matching, self._mocks[later].matching
        return (
            broad.method in ("", narrow.method)
            and broad.query.items() <= narrow.query.items()
            and self._headers[earlier].items() <= self._headers[later].items()
            and (not broad.path_regex or bool(narrow.path_regex) or self._tried.take(broad.path_regex, narrow.path))
        )


class _Patterns:
    """Patterns, each compiled once and given up for good when it takes too long."""

    def __init__(self) -> None:
        self._compiled: dict[str, regex.Pattern[str] | None] = {}
        self._lost = 0
        self._tries = 0

    @property
    def is_tired(self) -> bool:
        """No pattern is tried any more."""
        return self._lost >= _PATIENCE_LOST or self._tries >= _MOST_TRIED

    def take(self, pattern: str, path: str) -> bool:
        """Whether a pattern takes a path: the whole of it, unless anchors say where it begins or ends."""
        if pattern not in self._compiled:
            self._compiled[pattern] = _compile(pattern)
        compiled = self._compiled[pattern]
        if compiled is None or self.is_tired:
            return False
        self._tries += 1
        look = compiled.search if _ANCHOR.search(pattern) else compiled.fullmatch
        try:
            return look(path, timeout=_PATIENCE) is not None
        except TimeoutError:
            self._compiled[pattern] = None
            self._lost += 1
            return False


def _compile(pattern: str) -> "regex.Pattern[str] | None":
    import regex  # noqa: PLC0415 - loaded on demand: few mocks match by patterns

    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError):
        return None
