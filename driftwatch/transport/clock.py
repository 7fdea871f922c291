"""The real time: the one place that may ask the operating system for it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Fulfils ``ports.Clock``."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  this is the clock that everybody else must ask

    def elapsed(self) -> float:
        """Seconds since an arbitrary start; never runs backwards."""
        return time.perf_counter()
