"""When the next attempt is made: later and later, never at the same moment as everybody else."""

from datetime import timedelta
from typing import Final

TRIES: Final = 8
"""Attempts until a parcel is given up: about half an hour after the first, and longer where the other side asks."""
_FIRST: Final = 5.0
_LONGEST: Final = 900.0
_PATIENCE: Final = 3600.0
"""The longest wait that anybody may ask for."""


def pause(attempts: int, chance: float, retry_after: float | None = None) -> timedelta:
    """How long to wait after so many failed attempts, at least 1.

    ``chance`` from 0 to 1 spreads it over the upper half of the doubled time ("equal jitter"): those who failed
    together do not come back together. ``retry_after`` is the least, as far as it is reasonable.
    """
    longest = min(_LONGEST, _FIRST * 2.0 ** min(attempts - 1, 30))
    return timedelta(seconds=max(longest * (1 + chance) / 2, min(retry_after or 0.0, _PATIENCE)))
