"""Which of a mock server's stubs could answer a path: found by characters that all their paths have.

A server may hold thousands of stubs; a request meets only those within its reach.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import takewhile
from typing import Generic, TypeVar

T = TypeVar("T")


class Reach(Generic[T]):
    """Things by the paths they are for; letters of either case are one."""

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = {}
        self._prefixed: dict[str, list[T]] = {}
        self._longest = 0
        self._holding: dict[str, list[T]] = {}
        self._lengths: set[int] = set()
        """Of the texts by which ``_holding`` knows its things."""

    def add(self, thing: T, *, exact: str | None = None, prefix: str = "", piece: str = "") -> None:
        """Take something in that is for one path, or for all that begin so (the empty prefix: for every path).

        ``piece``: for all that have this text anywhere in them. Of prefix and piece one is heeded.
        """
        if exact is not None:
            self._exact.setdefault(exact.lower(), []).append(thing)
            return
        if piece and not prefix:
            self._holding.setdefault(piece.lower(), []).append(thing)
            self._lengths.add(len(piece.lower()))
            return
        key = prefix.lower()
        self._prefixed.setdefault(key, []).append(thing)
        self._longest = max(self._longest, len(key))

    def of(self, path: str) -> Iterator[T]:
        """Everything that could be for this path."""
        for group in self.groups(path):
            yield from group

    def ahead(self, path: str, rank: Callable[[T], int], before: float) -> Iterator[T]:
        """What could be for this path and ranks before something, in its order; things were taken in in theirs.

        Mostly the first one decides: none behind it is looked for.
        """
        return takewhile(lambda thing: rank(thing) < before, merge(*self.groups(path), key=rank))

    def groups(self, path: str) -> Iterator[list[T]]:
        """The same in groups, each in the order in which its things were taken in."""
        lowered = path.lower()
        if lowered in self._exact:
            yield self._exact[lowered]
        for end in range(min(len(lowered), self._longest) + 1):
            if lowered[:end] in self._prefixed:
                yield self._prefixed[lowered[:end]]
        for length in self._lengths:
            pieces = {lowered[start : start + length] for start in range(len(lowered) - length + 1)}
            yield from (self._holding[piece] for piece in pieces if piece in self._holding)
