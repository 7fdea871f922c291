"""Which lines of a file change: the fewest, as a person who had made the same change would see them in a review.

Lines end at a line feed and keep it, with whatever stands before it, so that they put together are the file again. The
way from one text to the other is the shortest there is (E. Myers, "An O(ND) Difference Algorithm and Its Variations",
1986), as in git; where very much differs it is no longer looked for.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

CONTEXT: Final = 3
"""Unchanged lines around a change, as in every unified diff."""
_FARTHEST: Final = 1500
"""Lines taken away and added, after which all between the first and the last change counts as changed."""

Block = tuple[int, int, int, int]
"""Lines ``a`` to ``b`` of the old text become lines ``c`` to ``d`` of the new one; from 0, the ends excluded."""


class Line(Struct, frozen=True):
    """One line of a hunk."""

    sign: str
    """A space, ``-`` or ``+``."""
    content: bytes
    """With its line end, if it has one."""


class Hunk(Struct, frozen=True):
    """Changed lines that lie near each other, with some around them."""

    old_start: int
    """From 1; 0 before the first line of nothing."""
    old_count: int
    new_start: int
    new_count: int
    lines: tuple[Line, ...]

    @property
    def head(self) -> str:
        """The range line of a unified diff."""
        return f"@@ -{_span(self.old_start, self.old_count)} +{_span(self.new_start, self.new_count)} @@"


def hunks(before: bytes, after: bytes, context: int = CONTEXT) -> tuple[Hunk, ...]:
    """Where two texts differ; nothing if they do not."""
    old, new = _lines(before), _lines(after)
    return tuple(_hunk(old, new, blocks, context) for blocks in _near(changed(old, new), context))


def changed(old: Sequence[bytes], new: Sequence[bytes]) -> list[Block]:
    """The blocks of lines that differ, in order."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    kept = 0
    while kept < most - start and old[-1 - kept] == new[-1 - kept]:
        kept += 1
    a, b = old[start : len(old) - kept], new[start : len(new) - kept]
    if not a or not b:
        return [(start, start + len(a), start, start + len(b))] if a or b else []
    return [(i + start, j + start, k + start, m + start) for i, j, k, m in _joined(_steps(a, b))]


def _steps(a: Sequence[bytes], b: Sequence[bytes]) -> list[Block]:
    """Single lines that go or come, in order; one block where the way is too long."""
    trail = _trail(a, b)
    if trail is None:
        return [(0, len(a), 0, len(b))]
    steps: list[Block] = []
    x, y = len(a), len(b)
    for distance in range(len(trail) - 1, 0, -1):
        reached, k = trail[distance - 1], x - y
        comes = k == -distance or (k != distance and reached[k - 1] < reached[k + 1])
        k = k + 1 if comes else k - 1
        x = reached[k]
        y = x - k
        steps.append((x, x, y, y + 1) if comes else (x, x + 1, y, y))
    return steps[::-1]


def _trail(a: Sequence[bytes], b: Sequence[bytes]) -> list[dict[int, int]] | None:
    """By number of steps, the farthest old line reached on each diagonal; ``None`` if it takes too many."""
    ids: dict[bytes, int] = {}
    old = [ids.setdefault(line, len(ids)) for line in a]
    new = [ids.setdefault(line, len(ids)) for line in b]
    reached = {1: 0}
    trail: list[dict[int, int]] = []
    for distance in range(min(len(a) + len(b), _FARTHEST) + 1):
        here: dict[int, int] = {}
        for k in range(-distance, distance + 1, 2):
            comes = k == -distance or (k != distance and reached[k - 1] < reached[k + 1])
            x = reached[k + 1] if comes else reached[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            here[k] = x
            if x >= len(old) and y >= len(new):
                return [*trail, here]
        trail.append(here)
        reached = here
    return None


def _joined(steps: list[Block]) -> Iterator[Block]:
    """Steps that touch each other as one block."""
    begun: Block | None = None
    for step in steps:
        if begun is not None and begun[1] == step[0] and begun[3] == step[2]:
            begun = (begun[0], step[1], begun[2], step[3])
            continue
        if begun is not None:
            yield begun
        begun = step
    if begun is not None:
        yield begun


def _near(blocks: list[Block], context: int) -> Iterator[list[Block]]:
    """Blocks whose surroundings touch, together."""
    group: list[Block] = []
    for block in blocks:
        if group and block[0] - group[-1][1] > 2 * context:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _hunk(old: Sequence[bytes], new: Sequence[bytes], blocks: list[Block], context: int) -> Hunk:
    first, last = blocks[0], blocks[-1]
    begin, end = max(first[0] - context, 0), min(last[1] + context, len(old))
    lines, at = [], begin
    for a, b, c, d in blocks:
        lines += [Line(" ", line) for line in old[at:a]]
        lines += [Line("-", line) for line in old[a:b]]
        lines += [Line("+", line) for line in new[c:d]]
        at = b
    lines += [Line(" ", line) for line in old[at:end]]
    new_begin, new_end = first[2] - (first[0] - begin), last[3] + (end - last[1])
    return Hunk(
        begin + 1 if end > begin else begin, end - begin,
        new_begin + 1 if new_end > new_begin else new_begin, new_end - new_begin, tuple(lines),
    )  # fmt: skip


def _span(start: int, count: int) -> str:
    """GNU diff and git leave a count of one out."""
    return str(start) if count == 1 else f"{start},{count}"


def _lines(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended
