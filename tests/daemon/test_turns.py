"""A daemon audits while it leads, from the first moment of it to the last, and does everything else always."""

import threading
from pathlib import Path

from driftwatch.model.vitals import Fault, Role, Wellness
from driftwatch.ports import Progress
from tests.daemon.running import PATIENCE, Appointed, running, write_config
from tests.waiting import wait_until


def test_who_does_not_lead_audits_nothing(tmp_path: Path) -> None:
    """Whatever is due, hastened or new in its config, which it heeds as well; it is as healthy as a leader."""
    standing = Appointed()
    config = write_config(tmp_path, "payments")
    with running(config, standing=standing) as it:
        wait_until(lambda: it.board.vitals().role is Role.FOLLOWER)
        it.daemon.hasten("payments")
        write_config(tmp_path, "payments", "users")
        wait_until(lambda: it.board.vitals().providers.keys() == {"payments", "users"})
        wait_until(lambda: it.board.vitals().heartbeat is not None)
        assert {check.wellness for check in it.daemon.readiness()} == {Wellness.WELL}
        assert [watch.next_run for watch in it.board.vitals().providers.values()] == [None, None]
    assert it.audited == []
    assert standing.is_over
    assert it.has_ended_cleanly


def test_who_begins_to_lead_begins_to_audit(tmp_path: Path) -> None:
    """What was never audited at once, and the rest by its schedule; whoever else depends on it is told."""
    standing, turns = Appointed(), list[bool]()
    with running(write_config(tmp_path, "payments"), standing=standing, on_turn=turns.append) as it:
        wait_until(lambda: it.board.vitals().heartbeat is not None)
        standing.appoint(1)
        it.wait_for_audits(1)
        wait_until(lambda: it.board.vitals().providers["payments"].next_run is not None)
        wait_until(lambda: bool(it.board.view().latest.runs))
        standing.appoint(None)
        wait_until(lambda: it.board.vitals().providers["payments"].next_run is None)
        standing.appoint(2)
        wait_until(lambda: it.board.vitals().providers["payments"].next_run is not None)
        assert it.audited == ["payments"], "it was audited a moment ago"
    assert turns == [True, False, True]
    assert it.board.vitals().role_changes == 3


def test_who_ceases_to_lead_gives_up_what_it_had_begun(tmp_path: Path) -> None:
    """At the next answer, also if it leads again by then: that is another term, and somebody else had one between."""
    entered, go_on = threading.Event(), threading.Event()

    def script(_: str, progress: Progress) -> None:
        entered.set()
        go_on.wait(PATIENCE)
        progress.advanced()

    standing = Appointed(1)
    with running(write_config(tmp_path, "payments"), script, standing) as it:
        assert entered.wait(PATIENCE)
        standing.term = None
        standing.term = 2
        go_on.set()
        wait_until(lambda: it.board.vitals().interrupted == 1)
        assert it.board.vitals().providers["payments"].faults == {Fault.INTERRUPTED: 1}
        assert it.board.view().latest.runs == ()


def test_nothing_is_sent_by_who_ceases_to_lead_before(tmp_path: Path) -> None:
    """The last look is when all is planned."""
    sent: list[str] = []
    standing = Appointed(1)

    def script(provider: str, progress: Progress) -> None:
        standing.appoint(None)
        progress.planned(3)
        sent.append(provider)

    with running(write_config(tmp_path, "payments"), script, standing) as it:
        it.wait_for_audits(1)
        wait_until(lambda: it.board.vitals().interrupted == 1)
    assert sent == []


def test_what_waits_for_a_thread_is_not_begun_in_another_ones_term(tmp_path: Path) -> None:
    """It was due while this process led."""
    entered, release = threading.Event(), threading.Event()

    def script(_: str, __: Progress) -> None:
        entered.set()
        release.wait(PATIENCE)

    standing = Appointed(1)
    config = write_config(tmp_path, "payments", "users", daemon={"workers": 1, "grace": PATIENCE})
    with running(config, script, standing) as it:
        assert entered.wait(PATIENCE)
        wait_until(lambda: it.board.vitals().queue == 1)
        standing.appoint(None)
        release.set()
        wait_until(lambda: it.board.vitals().queue == 0)
    assert len(it.audited) == 1


def test_why_nobody_can_know_who_leads_is_told(tmp_path: Path) -> None:
    """Where health asks for it."""
    standing = Appointed(trouble="a pooler stands before it")
    with running(write_config(tmp_path, "payments"), standing=standing) as it:
        wait_until(lambda: it.board.vitals().role_trouble == "a pooler stands before it")
