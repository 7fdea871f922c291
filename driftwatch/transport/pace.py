"""How fast requests may follow one another.

A reservation bucket (GCRA, ITU-T I.371 annex A): one number says when the next request would be exactly on time.
It asks no clock and puts nobody to sleep, so it can be simulated; who waits, and wakes on shutdown, is the prober.
"""


class Pace:
    """``rate`` requests per second, after a silence ``burst`` of them at once. Not locked: its owner is."""

    __slots__ = ("_interval", "_next", "_tolerance")

    def __init__(self, rate: float | None, burst: int = 1) -> None:
        self._interval = 0.0 if rate is None else 1.0 / rate
        self._tolerance = self._interval * (burst - 1)
        self._next = float("-inf")

    def due(self, now: float) -> float:
        """When the next request may start: ``now``, or later."""
        return max(now, self._next - self._tolerance)

    def reserve(self, now: float) -> None:
        """A request starts now."""
        self._next = max(now, self._next) + self._interval
