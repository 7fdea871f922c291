"""A mountebank config as it is after rendering: one text of several files, in which every place is still known."""

import re
from bisect import bisect_right
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, pointer
from driftwatch.model.interaction import Origin, Unreadable

_MARK: Final = "\ue0f0"
"""Stands before and after a hole's number; a private character that no mock needs."""
HOLE: Final = re.compile(f"{_MARK}(\\d+)b?{_MARK}")
BARE: Final = re.compile(f'"{_MARK}\\d+b{_MARK}"')
"""A hole outside of quotes, which it was given so that the config stays JSON."""


class Gap(Struct, frozen=True):
    """A place that could not be rendered."""

    reason: str
    is_missing: bool
    """A file is not there, so mountebank itself cannot start; else a script computes the value."""
    source: Document
    offset: int


class Piece(Struct, frozen=True):
    """A stretch of the rendered text and where it came from."""

    start: int
    source: Document
    offset: int
    is_verbatim: bool


class Config(Struct):
    """A rendered config."""

    document: Document
    """The rendered text and its values, under the root file's name."""
    root: Document
    gaps: list[Gap] = field(default_factory=list)
    included: dict[str, None] = field(default_factory=dict)
    """Files that are part of it, in their order."""
    bodies: dict[tuple[int, int], str] = field(default_factory=dict)
    """Stretches of the text that are a whole plain file."""
    problems: dict[int, str] = field(default_factory=dict)
    """Stubs of a data folder by position, and why their responses cannot be read."""
    pieces: list[Piece] = field(default_factory=list)
    """Empty if there was nothing to render."""

    def mark(self, gap: Gap, *, is_bare: bool) -> str:
        """Note a gap; what stands for it in the text."""
        self.gaps.append(gap)
        number = len(self.gaps) - 1
        return f'"{_MARK}{number}b{_MARK}"' if is_bare else f"{_MARK}{number}{_MARK}"

    def origin(self, *steps: Step) -> Origin:
        """Where a value stands in the file that holds it."""
        if not self.pieces:
            return self.document.origin(*steps)
        source, offset = self._place(self._start(steps))
        return Origin(source.file, pointer(self._inside(steps, source)), *source.place(offset))

    def unreadable(self, name: str, refusal: Refusal, *steps: Step) -> Unreadable:
        """A refusal with its place in the file that holds it."""
        if not self.pieces:
            return self.document.unreadable(name, refusal, *steps)
        stub, there = self.origin(*steps), self.origin(*steps, *refusal.steps)
        line = there.line if there.file == stub.file else stub.line
        return Unreadable(stub.file, name, refusal.reason, line, stub.pointer)

    def missing(self, *steps: Step) -> Gap | None:
        """The first file that is missing inside a value."""
        if not self.gaps:
            return None
        found = (self.gaps[int(number)] for number in HOLE.findall(self.document.source(*steps)))
        return next((gap for gap in found if gap.is_missing), None)

    def body_file(self, *steps: Step) -> str:
        """The plain file that a text was read from as a whole; empty if there is none."""
        if not self.bodies:
            return ""
        start, end = self.document.span(*steps)
        return self.bodies.get((start + 1, end - 1), "")

    def line(self, offset: int) -> str:
        """File and line of a character of the rendered text, in words."""
        source, inside = self._place(offset)
        return f"{source.file}, line {source.place(inside)[0]}"

    def _start(self, steps: tuple[Step, ...]) -> int:
        for depth in range(len(steps), 0, -1):
            try:
                return self.document.span(*steps[:depth])[0]
            except LookupError:
                continue
        return len(self.document.text) - len(self.document.text.lstrip())

    def _place(self, offset: int) -> tuple[Document, int]:
        index = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        piece = self.pieces[max(index, 0)]
        return piece.source, piece.offset + (offset - piece.start if piece.is_verbatim else 0)

    def _inside(self, steps: tuple[Step, ...], source: Document) -> tuple[Step, ...]:
        """The steps below the outermost value that stands in the same file."""
        if source is self.root:
            return steps
        depths = range(len(steps) + 1)
        depth = next(depth for depth in depths if self._place(self._start(steps[:depth]))[0] is source)
        return steps[depth:]
