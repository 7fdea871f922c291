"""Sends probes with a crew of threads and hands back what came of them, in the order it came."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any, Final

import structlog

from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Unreachable, Way
from driftwatch.ports import Clock, Ledger
from driftwatch.transport.credentials import people, profile_of, shown_by, whose
from driftwatch.transport.host import Commons, Total, hosts_of
from driftwatch.transport.lane import Lane, Outcome, quiet_of
from driftwatch.transport.ledger import DayLedger
from driftwatch.transport.pace import Slot
from driftwatch.transport.question import Question, phrase, user_agent
from driftwatch.transport.renewal import reconsider
from driftwatch.transport.route import Route, Routes
from driftwatch.transport.schedule import Schedule
from driftwatch.transport.session import LEFT, Session
from driftwatch.transport.target import Refusal, Target
from driftwatch.transport.trial import Trial

if TYPE_CHECKING:
    from driftwatch.transport.cookies import Cookies

Wait = Callable[[threading.Condition, float | None], object]
_FAREWELL: Final = 1.0
"""Seconds to wait for threads that are told to stop. Longer only lasts a look-up of a name or an attempt to connect,
which cannot be cut; such a thread ends by itself at its time limit and holds up nobody's exit."""
_GATHERING: Final = 0.001
"""Seconds in which outcomes gather before they are read, while more are to come.

A reader that is woken for each of them costs every request two more changes of threads. One that gets many at once
holds the interpreter while it reads them: with 5 ms, measured, audits with 64 workers took 2 % longer than with 1 ms.
"""


class HttpProber:
    """Fulfils ``ports.Prober`` for one run: budgets, pauses and circuits last as long as it does.

    ``commons`` is what all audits of this process share, ``ledger`` what all that share a memory spend in a day.
    One ``send`` at a time. ``SettingsError`` at once, and not at the first request, if authorities are unreadable.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        clock: Clock,
        *,
        run_id: str,
        workers: int = 32,
        total_rate: float | None = None,
        commons: Commons | None = None,
        ledger: Ledger | None = None,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        routes = Routes()
        commons = commons if commons is not None else Commons()
        hosts = hosts_of(targets, commons, Total(commons, total_rate, workers))
        self._ledger = ledger if ledger is not None else DayLedger(clock)
        self.clock: Final = clock
        self.routes: Final[Mapping[tuple[str, str], Route]] = {
            (name, who): routes.to(target, profile_of(who, target).certificate)
            for name, target in targets.items()
            for who in people(target)
        }
        """By lane, and by whose connections they are."""
        self.agent: Final = user_agent(run_id)
        self.workers: Final = workers
        self.wait: Final = wait
        self.log: Final[Any] = structlog.get_logger().bind(run_id=run_id)
        self.lanes: Final = {
            name: Lane(target, hosts[target.origin], self.log, quiet_of(target, clock))
            for name, target in targets.items()
        }
        self.certificate_ends: Final[dict[str, float]] = {}
        """By lane: when the first of the certificates that were shown expires, in seconds since 1970."""
        self._is_sending = False
        for name, target in targets.items():
            if target.verify is False:
                self.log.warning("target.unverified", provider=name)

    @cached_property
    def cookies(self) -> "Cookies":
        """What journeys' sessions hold; gone with the run."""
        from driftwatch.transport.cookies import Cookies  # noqa: PLC0415 - few configs have journeys

        return Cookies()

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
        crew = Crew(self, Schedule(self.lanes, self._drawn(probes)))
        try:
            crew.start()
            yield from crew.outcomes()
        finally:
            crew.stop()
            for lane in self.lanes.values():
                lane.give_back(self._ledger)
            self._is_sending = False

    def daily_left(self) -> Mapping[str, int]:
        """Requests that are left of each lane's budget of the day, where it has one."""
        budgets = {name: lane.target.daily_budget for name, lane in self.lanes.items()}
        return {name: self._ledger.left(name, most) for name, most in budgets.items() if most is not None}

    def _drawn(self, probes: Iterable[Probe]) -> Iterable[Probe]:
        """The same, once what they ask for was drawn from the days' budgets."""
        if all(lane.target.daily_budget is None for lane in self.lanes.values()):
            return probes
        probes = tuple(probes)
        for name, lane in self.lanes.items():
            lane.draw(sum(max(1, probe.samples) for probe in probes if probe.lane == name), self._ledger)
        return probes


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
        self._enough = threading.Condition(lock)
        """It is no use to wait for more outcomes before they are collected."""
        self._alarm = inf
        """When the earliest of the waiting threads will look again."""
        self._is_stopped = False
        self._crash: BaseException | None = None
        self._sessions: list[Session] = []
        self._idle: dict[tuple[str, str], list[Session]] = {whom: [] for whom in prober.routes}
        size = min(prober.workers, schedule.pending, sum(lane.target.concurrency for lane in schedule.lanes))
        self._threads = [
            threading.Thread(target=self._run, name=f"driftwatch-send-{number}", daemon=True) for number in range(size)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def outcomes(self) -> Iterator[Outcome]:
        """Every outcome, soon after there is one."""
        schedule = self._schedule
        while True:
            with self._work:
                while not schedule.has_outcomes and schedule.pending and self._crash is None:
                    self._news.wait()
                if schedule.pending and self._crash is None and not schedule.is_full:
                    self._enough.wait(_GATHERING)
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
                self._news.notify()
                self._enough.notify()

    def _next(self, done: Trial | None, sample: Observation | Refusal | None) -> Trial | None:
        """Hand in a sample and take the next one; ``None`` when there will be none."""
        schedule, clock = self._schedule, self._prober.clock
        with self._work:
            if done is not None and not self._is_stopped:
                self._hand_in(done, sample, clock.elapsed())
            while not self._is_stopped and schedule.pending:
                now = clock.elapsed()
                offer = schedule.take(now)
                self._tell_reader()
                if isinstance(offer, Trial):
                    self._work.notify()  # perhaps there is one for somebody else, too
                    return offer
                self._wait(offer, now)
            self._work.notify_all()
            return None

    def _hand_in(self, done: Trial, sample: Observation | Refusal | None, now: float) -> None:
        if isinstance(sample, Observation):
            self._schedule.report(done, sample, now)
        elif sample is not None:
            self._schedule.refuse(done, sample, now)
        self._tell_reader()

    def _tell_reader(self) -> None:
        if self._schedule.has_outcomes:
            self._news.notify()
            if self._schedule.is_full or not self._schedule.pending:
                self._enough.notify()

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
        probe, session = trial.probe, None
        target = self._prober.lanes[probe.lane].target
        try:
            shown = shown_by(probe, target)
            if trial.question is None or trial.question.shown != shown:
                trial.question = phrase(probe, target, self._prober.agent, shown)
            session = self._borrow(probe.lane, whose(probe, target))
            if probe.is_apart:
                session.close()  # the next connection may lead to another instance
            session.take(trial.slots[-1], lambda: self._more(trial))
            sample = self._observe(self._asking(session, trial), trial.question, probe)
            if session.certificate_ends < self._prober.certificate_ends.get(probe.lane, inf):
                self._prober.certificate_ends[probe.lane] = session.certificate_ends
            reconsider(trial, sample, target)
            self._idle[probe.lane, whose(probe, target)].append(session)
        except Refusal as refusal:
            if session is not None:
                self._idle[probe.lane, whose(probe, target)].append(session)
            return refusal
        except Exception as error:  # whatever a service provokes in the libraries is its answer, not our end
            sample = Observation(at=self._prober.clock.now(), failure=Failure.MALFORMED, detail=type(error).__name__)
        if not self._is_stopped:
            self._tell(probe, sample)
        return sample

    def _asking(self, session: Session, trial: Trial) -> Callable[[Question], Observation]:
        """How the next sample is taken."""
        if trial.probe.way is Way.ONE_BY_ONE:
            return session.observe
        from driftwatch.transport.ways import observe  # noqa: PLC0415 - only by written consent

        target = self._prober.lanes[trial.probe.lane].target
        whom = (trial.probe.lane, whose(trial.probe, target))

        def another() -> Session:
            more = self._borrow(*whom)
            more.take(self._more(trial))
            return more

        return lambda question: observe(trial, question, session, another)

    def _more(self, trial: Trial) -> Slot:
        """Leave for one more request of a sample, once there is: the service counts requests, not samples."""
        lane, clock = self._prober.lanes[trial.probe.lane], self._prober.clock
        with self._work:
            while not self._is_stopped:
                now = clock.elapsed()
                leave = lane.offer_more(trial, now)
                if isinstance(leave, Slot):
                    return leave
                self._prober.wait(self._work, leave - now)
                self._work.notify()  # it may have been meant for somebody else
        return trial.slots[-1]

    def _observe(self, ask: Callable[[Question], Observation], question: Question, probe: Probe) -> Observation:
        """Only a probe of a journey keeps cookies and sends them back."""
        if not probe.session:
            return ask(question)
        cookies = self._prober.cookies
        dressed = cookies.dressed(probe, question)
        sample = ask(dressed)
        cookies.keep(probe, dressed, sample.headers)
        return sample

    def _borrow(self, lane: str, who: str) -> Session:
        """A session that has served nobody else: no connection, and no certificate, passes from one to another."""
        with suppress(IndexError):
            return self._idle[lane, who].pop()
        prober = self._prober
        session = Session(prober.lanes[lane].target, prober.routes[lane, who], prober.clock)
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
        if sample.detail == LEFT:
            log.debug("probe.cut", **about)
        elif sample.failure is None:
            log.debug("probe.sent", **about, status=sample.status, seconds=round((sample.elapsed_ms or 0) / 1000, 6))
        else:
            log.warning("probe.failed", **about, failure=sample.failure.value, detail=sample.detail)
