"""The board on which the latest stands: whoever audits writes on it, whoever is asked reads from it.

Writers hold a lock for a moment; readers get values that never change. What is kept is the latest run of each provider
and numbers, so the board does not grow with the runs.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.latest import Latest
from driftwatch.model.probe import Failure, HeldBack, Observation
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import DURATION_BUCKETS, Channel, Exemplar, Fault, Missed, Role, Traffic, Vitals, Watch
from driftwatch.reports.measures import OPERATIONS_LIMIT, View

_CODES: Final = frozenset(
    map(str, (
        200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 429,
        500, 501, 502, 503, 504,
    ))
)  # fmt: skip
"""Status codes with a series of their own; a service cannot make more."""
LEVELS: Final = ("warning", "error", "critical")


class _Tally(Struct):
    """What is counted for one provider."""

    interval: float = 0.0
    next_run: datetime | None = None
    running: int = 0
    runs: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    missed: Counter[Missed] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    durations: list[int] = field(default_factory=lambda: [0] * (len(DURATION_BUCKETS) + 1))
    exemplars: list[Exemplar | None] = field(default_factory=lambda: [None] * (len(DURATION_BUCKETS) + 1))
    seconds: float = 0.0
    certificate_ends: datetime | None = None
    rolled_out: datetime | None = None
    held_back: Counter[HeldBack] = field(default_factory=Counter)
    daily_left: int | None = None

    def freeze(self) -> Watch:
        """As it stands at this moment."""
        traffic = Traffic(
            dict(sorted(self.answers.items())),
            {failure.value: self.failures[failure.value] for failure in Failure},
            tuple(self.durations),
            self.seconds,
            tuple(self.exemplars),
            self.certificate_ends,
        )
        return Watch(
            self.interval, self.next_run, self.running > 0, self.runs, dict(self.faults), dict(self.missed), traffic,
            self.rolled_out, dict(self.held_back), self.daily_left,
        )  # fmt: skip


class Board:
    """One for a process; every method may be called by any thread."""

    def __init__(self, version: str) -> None:
        self._lock = threading.Lock()
        self._latest = Latest()
        self._own: dict[str, str] = {}
        """By provider: the run of this process that stands here."""
        self._view = View(self._latest)
        self._limit = OPERATIONS_LIMIT
        self._tallies: dict[str, _Tally] = {}
        self._messages = Counter(dict.fromkeys(LEVELS, 0))
        self._vitals = Vitals(version)
        self._queue = 0

    # what is read

    def view(self) -> View:
        """What is known of the mocks; the very same object until something new is known."""
        return self._view

    def vitals(self) -> Vitals:
        """What is known of the process, at this moment."""
        with self._lock:
            providers = {name: tally.freeze() for name, tally in self._tallies.items()}
            return replace(
                self._vitals, providers=providers, log_messages=dict(self._messages), queue=max(0, self._queue)
            )

    # what is written

    def configure(self, intervals: Mapping[str, float], operations: int, at: datetime) -> None:
        """A config holds from now on: these providers, each with its longest time between two audits."""
        with self._lock:
            self._tallies = {name: self._tallies.get(name) or _Tally() for name in intervals}
            for name, seconds in intervals.items():
                self._tallies[name].interval = seconds
            self._limit = operations
            self._own = {name: run for name, run in self._own.items() if name in intervals}
            self._vitals = replace(self._vitals, is_config_good=True, config_loaded_at=at)
            self._show(self._latest)

    def config_failed(self) -> None:
        """A new config could not be used."""
        with self._lock:
            self._vitals = replace(self._vitals, is_config_good=False)

    def learn(self, found: Iterable[Summary], past: Latest) -> None:
        """What other processes found, in the order they did, and when all was well in the past.

        A run of this process stands here already, and says more than what was kept of it. Once a config holds, nothing
        is kept of providers that are not in it.
        """
        with self._lock:
            latest, before = self._latest.recalling(past), self._latest
            for summary in found:
                names = [provider.name for provider in summary.providers]
                if all(self._own.get(name) == summary.run_id for name in names):
                    continue
                latest = latest.after(summary)
                for name in names:
                    self._own.pop(name, None)
            is_news = latest.runs is not before.runs or latest.last_success != before.last_success
            if is_news or latest.successes != before.successes:
                self._show(latest)

    def read(self, at: datetime) -> None:
        """The store was asked what others found."""
        with self._lock:
            self._vitals = replace(self._vitals, has_store=True, read_at=at, read_trouble="")

    def not_read(self, trouble: str) -> None:
        """The store could not be asked, and why."""
        with self._lock:
            self._vitals = replace(self._vitals, has_store=True, read_trouble=trouble)

    def stands(self, role: Role, trouble: str = "") -> None:
        """What this process is among those at its store, and why that cannot be known."""
        with self._lock:
            before = self._vitals
            changes = before.role_changes + (Role.LEADER in (role, before.role) and role is not before.role)
            # who does not write any more cannot say whether he could
            store_trouble = before.store_trouble if role.is_auditing else ""
            self._vitals = replace(
                before, role=role, role_trouble=trouble, role_changes=changes, store_trouble=store_trouble
            )

    def submitted(self) -> None:
        """An audit is due and waits for its turn."""
        with self._lock:
            self._queue += 1

    def began(self, provider: str) -> None:
        """An audit begins."""
        with self._lock:
            self._queue -= 1
            if provider in self._tallies:
                self._tallies[provider].running += 1

    def ended(self, provider: str, summary: Summary | None, fault: Fault | None) -> None:
        """An audit ended, with what it found and what went wrong; a provider that left meanwhile is not told of."""
        with self._lock:
            tally = self._tallies.get(provider)
            if fault is Fault.INTERRUPTED:
                self._vitals = replace(self._vitals, interrupted=self._vitals.interrupted + 1)
            if tally is None:
                return
            tally.running -= 1
            tally.runs += 1
            if fault is not None:
                tally.faults[fault] += 1
            if summary is not None:
                self._own.update((each.name, summary.run_id) for each in summary.providers)
                self._show(self._latest.after(summary))

    def skipped(self) -> None:
        """An audit that waited is not begun after all, since driftwatch stops."""
        with self._lock:
            self._queue -= 1

    def missed(self, provider: str, reason: Missed) -> None:
        """An audit was due and is not begun."""
        with self._lock:
            if provider in self._tallies:
                self._tallies[provider].missed[reason] += 1

    def scheduled(self, times: Mapping[str, datetime | None], beat: datetime) -> None:
        """When the next audits begin; the scheduler is alive. What is not named has none."""
        with self._lock:
            self._vitals = replace(self._vitals, heartbeat=beat)
            for name, tally in self._tallies.items():
                tally.next_run = times.get(name)

    def heard(self, provider: str, sample: Observation, run_id: str) -> None:
        """A request was answered, or was not."""
        with self._lock:
            tally = self._tallies.get(provider)
            if tally is None:
                return
            if sample.failure is not None:
                tally.failures[sample.failure.value] += 1
                return
            code = str(sample.status)
            tally.answers[code if code in _CODES else "other"] += 1
            if sample.elapsed_ms is not None:
                seconds = sample.elapsed_ms / 1000
                bucket = bisect_left(DURATION_BUCKETS, seconds)
                tally.durations[bucket] += 1
                tally.seconds += seconds
                tally.exemplars[bucket] = Exemplar(run_id, seconds, sample.at)

    def saw_certificate(self, provider: str, ends: datetime) -> None:
        """A provider showed a certificate that expires then."""
        with self._lock:
            if provider in self._tallies:
                self._tallies[provider].certificate_ends = ends

    def held_back(self, provider: str, reason: HeldBack) -> None:
        """A probe was not sent, for the sake of manners."""
        with self._lock:
            if provider in self._tallies:
                self._tallies[provider].held_back[reason] += 1

    def saw_budget(self, provider: str, left: int) -> None:
        """So many requests are left of a provider's budget of the day."""
        with self._lock:
            if provider in self._tallies:
                self._tallies[provider].daily_left = left

    def rolled_out(self, latest: Mapping[str, datetime]) -> None:
        """When the last rollout of each provider was complete."""
        with self._lock:
            for name, at in latest.items():
                if name in self._tallies:
                    self._tallies[name].rolled_out = at

    def logged(self, level: str) -> None:
        """A line was logged."""
        if level in LEVELS:
            with self._lock:
                self._messages[level] += 1

    def stored(self, at: datetime) -> None:
        """A run was written to the store."""
        with self._lock:
            self._vitals = replace(self._vitals, stored_at=at, store_trouble="")

    def store_failed(self, trouble: str) -> None:
        """A run could not be written to the store, and why."""
        with self._lock:
            failures = self._vitals.store_failures + 1
            self._vitals = replace(self._vitals, store_failures=failures, store_trouble=trouble)

    def found_interrupted(self, runs: int) -> None:
        """Runs of earlier processes that never ended."""
        with self._lock:
            self._vitals = replace(self._vitals, interrupted=self._vitals.interrupted + runs)

    def offer_channels(self, names: Iterable[str]) -> None:
        """These are the ways to tell people; what was counted of one that stays, stays."""
        with self._lock:
            known = self._vitals.channels
            self._vitals = replace(self._vitals, channels={name: known.get(name, Channel()) for name in names})

    def delivered(self, channel: str, at: datetime) -> None:
        """A notice was accepted."""
        with self._lock:
            self._count(channel, attempts=1, last_success=at)

    def delivery_failed(self, channel: str) -> None:
        """A notice was not accepted, and will be tried again or dropped."""
        with self._lock:
            self._count(channel, attempts=1, failures=1)

    def dropped(self, channel: str) -> None:
        """A notice was given up."""
        with self._lock:
            self._count(channel, dropped=1)

    def notices_waiting(self, number: int) -> None:
        """So many notices wait for their delivery."""
        with self._lock:
            self._vitals = replace(self._vitals, notices_waiting=number)

    def _count(
        self, channel: str, attempts: int = 0, failures: int = 0, dropped: int = 0, last_success: datetime | None = None
    ) -> None:
        before = self._vitals.channels.get(channel)
        if before is None:
            return
        after = Channel(
            before.attempts + attempts,
            before.failures + failures,
            before.dropped + dropped,
            last_success or before.last_success,
        )
        self._vitals = replace(self._vitals, channels={**self._vitals.channels, channel: after})

    def collector_failed(self) -> None:
        """Metrics could not be rendered."""
        with self._lock:
            self._vitals = replace(self._vitals, collector_errors=self._vitals.collector_errors + 1)

    def _show(self, latest: Latest) -> None:
        is_configured = self._vitals.config_loaded_at is not None
        self._latest = latest.only(self._tallies) if is_configured else latest
        self._view = View(self._latest, tuple(self._tallies), self._limit, self._vitals.version)
