"""Lines and columns of the characters of a text."""

from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import Final

_STRETCH: Final = 1024 * 1024
"""Characters whose lines are split off at a time, so that few are in memory."""


class Lines:
    """Where the lines of a text begin: found as far as somebody asks, since stubs are asked for in their order."""

    __slots__ = ("_begin", "_ends", "_line", "_seen", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: array[int] | None = None
        self._seen, self._line, self._begin = 0, 1, 0

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        if self._ends is None and offset >= self._seen:
            passed = self._text.count("\n", self._seen, offset)
            if passed:
                self._line, self._begin = self._line + passed, self._text.rfind("\n", self._seen, offset) + 1
            self._seen = offset
            return self._line, offset - self._begin + 1
        ends = self._ends if self._ends is not None else self.find()
        line = bisect_right(ends, offset)
        return line + 1, offset - (ends[line - 1] if line else 0) + 1

    def start(self, line: int) -> int:
        """Where a line begins, the first being 1; the end of the text for one that is not there."""
        ends = self.find()
        if line < 2:
            return 0
        return ends[line - 2] if line - 2 < len(ends) else len(self._text)

    def find(self) -> "array[int]":
        """Find all line ends at once: before places are asked for in no order."""
        if self._ends is None:
            self._ends = array("L")
            for start in range(0, len(self._text), _STRETCH):
                lengths = accumulate(map(len, self._text[start : start + _STRETCH].split("\n")))
                ends = [start + length + number for number, length in enumerate(lengths, 1)]
                ends.pop()  # behind the last line end of a stretch something goes on
                self._ends.extend(ends)
        return self._ends
