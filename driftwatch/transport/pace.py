"""How fast requests may follow one another, as the service sees it.

Two things hold at once. A reservation bucket (GCRA, ITU-T I.371 annex A) spreads requests evenly. And a log of the last
ones keeps the promise where it counts, which is at the service: in no second does it see more requests than the rate
says. A request that we make at the right moment may reach it late, while a connection is set up or a thread waits for
its turn, and the next ones on time; then the service sees a crowd. So a request may start only when the one that is
``rate`` places before it is known to have arrived a whole second ago: its answer came, or it was written
``LATE`` seconds before. Where one request is in flight at a time, that costs a tenth of a usual rate at most, and
nothing where answers take longer than the pace; where many are in flight at a slow service, half of it at most.

Nothing here asks a clock or puts anybody to sleep, so it can be simulated; who waits, and wakes on shutdown, is the
prober.
"""

import random
from collections import deque
from collections.abc import Callable
from math import floor, inf
from typing import Final

LATE: Final = 1.0
"""Seconds after which a request that was written is taken to have arrived, though its answer is still to come.

With a tenth of that, measured on two cores with five times as much to do, services saw up to 1.3 times the rate.
"""
POLL: Final = 0.02
"""Seconds until one looks again whether something has happened that nobody is told of."""
_SECOND: Final = 1.0


class Slot:
    """Leave for one request, and what is known of its way."""

    __slots__ = ("arrived", "is_extra", "taken", "written")

    def __init__(self, taken: float, *, is_extra: bool = False) -> None:
        self.taken = taken
        """When leave was given."""
        self.is_extra = is_extra
        """It is for one more request of a sample that is under way."""
        self.written = inf
        """When it could be written: once its connection stood. Set by the thread that sends."""
        self.arrived = inf
        """When the service surely had it, since its answer had come."""

    @property
    def latest(self) -> float:
        """When it reached the service at the latest; ``inf`` while that cannot be said."""
        return min(self.arrived, self.written + LATE)


class Log:
    """The last requests to one party, whoever sent them, and how many of them are under way. Its owner locks it."""

    __slots__ = ("in_flight", "next", "paused_until", "slots")

    def __init__(self) -> None:
        self.slots: deque[Slot] = deque(maxlen=0)
        self.next = -inf
        """When the next request would be exactly on time."""
        self.in_flight = 0
        self.paused_until = -inf
        """Until when the party asked to be left alone."""

    def keep(self, number: int) -> None:
        """Remember at least so many requests."""
        if number > (self.slots.maxlen or 0):
            self.slots = deque(self.slots, maxlen=number)


class Pace:
    """``rate`` requests per second, after a silence ``burst`` of them at once. Not locked: its owner is.

    In a half-open window of a second there are at most ``rate`` of them, rounded down, and ``burst - 1`` more; with a
    rate below one, one in each ``1 / rate`` seconds. ``jitter`` is the share of the interval between two of them by
    which a request comes later at random. Several paces may share one log: each heeds all that is in it.
    """

    __slots__ = ("_interval", "_jitter", "_log", "_most", "_random", "_tolerance", "_window")

    def __init__(
        self,
        rate: float | None,
        burst: int = 1,
        jitter: float = 0.0,
        log: Log | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._interval = 0.0 if rate is None else 1.0 / rate
        self._tolerance = self._interval * (burst - 1)
        self._window = max(_SECOND, self._interval)
        self._most = 0 if rate is None else max(1, floor(rate)) + burst - 1
        self._jitter = jitter
        self._log = log if log is not None else Log()
        self._log.keep(self._most)
        self._random = chance

    def due(self, now: float) -> float:
        """When the next request may start: ``now``, or later; later still where it is not known yet when."""
        if not self._most:
            return now
        due = max(now, self._log.next - self._tolerance)
        if len(self._log.slots) < self._most:
            return due
        latest = self._log.slots[-self._most].latest
        return max(due, latest + self._window) if latest < inf else max(due, now + POLL)

    def reserve(self, slot: Slot) -> None:
        """A request starts, with this leave."""
        self._log.slots.append(slot)
        if self._interval:
            late = self._interval * self._jitter * self._random() if self._jitter else 0.0
            self._log.next = max(slot.taken, self._log.next) + self._interval + late
