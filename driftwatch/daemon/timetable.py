"""When the audits begin. The only file that knows APScheduler.

One job for each provider, in memory. A job that is late runs once, however many of its times have passed, and never
beside itself. APScheduler's own triggers are not used: its crontabs number weekdays from Monday, need both days of the
month and weekdays to fit, and name hours that do not exist when clocks change; and after a leap of the clock they walk
through every moment in between.
"""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, EVENT_JOB_SUBMITTED, JobEvent
from apscheduler.executors.debug import DebugExecutor
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from driftwatch.daemon.board import Board
from driftwatch.model.cadence import Cadence
from driftwatch.model.vitals import Missed
from driftwatch.ports import Clock

HEARTBEAT: Final = 5.0
"""Seconds between two signs of life of the scheduler's thread."""
_BEAT: Final = "heartbeat"
_AUDITS: Final = "audits"
"""The pool of threads that audit."""
_HERE: Final = "here"
"""The scheduler's own thread."""


class CadenceTrigger(BaseTrigger):  # type: ignore[misc]
    """A cadence as APScheduler asks for it."""

    def __init__(self, cadence: Cadence, name: str, zone: tzinfo = UTC) -> None:
        self.cadence = cadence
        self.name = name
        self.zone = zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first time that is still to come; what has passed is not made up for."""
        moment = now if previous_fire_time is None else max(previous_fire_time, now)
        following = self.cadence.next_after(moment, self.name)
        if following is None:
            return None
        late = random.uniform(0, self.cadence.jitter.total_seconds())  # noqa: S311 - spreads load, guards nothing
        return (following + timedelta(seconds=late)).astimezone(self.zone)


class _Beat(BaseTrigger):  # type: ignore[misc]
    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else now + timedelta(seconds=HEARTBEAT)


class Timetable:
    """The schedule of all providers. Its methods are called by one thread, ``audit`` by those of the pool."""

    def __init__(self, audit: Callable[[str], None], board: Board, clock: Clock, workers: int) -> None:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)  # events tell what we want to know
        self._audit = audit
        self._board = board
        self._clock = clock
        self._last_beat = clock.elapsed()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={_AUDITS: ThreadPoolExecutor(workers), _HERE: DebugExecutor()},
            # a job that is late is better than none: its grace time has no end
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._hear, EVENT_JOB_SUBMITTED | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin to run what is due."""
        self._scheduler.add_job(self._beat, _Beat(), id=_BEAT, executor=_HERE)
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more. Returns at once; audits that run are not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def plan(self, cadences: Mapping[str, Cadence], at_once: frozenset[str]) -> None:
        """From now on these providers are audited so, and no others; those named ``at_once`` as soon as may be."""
        for job in self._jobs():
            if job.name not in cadences:
                job.remove()
        known = {job.name: job for job in self._jobs()}
        for name, cadence in cadences.items():
            self._plan_one(name, cadence, known.get(name))
            if name in at_once:
                self.hasten(name)

    def _plan_one(self, name: str, cadence: Cadence, job: Job | None) -> None:
        if job is None:
            self._scheduler.add_job(
                self._audit, CadenceTrigger(cadence, name), args=(name,), id=f"{_AUDITS}/{name}", name=name,
                executor=_AUDITS,
            )  # fmt: skip
        elif job.trigger.cadence != cadence:
            job.reschedule(CadenceTrigger(cadence, name))

    def hasten(self, name: str) -> None:
        """Audit a provider as soon as there is a free thread, or its quiet hours end; its schedule stays as it is."""
        job = self._scheduler.get_job(f"{_AUDITS}/{name}")
        if job is None:
            return
        now = self._clock.now()
        first = job.trigger.cadence.first_from(now)
        if first is None or first > now:
            until = None if first is None else first.isoformat(timespec="minutes")
            structlog.get_logger().info("audit.postponed", provider=name, reason="quiet hours", until=until)
        if first is not None:
            job.modify(next_run_time=first)

    def heed_the_clock(self) -> None:
        """The clock was set: what was planned by the old one is planned anew, and what is due is begun."""
        now = self._clock.now()
        for job in self._scheduler.get_jobs():
            following = job.trigger.get_next_fire_time(None, now)
            if job.next_run_time is None or following is None or job.next_run_time <= now:
                continue
            if following < job.next_run_time:
                job.modify(next_run_time=following)
        self._scheduler.wakeup()

    @property
    def silence(self) -> float:
        """Seconds since the scheduler's last sign of life."""
        return self._clock.elapsed() - self._last_beat

    def next_runs(self) -> dict[str, datetime | None]:
        """When each provider's next audit begins."""
        return {job.name: job.next_run_time for job in self._jobs()}

    def _jobs(self) -> list[Job]:
        return [job for job in self._scheduler.get_jobs() if job.id != _BEAT]

    def _beat(self) -> None:
        self._last_beat = self._clock.elapsed()
        self._board.scheduled(self.next_runs(), self._clock.now())

    def _hear(self, event: JobEvent) -> None:
        if event.job_id == _BEAT:
            return
        name = event.job_id.removeprefix(f"{_AUDITS}/")
        if event.code == EVENT_JOB_SUBMITTED:
            self._board.submitted()
        else:
            self._board.missed(name, Missed.OVERLAP if event.code == EVENT_JOB_MAX_INSTANCES else Missed.MISFIRE)
