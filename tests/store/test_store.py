"""What every store keeps, whatever it is made of."""

import dataclasses
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import BY_HAND, Acknowledgement, Change, Event, Life, State
from driftwatch.model.memory import Decided, RunStatus
from driftwatch.model.presence import Presence
from driftwatch.model.summary import Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.ports import Store
from tests.drift.lives import FINDINGS
from tests.store.making import HISTORY, NOW, a_mock, a_run, an_entry, given, keep, nothing_happens, one_run

FINGERPRINT = FINDINGS["sure"].fingerprint


def test_a_new_store_remembers_nothing(store: Store) -> None:
    """Everything can be asked of it, and there is nothing."""
    recollection = given(store.recall(["payments"]))
    assert (recollection.histories, recollection.suppressions) == ({}, ())
    assert recollection.salt
    assert not any((given(store.lives()), given(store.runs(5)), given(store.scores("payments", 5))))
    assert not any((given(store.mocks("payments")), given(store.mock_scores("0" * 16, 5))))
    assert not any((given(store.events(FINGERPRINT)), given(store.suppressions())))
    assert given(store.decide(FINGERPRINT, _acknowledging)) is None


def test_a_run_is_kept_whole(store: Store) -> None:
    """Run, scores, verdicts, findings and events come back as they went in."""
    run = a_run(0, ("orders", "payments"))
    assert given(store.begin(run)) == ()
    assert given(store.runs(1)) == (run,)
    mocks = (a_mock(0), a_mock(1, "orders"))
    entry = an_entry(run, mocks)
    recorded = given(store.record(entry, one_run("S", run)))
    assert [event.change for event in recorded.events] == [Change.NEW]
    assert given(store.runs(1)) == (entry.run,)
    assert given(store.scores("orders", 9)) == entry.scores[:1]
    assert given(store.mocks("orders")) == mocks[1:]
    (score,) = given(store.mock_scores(mocks[0].key, 9))
    assert (score.run_id, score.at, score.fidelity, score.verified_share) == (run.id, run.started_at, 91.5, 0.75)
    assert given(store.lives()) == given(store.lives(["payments"])) == recorded.lives
    assert given(store.lives(["orders"])) == ()
    assert given(store.events(FINGERPRINT)) == (replace(recorded.events[0], finding=None),)


def test_what_was_learnt_of_a_mock_is_recalled(store: Store) -> None:
    """Histories come back by key, only of the providers asked for, with digests that are keyed."""
    run = a_run(0, ("orders", "payments"))
    given(store.record(an_entry(run, (a_mock(0), a_mock(1, "orders"))), nothing_happens))
    recollection = given(store.recall(["payments"]))
    (history,) = recollection.histories.values()
    values = {path: dataclasses.replace(known, salt=recollection.salt) for path, known in HISTORY.values.items()}
    assert history == dataclasses.replace(HISTORY, values=values, salt=recollection.salt)
    assert list(recollection.histories) == [a_mock(0).key]


def test_a_life_goes_from_run_to_run(store: Store) -> None:
    """The table of drift semantics 3.6 works on what was kept."""
    told = [keep(store, number, letter) for number, letter in enumerate("S..S")]
    assert told == [["new"], [], ["resolved"], ["reopened"]]
    (life,) = given(store.lives())
    assert (life.state, life.first_seen, life.last_seen) == (State.OPEN, NOW, NOW + timedelta(days=3))
    assert [event.change.value for event in given(store.events(FINGERPRINT))] == ["new", "resolved", "reopened"]


def test_scores_are_told_the_oldest_first(store: Store) -> None:
    """As a trend wants them; the newest are those that are kept when fewer are asked for."""
    for number in range(4):
        run = a_run(number)
        fidelity = None if number == 1 else 10.0 * number
        given(store.record(an_entry(run, (a_mock(),), fidelity), nothing_happens))
    assert [score.fidelity for score in given(store.scores("payments", 9))] == [0.0, None, 20.0, 30.0]
    assert [score.fidelity for score in given(store.scores("payments", 2))] == [20.0, 30.0]
    assert [score.run_id for score in given(store.mock_scores(a_mock().key, 2))] == ["run-2", "run-3"]
    assert [run.id for run in given(store.runs(2))] == ["run-3", "run-2"]


def test_only_the_mocks_of_the_last_run_are_told(store: Store) -> None:
    """What was deleted is remembered for its return, and shown no more."""
    given(store.record(an_entry(a_run(0), (a_mock(2), a_mock(1))), nothing_happens))
    assert [mock.origin.line for mock in given(store.mocks("payments"))] == [2, 3]
    given(store.record(an_entry(a_run(1), (a_mock(2),)), nothing_happens))
    assert [mock.origin.line for mock in given(store.mocks("payments"))] == [3]
    assert len(given(store.recall(["payments"])).histories) == 2


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.INTERRUPTED])
def test_a_run_without_a_summary(store: Store, status: RunStatus) -> None:
    """It is remembered by how it ended, and changes nothing else."""
    run = a_run()
    given(store.begin(run))
    given(store.beat(run.id, NOW + timedelta(minutes=1)))
    given(store.end(run.id, status, NOW + timedelta(minutes=2)))
    (kept,) = given(store.runs(9))
    assert (kept.status, kept.ended_at) == (status, NOW + timedelta(minutes=2))
    assert given(store.scores("payments", 9)) == ()


def test_a_run_that_could_not_begin_is_recorded_all_the_same(store: Store) -> None:
    """A store that came back during the audit keeps what it says."""
    entry = an_entry(a_run())
    given(store.record(entry, nothing_happens))
    assert given(store.runs(9)) == (entry.run,)


def _acknowledging(life: Life) -> Decided:
    known = Acknowledgement("ann\0", "ticket 12 \ud800", date(2026, 6, 1), Severity.BREAKING)
    event = Event(
        Change.ACKNOWLEDGED, life.fingerprint, NOW + timedelta(hours=1), Severity.BREAKING, owner=known.owner,
        reason=known.reason, until=known.until,
    )  # fmt: skip
    return Decided(replace(life, acknowledged=known), event)


def test_a_decision_is_kept(store: Store) -> None:
    """With who, why and until when; the next run heeds it."""
    keep(store, 0)
    life = given(store.decide(FINGERPRINT, _acknowledging))
    assert life is not None
    assert given(store.lives()) == (life,)
    event = given(store.events(FINGERPRINT))[-1]
    assert (event.owner, event.reason, event.until) == ("ann\0", "ticket 12 \ud800", date(2026, 6, 1))
    assert keep(store, 1) == []
    assert given(store.lives())[0].acknowledged == life.acknowledged


def test_suppressions_are_recalled_until_they_are_lifted(store: Store) -> None:
    """In the order they were made."""
    keep(store, 0)
    keep(store, 1, name="rare")
    of_one = Suppression("bob", "known \0\ud800", date(2026, 6, 2), FINGERPRINT, where=BY_HAND)

    def hiding(life: Life) -> Decided:
        event = Event(Change.SUPPRESSED, life.fingerprint, NOW, Severity.BREAKING, owner="bob")
        return Decided(replace(life, suppressed=of_one), event, suppression=of_one)

    def lifting(life: Life) -> Decided:
        event = Event(Change.REOPENED_BY_HAND, life.fingerprint, NOW, Severity.BREAKING, owner="bob")
        return Decided(replace(life, suppressed=None), event, lifts=True)

    def hiding_another(life: Life) -> Decided:
        event = Event(Change.SUPPRESSED, life.fingerprint, NOW, Severity.BREAKING, owner="bob")
        return Decided(life, event, suppression=dataclasses.replace(of_one, fingerprint=life.fingerprint))

    another = FINDINGS["rare"].fingerprint
    given(store.decide(another, hiding_another))
    given(store.decide(FINGERPRINT, hiding))
    kept = given(store.suppressions())
    assert kept == given(store.recall([])).suppressions == (dataclasses.replace(of_one, fingerprint=another), of_one)
    given(store.decide(FINGERPRINT, lifting))
    assert given(store.suppressions()) == kept[:1]


def test_what_is_old_is_forgotten(store: Store) -> None:
    """Runs, scores, events and mocks after 30 days; a finding that ended after 30 days more; an open one stays."""
    run = a_run(0, ("payments",))
    given(store.record(an_entry(run, (a_mock(),)), one_run("S", run)))
    keep(store, 1, "S", name="rare")
    keep(store, 2, "d", name="rare")
    keep(store, 40, "x")
    assert [run.id for run in given(store.runs(9))] == ["payments-run-40"]
    assert not any((given(store.mocks("payments")), given(store.mock_scores(a_mock().key, 9))))
    assert len(given(store.scores("payments", 9))) == 1
    assert given(store.lives()) == ()
    assert given(store.events(FINGERPRINT)) == ()


def test_an_open_finding_outlives_a_long_outage(store: Store) -> None:
    """Nobody could look for two months: it is still open, and as old as it was."""
    keep(store, 0)
    keep(store, 25, "x")
    for number in (50, 75):
        keep(store, number, "x")
    assert keep(store, 76) == []
    (life,) = given(store.lives())
    assert (life.state, life.first_seen) == (State.OPEN, NOW)


def test_findings_of_a_provider_that_is_gone_are_forgotten(store: Store) -> None:
    """Nobody audits it any more, so that nobody would ever resolve them."""
    keep(store, 0, provider="old")
    keep(store, 0)
    keep(store, 20, "x")
    assert len(given(store.lives())) == 2
    keep(store, 40, "x")
    assert [life.finding.provider for life in given(store.lives())] == ["payments"]


def test_presences_tell_since_when_a_mock_is_known(store: Store) -> None:
    """Those of mocks that are gone, too; when a run first really compared one, and which ones are there now."""
    assert given(store.presences("payments")) == ()
    silent = replace(a_mock(1), verdict=Verdict.SKIPPED)
    told = ((a_mock(0), silent), (a_mock(0), replace(silent, verdict=Verdict.DRIFTED)), (a_mock(1), a_mock(2)))
    for number, mocks in enumerate(told):
        given(store.record(an_entry(a_run(number), mocks), nothing_happens))
    given(store.record(an_entry(a_run(3, ("orders",)), (a_mock(9, "orders"),)), nothing_happens))
    days = [NOW + timedelta(days=number) for number in range(3)]
    assert given(store.presences("payments")) == (
        Presence(a_mock(0), days[0], days[1], days[0], False),
        Presence(a_mock(1), days[0], days[2], days[1], True),
        Presence(a_mock(2), days[2], days[2], days[2], True),
    )
