"""What all requests to one host share: how many are in flight, and how fast they follow one another.

A host does not care which audit asks it. So the logs that tell what it was asked are shared by all audits of a process,
as those of ``driftwatch serve`` that run at the same time; each heeds them by the limits of its own config.
"""

from collections.abc import Iterable, Mapping
from math import inf
from threading import Lock

from driftwatch.transport.pace import POLL, Log, Pace, Slot
from driftwatch.transport.target import Origin, Target


class Commons:
    """What the audits of one process share: a log for each host, and one for all hosts together."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.everywhere = Log()
        self._logs: dict[Origin, Log] = {}

    def log_of(self, origin: Origin) -> Log:
        """The log of one host."""
        with self.lock:
            return self._logs.setdefault(origin, Log())


class Total:
    """The limits over all hosts, by the config of one audit."""

    __slots__ = ("log", "most", "pace")

    def __init__(self, commons: Commons, rate: float | None = None, most: int | None = None) -> None:
        self.log = commons.everywhere
        with commons.lock:
            self.pace = Pace(rate, log=self.log)
        self.most = most if most is not None else inf


class Host:
    """One party on the network. Targets behind one gateway are one host: it feels their sum."""

    __slots__ = ("_concurrency", "_in_flight", "_lock", "_log", "_mine", "_pace", "_total")

    def __init__(self, targets: Iterable[Target], log: Log, total: Total, lock: Lock) -> None:
        strictest = tuple(targets)
        rates = [target.rate for target in strictest if target.rate is not None]
        self._concurrency = min(target.concurrency for target in strictest)
        burst, jitter = min(target.burst for target in strictest), max(target.jitter for target in strictest)
        with lock:
            self._pace = Pace(min(rates, default=None), burst, jitter, log)
        self._log = log
        self._total = total
        self._lock = lock
        self._mine: set[Slot] = set()
        self._in_flight = 0
        """How many of ours are; counted, since whoever waits asks at every turn."""

    @property
    def paused_until(self) -> float:
        """Until when it asked to be left alone, by whichever audit it was asked."""
        return self._log.paused_until

    def pause(self, until: float) -> None:
        """Leave it alone so long."""
        with self._lock:
            self._log.paused_until = max(self._log.paused_until, until)

    def claim(self, now: float, not_before: float) -> Slot | float:
        """Leave to send one request now, or when to ask again (``inf``: after one of ours came back)."""
        total = self._total
        with self._lock:
            mine = self._in_flight
            if self._log.in_flight >= self._concurrency:
                return inf if self._log.in_flight <= mine else now + POLL
            if total.log.in_flight >= total.most:
                return inf if total.log.in_flight <= mine else now + POLL
            due = max(not_before, self.paused_until, self._pace.due(now), total.pace.due(now))
            if due > now:
                return due
            self._in_flight += 1
            self._log.in_flight += 1
            total.log.in_flight += 1
            return self._reserved(Slot(now))

    def claim_more(self, now: float) -> Slot | float:
        """Leave for one more request of a sample under way, or when to ask again; that it is under way is counted."""
        with self._lock:
            due = max(self.paused_until, self._pace.due(now), self._total.pace.due(now))
            return due if due > now else self._reserved(Slot(now, is_extra=True))

    def _reserved(self, slot: Slot) -> Slot:
        self._pace.reserve(slot)
        self._total.pace.reserve(slot)
        self._mine.add(slot)
        return slot

    def release(self, slot: Slot, now: float) -> None:
        """Its answer came, or none will."""
        with self._lock:
            self._let_go(slot, now)

    def clear(self) -> None:
        """Nothing of ours is in flight any more."""
        with self._lock:
            for slot in tuple(self._mine):
                self._let_go(slot, slot.taken)

    def _let_go(self, slot: Slot, arrived: float) -> None:
        if slot not in self._mine:
            return
        self._mine.remove(slot)
        if not slot.is_extra:
            self._in_flight -= 1
            self._log.in_flight -= 1
            self._total.log.in_flight -= 1
        slot.arrived = arrived


def hosts_of(
    targets: Mapping[str, Target], commons: Commons | None = None, total: Total | None = None
) -> Mapping[Origin, Host]:
    """The hosts behind the targets."""
    commons = commons if commons is not None else Commons()
    total = total if total is not None else Total(commons)
    shared: dict[Origin, list[Target]] = {}
    for target in targets.values():
        shared.setdefault(target.origin, []).append(target)
    hosts = {}
    for origin, members in shared.items():
        is_paced = any(target.rate is not None for target in members)  # others, as our own canary, are nobody's matter
        hosts[origin] = Host(members, commons.log_of(origin) if is_paced else Log(), total, commons.lock)
    return hosts
