"""What others found is shown, as they would show it; what cannot be read is told and changes nothing."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.daemon.board import Board
from driftwatch.daemon.follower import Follower
from driftwatch.model.latest import end_of
from driftwatch.model.memory import RunStatus, Snapshot, StoreError
from driftwatch.model.summary import Summary, Verdict
from driftwatch.reports.exposition import expose, families
from driftwatch.reports.metrics import METRICS
from driftwatch.store.memory import MemoryStore
from tests.fakes import SetClock
from tests.reports.samples import (
    a_provider,
    a_summary,
    an_interaction,
    drift_in_two_providers,
    everything_fine,
    verified,
)
from tests.store.making import a_run, an_entry, nothing_happens
from tests.waiting import wait_until

CLOCK = SetClock()


class Store(MemoryStore):
    """One that can be out of order."""

    trouble: StoreError | Exception | None = None
    asked = 0

    def snapshots(self, after: int) -> tuple[Snapshot, ...]:
        """See ``ports.Store``."""
        self.asked += 1
        if isinstance(self.trouble, Exception):
            raise self.trouble
        return super().snapshots(after) if self.trouble is None else self.trouble  # type: ignore[return-value]


def a_board(*providers: str) -> Board:
    """That of a process with these providers in its config."""
    board = Board("0.1.0")
    board.configure(dict.fromkeys(providers, 60.0), 1000, CLOCK.now())
    return board


def run(name: str, *providers: str, minute: int = 0) -> Summary:
    """An audit of these, in which all was well."""
    about = (a_provider(verified(an_interaction(provider=each)), name=each) for each in providers)
    made = a_summary(*about)
    return replace(made, run_id=name, started_at=made.started_at + timedelta(minutes=minute))


def shown(board: Board) -> dict[str, str]:
    """The run that stands on the board for each provider."""
    return {provider.name: run.run_id for run, provider in board.view().audited}


@pytest.mark.parametrize("summary", [drift_in_two_providers(), everything_fine()], ids=lambda one: one.run_id)
def test_a_follower_says_of_the_mocks_what_the_leader_says(summary: Summary) -> None:
    """Sample by sample."""
    names = [provider.name for provider in summary.providers]
    leader, follower, store = a_board(*names), a_board(*names), Store()
    for name in names:
        leader.began(name)
    leader.ended(names[0], summary, None)
    store.show(summary, CLOCK.now())
    assert Follower(store, follower, CLOCK).look()
    said = [expose(families(METRICS, board.view())) for board in (leader, follower)]
    assert said[0] == said[1]


def test_only_what_is_new_changes_anything() -> None:
    """The view stays the same object, so that nobody renders it anew."""
    store, board = Store(), a_board("orders", "payments")
    follower = Follower(store, board, CLOCK)
    store.show(run("first", "orders", "payments"), CLOCK.now())
    assert follower.look()
    before = board.view()
    assert follower.look()
    assert board.view() is before
    store.show(run("second", "payments", minute=5), CLOCK.now())
    assert follower.look()
    assert shown(board) == {"orders": "first", "payments": "second"}


def test_what_is_not_in_the_config_is_not_shown_until_it_is() -> None:
    """A provider that comes into the config has a past at once."""
    store, board = Store(), a_board("orders")
    follower = Follower(store, board, CLOCK)
    store.show(run("first", "orders", "payments"), CLOCK.now())
    follower.look()
    assert shown(board) == {"orders": "first"}
    board.configure({"orders": 60.0, "payments": 60.0}, 1000, CLOCK.now())
    follower.look()
    assert shown(board) == {"orders": "first", "payments": "first"}


def test_an_own_run_is_not_shown_from_the_store() -> None:
    """What was kept of it says less than what stands on the board; one of another process takes its place."""
    store, board = Store(), a_board("payments")
    follower = Follower(store, board, CLOCK)
    board.began("payments")
    board.ended("payments", run("mine", "payments"), None)
    mine = board.view()
    store.show(run("mine", "payments"), CLOCK.now())
    follower.look()
    assert board.view() is mine
    store.show(run("theirs", "payments", minute=5), CLOCK.now())
    follower.look()
    assert shown(board) == {"payments": "theirs"}


def test_successes_before_the_last_run_are_recalled() -> None:
    """The last one was incomplete: when all was well before is in the list of runs."""
    store, board = Store(), a_board("payments")
    well = an_entry(a_run(0))
    store.record(well, nothing_happens)
    silent = replace(verified(an_interaction()), verdict=Verdict.UNREACHABLE, score=None)
    late = a_summary(a_provider(silent, name="payments"))
    late = replace(late, started_at=CLOCK.now() + timedelta(days=1))
    store.show(late, CLOCK.now())
    Follower(store, board, CLOCK).look()
    latest = board.view().latest
    assert latest.successes == {"payments": well.run.ended_at}
    assert latest.last_success == well.run.ended_at
    assert board.view().newest is not None
    assert end_of(late) > latest.last_success  # type: ignore[operator]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(StoreError("x", "it cannot be reached", "Check."), "cannot be reached"), (ValueError("secret"), "ValueError")],
)
def test_what_cannot_be_read_is_told_and_tried_again(trouble: StoreError | Exception, words: str) -> None:
    """In the log once; what was known is shown on, and what comes later is."""
    store, board = Store(), a_board("payments")
    follower = Follower(store, board, CLOCK)
    store.show(run("first", "payments"), CLOCK.now())
    follower.look()
    store.trouble = trouble
    with capture_logs() as logs:
        assert not follower.look()
        assert not follower.look()
        assert words in board.vitals().read_trouble
        assert follower.away is (trouble if isinstance(trouble, StoreError) else None), "who speaks is not away"
        assert "secret" not in board.vitals().read_trouble
        assert shown(board) == {"payments": "first"}
        store.trouble = None
        store.show(run("second", "payments", minute=5), CLOCK.now())
        assert follower.look()
    assert [log["event"] for log in logs] == ["store.unread", "store.read_again"]
    assert board.vitals().read_trouble == ""
    assert shown(board) == {"payments": "second"}


def test_whether_an_audit_goes_on_anywhere() -> None:
    """As the store has it; if it cannot say, one might."""
    store = Store()
    follower = Follower(store, a_board(), CLOCK)
    assert follower.is_quiet()
    store.begin(a_run(0))
    assert not follower.is_quiet()
    store.end(a_run(0).id, RunStatus.INTERRUPTED, CLOCK.now())
    assert follower.is_quiet()
    store.runs = lambda _: StoreError("x", "it cannot be reached", "Check.")  # type: ignore[method-assign,assignment,return-value]
    assert not follower.is_quiet()


def test_it_looks_at_once_and_stops() -> None:
    """In a thread of its own."""
    store = Store()
    follower = Follower(store, a_board(), CLOCK)
    follower.start()
    wait_until(lambda: store.asked == 1)
    follower.stop()
    assert not follower._thread.is_alive()
