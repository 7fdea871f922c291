"""What was spent of the days' budgets by this process, where no store is shared or none can be used."""

from datetime import UTC, date
from threading import Lock

from driftwatch.ports import Clock


class DayLedger:
    """Fulfils ``ports.Ledger`` for one process; forgotten with it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._day: date | None = None
        self._spent: dict[str, int] = {}

    def take(self, name: str, wanted: int, most: int) -> int:
        """See ``ports.Ledger``."""
        with self._lock:
            spent = self._today().get(name, 0)
            granted = max(0, min(wanted, most - spent))
            self._spent[name] = spent + granted
            return granted

    def give_back(self, name: str, number: int) -> None:
        """See ``ports.Ledger``."""
        with self._lock:
            self._spent[name] = max(0, self._today().get(name, 0) - number)

    def left(self, name: str, most: int) -> int:
        """See ``ports.Ledger``."""
        with self._lock:
            return max(0, most - self._today().get(name, 0))

    def _today(self) -> dict[str, int]:
        """What was spent on this day; what was spent before it is forgotten."""
        day = self._clock.now().astimezone(UTC).date()
        if day != self._day:
            self._day, self._spent = day, {}
        return self._spent
