"""What one test, one shared fixture or one module met, each mock once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from driftwatch.model.use import Need, Touch

Key = tuple[str, str, str, str, str, str, str]
_RANK: Final = {Need.OPTIONAL: 0, Need.NEEDED: 1, Need.WHOLE: 2}
"""Of two readings of one place the greater is kept: after ``WHOLE`` nobody may say that something below is unread."""
FILE: Final = "file"
"""The tool of a mock file that a test opened itself."""


def key_of(touch: Touch) -> Key:
    """What makes two touches the same: all but what was read."""
    return touch.tool, touch.file, touch.pointer, touch.mock_id, touch.name, touch.method, touch.url


class Notes:
    """Touches in the order in which they came first, and what was read of each."""

    __slots__ = ("_reads", "_touches")

    def __init__(self) -> None:
        self._touches: dict[Key, Touch] = {}
        self._reads: dict[Key, dict[str, Need]] = {}

    def __len__(self) -> int:
        return len(self._touches)

    def __iter__(self) -> Iterator[Touch]:
        for key, touch in tuple(self._touches.items()):
            reads = self._reads.get(key)
            yield replace(touch, reads=dict(reads)) if reads else touch

    def add(self, touch: Touch) -> None:
        """Note one more; one that is there already only gains what was read."""
        key = key_of(touch)
        self._touches.setdefault(key, touch)
        if touch.reads:
            self.read(touch, touch.reads)

    def read(self, touch: Touch, reads: Mapping[str, Need]) -> None:
        """Join what was read to a touch that is there, or is now."""
        key = key_of(touch)
        self._touches.setdefault(key, touch)
        known = self._reads.setdefault(key, {})
        for pointer, need in reads.items():
            if pointer not in known or _RANK[need] > _RANK[known[pointer]]:
                known[pointer] = need

    def update(self, touches: Iterable[Touch]) -> None:
        """Note all of them."""
        for touch in touches:
            self.add(touch)

    def last(self, method: str, url: str) -> Touch | None:
        """The latest for a call, if there is one."""
        for key in reversed(tuple(self._touches)):
            if key[5] == method and key[6] == url:
                return self._touches[key]
        return None

    def files(self) -> list[str]:
        """The mock files that were opened and read."""
        return [key[1] for key in tuple(self._touches) if key[0] == FILE]


def settled(touches: Iterable[Touch]) -> tuple[Touch, ...]:
    """All touches of one test in a lasting order, without those that say less than another.

    That a file was opened says that the test may rest on all of it. Where a library answered with a part of that very
    file, this is what it was opened for.
    """
    notes = Notes()
    notes.update(touches)
    told = list(notes)
    exact = {touch.file for touch in told if touch.file and touch.tool != FILE}
    kept = [touch for touch in told if touch.tool != FILE or touch.pointer or touch.file not in exact]
    return tuple(sorted(kept, key=key_of))
