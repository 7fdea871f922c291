"""The timetable begins what is due, once, and never beside itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from driftwatch.daemon.board import Board
from driftwatch.daemon.timetable import CadenceTrigger, Timetable
from driftwatch.model.cadence import Cadence
from driftwatch.model.crontab import Crontab
from driftwatch.model.quiet import QuietHours, QuietSpan
from driftwatch.model.vitals import Missed
from driftwatch.transport.clock import SystemClock
from tests.waiting import wait_until

PATIENCE = 20.0
NEVER = Cadence(timedelta(days=30))
OFTEN = Cadence(timedelta(seconds=1))
BERLIN = ZoneInfo("Europe/Berlin")


@contextmanager
def a_timetable(audit: Callable[[str], None], *providers: str, workers: int = 2) -> Iterator[tuple[Timetable, Board]]:
    """One that runs."""
    board = Board("0.1.0")
    board.configure(dict.fromkeys(providers, 1.0), 1000, datetime(2026, 5, 1, tzinfo=UTC))
    timetable = Timetable(audit, board, SystemClock(), workers)
    try:
        yield timetable, board
    finally:
        timetable.stop()


def test_at_once_means_now_and_the_schedule_stays() -> None:
    """A provider whose time is in a month is audited when it is hastened, and then waits for its time."""
    done = threading.Semaphore(0)
    with a_timetable(lambda _: done.release(), "payments", "users") as (timetable, _):
        timetable.plan({"payments": NEVER, "users": NEVER}, frozenset({"payments"}))
        timetable.start()
        assert done.acquire(timeout=PATIENCE)
        planned = timetable.next_runs()
        assert planned["payments"] is not None
        assert planned["payments"] > SystemClock().now() + timedelta(minutes=1)
        timetable.hasten("users")
        assert done.acquire(timeout=PATIENCE)
        assert not done.acquire(blocking=False)


def test_quiet_hours_are_waited_out() -> None:
    """Whoever wants an audit at once gets it when they end, and is told so; by the schedule none begins before."""
    now = SystemClock().now()
    minute = now.hour * 60 + now.minute
    quiet = QuietHours((QuietSpan(minute, (minute + 120) % 1440),))
    with capture_logs() as events, a_timetable(lambda _: None, "payments", "users") as (timetable, _):
        timetable.plan(
            {"payments": Cadence(timedelta(minutes=5), quiet=quiet), "users": Cadence(timedelta(days=30), quiet=quiet)},
            frozenset({"users"}),
        )
        timetable.start()
        planned = timetable.next_runs()
    end = quiet.end(now)
    assert planned == {"payments": end, "users": end}
    assert end is not None
    assert end > now + timedelta(minutes=118)
    (told,) = [event for event in events if event["event"] == "audit.postponed"]
    assert (told["provider"], told["until"]) == ("users", end.isoformat(timespec="minutes"))


def test_two_of_one_provider_never_run_beside_each_other() -> None:
    """While one runs, what is due is left out and counted; another provider is not held up."""
    inside, entered, other, release = [], threading.Semaphore(0), threading.Semaphore(0), threading.Event()

    def audit(provider: str) -> None:
        if provider == "users":
            other.release()
            return
        inside.append(1)
        assert len(inside) == 1
        entered.release()
        release.wait(PATIENCE)
        inside.pop()

    with a_timetable(audit, "payments", "users") as (timetable, board):
        timetable.plan({"payments": NEVER, "users": NEVER}, frozenset({"payments"}))
        timetable.start()
        assert entered.acquire(timeout=PATIENCE)
        timetable.hasten("payments")
        timetable.hasten("users")
        assert other.acquire(timeout=PATIENCE)
        wait_until(lambda: board.vitals().providers["payments"].missed == {Missed.OVERLAP: 1})
        release.set()


def test_what_fails_is_run_again() -> None:
    """An exception, be it an exit, ends one run and not the schedule."""
    done = threading.Semaphore(0)

    def audit(_: str) -> None:
        done.release()
        raise SystemExit

    with a_timetable(audit, "payments") as (timetable, _):
        timetable.plan({"payments": OFTEN}, frozenset({"payments"}))
        timetable.start()
        for _number in range(2):
            assert done.acquire(timeout=PATIENCE)


def test_a_provider_that_left_is_not_planned_any_more() -> None:
    """And one whose cadence changed is planned by the new one; one that stays is not touched."""
    with a_timetable(lambda _: None, "payments", "users") as (timetable, _):
        timetable.plan({"payments": NEVER, "users": NEVER, "search": NEVER}, frozenset())
        timetable.start()
        before = timetable.next_runs()
        timetable.plan({"payments": NEVER, "users": Cadence(timedelta(minutes=1))}, frozenset())
        after = timetable.next_runs()
        assert after.keys() == {"payments", "users"}
        assert after["payments"] == before["payments"]
        assert after["users"] is not None
        assert after["users"] < SystemClock().now() + timedelta(minutes=2)


class _Clock(SystemClock):
    """The real one, set to another time."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_a_clock_that_is_set_back_does_not_stop_the_schedule() -> None:
    """Planned by a clock that was a year ahead, the next run would be in a year: it is planned anew."""
    clock = _Clock()
    board = Board("0.1.0")
    timetable = Timetable(lambda _: None, board, clock, 1)
    try:
        timetable.plan({"payments": Cadence(timedelta(hours=1))}, frozenset())
        timetable.start()
        job = timetable._jobs()[0]
        job.modify(next_run_time=clock.now() + timedelta(days=365))
        timetable.heed_the_clock()
        planned = timetable.next_runs()["payments"]
        assert planned is not None
        assert planned <= clock.now() + timedelta(hours=1)
    finally:
        timetable.stop()


def test_a_leap_of_a_year_is_one_late_run() -> None:
    """What has passed is not made up for: after the leap comes the very next time."""
    trigger = CadenceTrigger(Cadence(timedelta(seconds=1)), "payments")
    now = datetime(2027, 5, 1, tzinfo=UTC)
    following = trigger.get_next_fire_time(datetime(2026, 5, 1, tzinfo=UTC), now)
    assert following is not None
    assert now < following <= now + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-29", ["01:30+00:00"]), ("2026-10-25", ["00:30+00:00"]), ("2026-06-01", ["00:30+00:00"])],
)
def test_a_day_of_23_or_25_hours_has_one_nightly_audit(day: str, expected: list[str]) -> None:
    """Through the trigger that the scheduler asks, from one fire time to the next."""
    trigger = CadenceTrigger(Cadence(Crontab.parse("30 2 * * *"), BERLIN), "payments")
    now = datetime.fromisoformat(day).replace(tzinfo=BERLIN) - timedelta(seconds=1)
    fired, previous = [], None
    while (following := trigger.get_next_fire_time(previous, now)) is not None:
        if f"{following.astimezone(BERLIN):%F}" != day:
            break
        fired.append(following.astimezone(UTC).time().isoformat("minutes") + "+00:00")
        previous = now = following
    assert fired == expected


def test_jitter_is_late_by_no_more_than_it_says() -> None:
    """And never early."""
    cadence = Cadence(Crontab.parse("0 * * * *"), jitter=timedelta(seconds=30))
    trigger, now = CadenceTrigger(cadence, "payments"), datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
    for _ in range(50):
        following = trigger.get_next_fire_time(None, now)
        assert following is not None
        assert timedelta() <= following - datetime(2026, 5, 1, 13, tzinfo=UTC) <= timedelta(seconds=30)
