"""Where a score is heading: its last few runs beside the last ten (drift semantics 3.4)."""

from collections.abc import Sequence
from enum import StrEnum
from math import fsum
from typing import Final

from msgspec import Struct

_NEAR: Final = 3
_FAR: Final = 10
_BEYOND: Final = 5.0
"""Points; less than this is no direction."""


class Direction(StrEnum):
    """Which way a score goes."""

    UP = "up"
    STEADY = "steady"
    DOWN = "down"


class Trend(Struct, frozen=True):
    """A direction, and by how much."""

    direction: Direction
    points: float
    """Mean of the last 3 runs minus mean of the last 10."""


def trend(fidelities: Sequence[float | None]) -> Trend | None:
    """The trend of a score, oldest first; ``None`` where no run had one.

    Runs without a score are left out: an outage is no fall.
    """
    known = [fidelity for fidelity in fidelities if fidelity is not None][-_FAR:]
    if not known:
        return None
    points = _mean(known[-_NEAR:]) - _mean(known)
    if abs(points) <= _BEYOND:
        return Trend(Direction.STEADY, points)
    return Trend(Direction.UP if points > 0 else Direction.DOWN, points)


def _mean(numbers: Sequence[float]) -> float:
    return fsum(numbers) / len(numbers)
