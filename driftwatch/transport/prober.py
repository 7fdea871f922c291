"""Sends probes with a crew of threads and hands back what came of them, in the order it came."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from math import inf
from typing import Any, Final

import structlog

from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Unreachable
from driftwatch.ports import Clock
from driftwatch.transport.host import hosts_of
from driftwatch.transport.lane import Lane, Outcome
from driftwatch.transport.question import phrase, user_agent
from driftwatch.transport.route import Route, Routes
from driftwatch.transport.schedule import Schedule
from driftwatch.transport.session import Session
from driftwatch.transport.target import Refusal, Target
from driftwatch.transport.trial import Trial

Wait = Callable[[threading.Condition, float | None], object]
_FAREWELL: Final = 1.0
"""Seconds to wait for threads that are told to stop. Longer only lasts a look-up of a name or an attempt to connect,
which cannot be cut; such a thread ends by itself at its time limit and holds up nobody's exit."""


class HttpProber:
    """Fulfils ``ports.Prober`` for one run: budgets, pauses and circuits last as long as it does.

    One ``send`` at a time. ``SettingsError`` at once, and not at the first request, if authorities are unreadable.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        clock: Clock,
        *,
        run_id: str,
        workers: int = 32,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        routes = Routes()
        hosts = hosts_of(targets)
        self.clock: Final = clock
        self.routes: Final[Mapping[str, Route]] = {name: routes.to(target) for name, target in targets.items()}
        self.agent: Final = user_agent(run_id)
        self.workers: Final = workers
        self.wait: Final = wait
        self.log: Final[Any] = structlog.get_logger().bind(run_id=run_id)
        self.lanes: Final = {name: Lane(target, hosts[target.origin], self.log) for name, target in targets.items()}
        self.certificate_ends: Final[dict[str, float]] = {}
        """By lane: when the first of the certificates that were shown expires, in seconds since 1970."""
        self._is_sending = False
        for name, target in targets.items():
            if target.verify is False:
                self.log.warning("target.unverified", provider=name)

    @property
    def requests_sent(self) -> int:
        """Requests of this run so far, over all targets (one repeated over a stale connection counts once)."""
        return sum(lane.sent for lane in self.lanes.values())

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """Take all samples of each probe; one outcome for each, in any order.

        Closing the iterator, or an exception in its reader, ends the requests in flight.
        """
        if self._is_sending:
            raise RuntimeError("this prober is already sending; read or close that iterator first")
        self._is_sending = True
        crew = Crew(self, Schedule(self.lanes, probes))
        try:
            crew.start()
            yield from crew.outcomes()
        finally:
            crew.stop()
            self._is_sending = False


class Crew:
    """The threads of one ``send``, round one schedule."""

    def __init__(self, prober: HttpProber, schedule: Schedule) -> None:
        self._prober = prober
        self._schedule = schedule
        lock = threading.Lock()
        self._work = threading.Condition(lock)
        """There may be a sample to take."""
        self._news = threading.Condition(lock)
        """There may be an outcome to collect."""
        self._alarm = inf
        """When the earliest of the waiting threads will look again."""
        self._is_stopped = False
        self._crash: BaseException | None = None
        self._sessions: list[Session] = []
        self._idle: dict[str, list[Session]] = {name: [] for name in prober.lanes}
        size = min(prober.workers, schedule.pending, sum(lane.target.concurrency for lane in schedule.lanes))
        self._threads = [
            threading.Thread(target=self._run, name=f"driftwatch-send-{number}", daemon=True) for number in range(size)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def outcomes(self) -> Iterator[Outcome]:
        """Every outcome, as soon as there is one."""
        schedule = self._schedule
        while True:
            with self._work:
                while not schedule.has_outcomes and schedule.pending and self._crash is None:
                    self._news.wait()
                if self._crash is not None:
                    raise self._crash
                was_full = schedule.is_full
                collected = schedule.collect()
                is_last = not schedule.pending
                if was_full:
                    self._work.notify_all()
            yield from collected
            if is_last:
                return

    def stop(self) -> None:
        """End every thread and close every connection, at once if there is work left."""
        with self._work:
            self._is_stopped = True
            self._work.notify_all()
        for session in self._sessions:
            session.cut()
        until = self._prober.clock.elapsed() + _FAREWELL
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - self._prober.clock.elapsed()))
        self._schedule.close()
        for session in self._sessions:
            session.close()

    def _run(self) -> None:
        try:
            trial = self._next(None, None)
            while trial is not None:
                trial = self._next(trial, self._sample(trial))
        except BaseException as error:  # a fault of ours: the reader must see it, not wait for ever
            with self._work:
                self._crash = error
                self._news.notify_all()

    def _next(self, done: Trial | None, sample: Observation | Refusal | None) -> Trial | None:
        """Hand in a sample and take the next one; ``None`` when there will be none."""
        schedule, clock = self._schedule, self._prober.clock
        with self._work:
            if done is not None and not self._is_stopped:
                self._hand_in(done, sample, clock.elapsed())
            while not self._is_stopped and schedule.pending:
                now = clock.elapsed()
                offer = schedule.take(now)
                if isinstance(offer, Trial):
                    self._work.notify()  # perhaps there is one for somebody else, too
                    return offer
                self._wait(offer, now)
            self._work.notify_all()
            return None

    def _hand_in(self, done: Trial, sample: Observation | Refusal | None, now: float) -> None:
        if isinstance(sample, Observation):
            self._schedule.report(done, sample, now)
        else:
            self._schedule.refuse(done, str(sample))
        if self._schedule.has_outcomes:
            self._news.notify()

    def _wait(self, due: float, now: float) -> None:
        """Wait for ``due`` or for a notice. Only the earliest waits by the clock: it will wake the others."""
        if due >= self._alarm:
            self._prober.wait(self._work, None)
            return
        self._alarm = due
        self._prober.wait(self._work, due - now)
        self._alarm = inf

    def _sample(self, trial: Trial) -> Observation | Refusal:
        """Take one sample. What goes wrong with one probe stays with it."""
        probe = trial.probe
        try:
            session = self._borrow(probe.lane)
            if trial.question is None:
                trial.question = phrase(probe, self._prober.lanes[probe.lane].target, self._prober.agent)
            sample = session.observe(trial.question)
            if session.certificate_ends < self._prober.certificate_ends.get(probe.lane, inf):
                self._prober.certificate_ends[probe.lane] = session.certificate_ends
            self._idle[probe.lane].append(session)
        except Refusal as refusal:
            self._idle[probe.lane].append(session)
            return refusal
        except Exception as error:  # whatever a service provokes in the libraries is its answer, not our end
            sample = Observation(at=self._prober.clock.now(), failure=Failure.MALFORMED, detail=type(error).__name__)
        if not self._is_stopped:
            self._tell(probe, sample)
        return sample

    def _borrow(self, lane: str) -> Session:
        with suppress(IndexError):
            return self._idle[lane].pop()
        prober = self._prober
        session = Session(prober.lanes[lane].target, prober.routes[lane], prober.clock)
        self._sessions.append(session)
        if self._is_stopped:
            session.cut()
        return session

    def _tell(self, probe: Probe, sample: Observation) -> None:
        """One event for each request. The path's template, not the path: identifiers are not for a log."""
        request = probe.request
        about = {
            "provider": probe.provider, "stage": probe.stage.value, "method": request.method,
            "path_template": request.path_template,
        }  # fmt: skip
        log = self._prober.log
        if sample.failure is None:
            log.debug("probe.sent", **about, status=sample.status, seconds=round((sample.elapsed_ms or 0) / 1000, 6))
        else:
            log.warning("probe.failed", **about, failure=sample.failure.value, detail=sample.detail)
