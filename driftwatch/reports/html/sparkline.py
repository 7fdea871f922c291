"""A trend as a small picture: numbers → points of an SVG, without a script and without a font."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

WIDTH: Final = 120
HEIGHT: Final = 28
_MARGIN: Final = 3.0
_LEAST_SPAN: Final = 10.0
"""Points of fidelity from bottom to top at least, so that a tenth of a point looks like what it is."""


class Sparkline(Struct, frozen=True):
    """What is drawn, and the same in words."""

    lines: tuple[str, ...]
    """``points`` of polylines: one for each stretch without a gap."""
    dots: tuple[tuple[str, str], ...]
    """Values that stand alone, and the last one."""
    words: str


def sparkline(values: Sequence[float | None]) -> Sparkline | None:
    """The trend of scores, the oldest first; ``None`` if there is no number to draw. A missing one is a gap."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low = min(*known, 100 - _LEAST_SPAN) if len(known) > 1 else min(known[0], 100 - _LEAST_SPAN)
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)

    def point(place: int, value: float) -> tuple[str, str]:
        share = (value - low) / (100 - low)
        return f"{_MARGIN + place * step:.1f}", f"{HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN):.1f}"

    stretches = [[point(place, value) for place, value in stretch] for stretch in _stretches(values)]
    lines = tuple(" ".join(",".join(one) for one in stretch) for stretch in stretches if len(stretch) > 1)
    dots = [stretch[0] for stretch in stretches if len(stretch) == 1]
    return Sparkline(lines, tuple(dict.fromkeys([*dots, stretches[-1][-1]])), _words(values, known))


def _stretches(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    numbered = enumerate(values)
    for is_known, stretch in groupby(numbered, key=lambda pair: pair[1] is not None):
        if is_known:
            yield [(place, value) for place, value in stretch if value is not None]


def _words(values: Sequence[float | None], known: Sequence[float]) -> str:
    first, last = math.floor(known[0]), math.floor(known[-1])
    runs = f"the last {len(values)} runs" if len(values) > 1 else "the only run"
    way = f"from {first} to {last}" if first != last else f"{last} throughout"
    missing = len(values) - len(known)
    return f"fidelity in {runs}: {way}" + (f"; nothing compared in {missing}" if missing else "")
