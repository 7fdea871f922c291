"""The board tells what was written on it, and nothing of what left."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from driftwatch.daemon.board import Board
from driftwatch.model.latest import Latest
from driftwatch.model.probe import Failure, HeldBack, Observation
from driftwatch.model.vitals import Channel, Fault, Missed, Role
from tests.reports.samples import a_finding, a_provider, a_summary, an_interaction, drifted, verified

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SUMMARY = a_summary(a_provider(verified(an_interaction())))


def a_board(*providers: str) -> Board:
    """One with a config."""
    board = Board("0.1.0")
    board.configure(dict.fromkeys(providers, 60.0), 1000, NOW)
    return board


def test_a_view_stays_the_same_object_until_something_is_known() -> None:
    """So that whoever renders it can keep the text."""
    board = a_board("payments")
    before = board.view()
    board.heard("payments", Observation(200, elapsed_ms=3.0), "run")
    board.began("payments")
    assert board.view() is before
    board.ended("payments", SUMMARY, None)
    assert board.view() is not before


def test_what_left_the_config_is_forgotten_even_if_it_ends_later() -> None:
    """An audit that ends after its provider left tells nobody of it, and breaks nothing."""
    board = a_board("payments", "users")
    board.began("payments")
    board.configure({"users": 60.0}, 1000, NOW)
    board.heard("payments", Observation(200, elapsed_ms=3.0), "run")
    board.ended("payments", SUMMARY, None)
    assert board.view().latest.runs == ()
    assert set(board.vitals().providers) == {"users"}


def test_a_provider_that_stays_keeps_its_counts() -> None:
    """A reload is no restart: counters never run backwards."""
    board = a_board("payments")
    board.began("payments")
    board.ended("payments", SUMMARY, Fault.INCOMPLETE)
    board.configure({"payments": 30.0, "users": 60.0}, 1000, NOW)
    watch = board.vitals().providers["payments"]
    assert (watch.runs, watch.faults[Fault.INCOMPLETE], watch.interval) == (1, 1, 30.0)
    assert board.view().latest.runs == (SUMMARY,)


def test_requests_are_counted_by_code_reason_and_duration() -> None:
    """Codes that no list knows are folded into one; every reason is there from the start."""
    board = a_board("payments")
    for status, milliseconds in ((200, 40.0), (200, 51.0), (299, 40_000.0)):
        board.heard("payments", Observation(status, elapsed_ms=milliseconds, at=NOW), f"run-{status}")
    board.heard("payments", Observation(failure=Failure.TIMEOUT), "run")
    traffic = board.vitals().providers["payments"].traffic
    assert traffic.answers == {"200": 2, "other": 1}
    assert traffic.failures == {failure.value: int(failure is Failure.TIMEOUT) for failure in Failure}
    assert (traffic.durations[0], traffic.durations[1], traffic.durations[-1]) == (1, 1, 1)
    assert traffic.exemplars[-1] is not None
    assert traffic.exemplars[-1].run_id == "run-299"


def test_an_audit_waits_runs_and_ends() -> None:
    """The queue is as long as what is due and not begun."""
    board = a_board("payments")
    board.submitted()
    assert board.vitals().queue == 1
    board.began("payments")
    assert (board.vitals().queue, board.vitals().providers["payments"].is_running) == (0, True)
    board.ended("payments", None, Fault.INTERNAL)
    watch = board.vitals().providers["payments"]
    assert (watch.is_running, watch.runs, watch.faults) == (False, 1, {Fault.INTERNAL: 1})
    board.missed("payments", Missed.OVERLAP)
    assert board.vitals().providers["payments"].missed == {Missed.OVERLAP: 1}


def test_a_rejected_config_is_told_until_a_good_one_comes() -> None:
    """The time is that of the config that holds."""
    board = a_board("payments")
    board.config_failed()
    assert (board.vitals().is_config_good, board.vitals().config_loaded_at) == (False, NOW)
    board.configure({"payments": 60.0}, 1000, NOW + timedelta(hours=1))
    assert (board.vitals().is_config_good, board.vitals().config_loaded_at) == (True, NOW + timedelta(hours=1))


def test_a_finding_is_as_old_as_its_first_sighting() -> None:
    """Without a store, too: a later run does not make it new, and one that is gone and back is new again."""
    stub = an_interaction()
    first = replace(a_finding(stub), first_seen=NOW)
    again = replace(first, first_seen=NOW + timedelta(hours=1))
    known = Latest.of(a_summary(a_provider(drifted(stub, first)))).after(a_summary(a_provider(drifted(stub, again))))
    (finding,) = known.runs[0].findings
    assert finding.first_seen == NOW
    healed = known.after(a_summary(a_provider(verified(stub)))).after(a_summary(a_provider(drifted(stub, again))))
    assert healed.runs[0].findings[0].first_seen == again.first_seen


def test_a_certificate_is_told_once_it_was_seen() -> None:
    """And only of providers that are in the config."""
    board = a_board("payments", "users")
    board.saw_certificate("payments", NOW)
    board.saw_certificate("payments (production)", NOW)
    ends = {name: watch.traffic.certificate_ends for name, watch in board.vitals().providers.items()}
    assert ends == {"payments": NOW, "users": None}


def test_what_manners_held_back_is_counted() -> None:
    """By provider and reason, with what is left of the day; only of providers that are in the config."""
    board = a_board("payments", "users")
    for provider in ("payments", "payments", "nobody"):
        board.held_back(provider, HeldBack.QUIET_HOURS)
        board.saw_budget(provider, 7)
    told = {name: (watch.held_back, watch.daily_left) for name, watch in board.vitals().providers.items()}
    assert told == {"payments": ({HeldBack.QUIET_HOURS: 2}, 7), "users": ({}, None)}


def test_changes_of_leadership_are_counted() -> None:
    """Beginning to lead and ceasing are one each; what a process is from its start on is none."""
    board = a_board()
    for role in (Role.FOLLOWER, Role.FOLLOWER, Role.LEADER, Role.LEADER, Role.FOLLOWER):
        board.stands(role, "trouble")
    vitals = board.vitals()
    assert (vitals.role, vitals.role_changes, vitals.role_trouble) == (Role.FOLLOWER, 2, "trouble")


def test_who_ceases_to_lead_does_not_complain_of_writing() -> None:
    """A run that could not be kept is somebody else's affair then, and would be told for ever."""
    board = a_board()
    board.stands(Role.LEADER)
    board.store_failed("the disk is full")
    board.stands(Role.LEADER)
    assert board.vitals().store_trouble == "the disk is full"
    board.stands(Role.FOLLOWER)
    assert (board.vitals().store_trouble, board.vitals().store_failures) == ("", 1)


def test_times_of_audits_that_will_not_be_are_not_told() -> None:
    """Whoever does not lead any more has none."""
    board = a_board("payments")
    board.scheduled({"payments": NOW}, NOW)
    assert board.vitals().providers["payments"].next_run == NOW
    board.scheduled({}, NOW)
    assert board.vitals().providers["payments"].next_run is None


def test_levels_of_the_log_are_counted() -> None:
    """Those that mean trouble, from zero on."""
    board = a_board()
    for level in ("info", "warning", "error", "debug", "warning"):
        board.logged(level)
    assert board.vitals().log_messages == {"warning": 2, "error": 1, "critical": 0}


def test_deliveries_are_counted_by_channel() -> None:
    """From zero on; a channel that left is not told of, and one that stays keeps its counts."""
    board = a_board()
    board.offer_channels(["chat", "mail"])
    board.delivered("chat", NOW)
    board.delivery_failed("chat")
    board.dropped("chat")
    board.delivered("nobody", NOW)
    board.notices_waiting(3)
    board.offer_channels(["chat"])
    vitals = board.vitals()
    assert vitals.channels == {"chat": Channel(2, 1, 1, NOW)}
    assert vitals.notices_waiting == 3
