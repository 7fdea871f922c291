"""Findings name the rollout they began with, and never one that cannot be blamed."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.drift.beginnings import Look, Past
from driftwatch.model.finding import Finding
from driftwatch.model.lifecycle import Life
from driftwatch.model.memory import StoreError
from driftwatch.model.rollout import Beginning, Rollout, Source
from driftwatch.store.memory import MemoryStore
from tests.drift.lives import FINDINGS, KEY
from tests.drift.making import an_interaction, promise
from tests.usecases.test_remember import GOOD, LIE, MOCK, Team

DAY: Final = timedelta(days=1)


class Told(Team):
    """A team whose providers' rollouts somebody tells of."""

    def rolls_out(self, version: str, hours: float = -12, provider: str = "payments", **more: Any) -> Rollout:
        """A rollout so many hours from now: by default between the last audit and the next."""
        at = self.clock.now() + timedelta(hours=hours)
        rollout = replace(Rollout(provider, provider, version, at, Source.WEBHOOK), **more)
        self.store.note(rollout)
        return rollout

    def began_with(self, answer: object) -> tuple[str, int] | None:
        """Version and number of others that the one finding of the next audit names."""
        summary = self.audits(answer).summary
        (finding,) = summary.findings
        began = finding.began_with
        return None if began is None or began.rollout is None else (began.rollout.version, began.others)

    @property
    def life(self) -> Life:
        """The one that is remembered."""
        lives: tuple[Life, ...] = self.store.lives()
        (life,) = lives
        return life


def test_a_finding_names_the_rollout_between_two_looks() -> None:
    """The mock was verified, the provider rolled out, the mock is verified no more."""
    team = Told()
    verified = team.clock.now()
    team.audits(GOOD)
    rollout = team.rolls_out("1.42.0")
    seen = team.clock.now()
    came = team.audits(LIE)
    began = Beginning(verified, seen, rollout)
    assert [finding.began_with for finding in came.summary.findings] == [began]
    assert [event.finding.began_with for event in came.events if event.finding] == [began]
    assert team.life.began == began


def test_it_keeps_its_name() -> None:
    """Later rollouts and audits change nothing about how it began."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1")
    assert team.began_with(LIE) == ("1", 0)
    team.rolls_out("2")
    assert team.began_with(LIE) == ("1", 0)


def test_of_several_the_last_is_named_and_the_others_are_counted() -> None:
    """A release that two tellers told of is one of them."""
    team = Told()
    team.audits(GOOD)
    for number, version in enumerate(("1", "2", "3")):
        team.rolls_out(version, hours=number - 20)
    team.rolls_out("3", hours=-17.5, source=Source.KUBERNETES, name="shop/payments", revision="7")
    assert team.began_with(LIE) == ("3", 2)


@pytest.mark.parametrize("hours", [-36, 1])
def test_a_rollout_before_or_after_is_not_blamed(hours: float) -> None:
    """One that the last verification saw already, or that came after the finding."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1", hours)
    assert team.began_with(LIE) is None
    assert team.began_with(LIE) is None


def test_a_rollout_of_another_provider_is_not_blamed() -> None:
    """However close it was."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1", provider="orders")
    assert team.began_with(LIE) is None


def test_a_rollout_that_changes_nothing_names_nothing() -> None:
    """And is not blamed for what comes with the next one."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1")
    assert team.audits(GOOD).summary.findings == ()
    team.rolls_out("2")
    assert team.began_with(LIE) == ("2", 0)


def test_a_mock_that_was_never_true_blames_nobody() -> None:
    """It was a lie when it was first looked at."""
    team = Told()
    team.rolls_out("1")
    assert team.began_with(LIE) is None
    team.rolls_out("2")
    assert team.began_with(LIE) is None


def test_a_mock_that_was_edited_blames_nobody() -> None:
    """As it stands now it was never verified: the lie may be its own."""
    team = Told()
    team.mocks = (dataclasses.replace(MOCK, variants=(promise({"id": 1}),)),)
    team.audits(LIE)
    team.mocks = (MOCK,)
    team.rolls_out("1")
    assert team.began_with(LIE) is None


def test_another_version_of_driftwatch_blames_nobody() -> None:
    """What it finds may have been there all the time; from its second look on it knows."""
    team = Told()
    team.audits(GOOD)
    before = team.store._runs["run-1"]
    team.store._runs["run-1"] = replace(before, version="0.0.9")
    team.rolls_out("1")
    assert team.began_with(LIE) is None
    for _ in range(2):
        team.audits(GOOD)
    team.rolls_out("2")
    assert team.began_with(LIE) == ("2", 0)


def test_an_outage_forgets_nothing() -> None:
    """What counts is the last time that the mock was really compared."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1")
    team.audits(None)
    assert team.began_with(LIE) == ("1", 0)


def test_what_comes_back_began_anew() -> None:
    """With the rollout since it was found gone; if there was none, with none."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1")
    team.audits(LIE)
    for _ in range(2):
        team.audits(GOOD)
    team.rolls_out("2")
    assert team.began_with(LIE) == ("2", 0)
    for _ in range(2):
        team.audits(GOOD)
    assert team.began_with(LIE) is None


def test_a_look_that_missed_it_once_changes_nothing() -> None:
    """It was never gone."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1")
    team.audits(LIE)
    team.audits(GOOD)
    team.rolls_out("2")
    assert team.began_with(LIE) == ("1", 0)


def test_what_is_reborn_after_long_began_anew() -> None:
    """In its second life, too."""
    team = Told(store=MemoryStore(keep=90 * DAY))
    team.audits(GOOD)
    team.rolls_out("1")
    team.audits(LIE)
    for _ in range(5):
        team.audits(GOOD, days=10)
    team.rolls_out("2")
    assert team.began_with(LIE) == ("2", 0)
    assert team.life.incarnation == 2


def test_a_mock_that_was_gone_and_is_back_blames_nobody() -> None:
    """It was last seen as the same lie: nobody knows when it began."""
    team = Told()
    team.audits(LIE)
    other = dataclasses.replace(MOCK, mock_id="another", origin=replace(MOCK.origin, file="b.json"))
    team.mocks = (other,)
    team.audits(GOOD)
    team.mocks = (MOCK,)
    team.rolls_out("1")
    assert team.began_with(LIE) is None


def test_a_rollout_that_is_told_late_is_named_late() -> None:
    """By the next audit, as long as the finding stands; its own moment counts."""
    team = Told()
    team.audits(GOOD)
    assert team.began_with(LIE) is None
    team.rolls_out("1", hours=-36)
    assert team.began_with(LIE) == ("1", 0)


def test_a_rollout_in_the_midst_of_an_audit_is_judged_by_the_mocks_own_moment() -> None:
    """Nobody blames one that was complete after the mock was asked."""
    team = Told()
    team.audits(GOOD)
    team.rolls_out("1", hours=0)
    team.rolls_out("2", hours=0.001)
    assert team.began_with(LIE) == ("1", 0)


def test_what_needs_no_answer_began_with_no_rollout() -> None:
    """A mock grows stale by the calendar, and an outage is no release."""
    old = dataclasses.replace(MOCK, recorded_at=datetime.fromisoformat("2026-01-20T00:00:00+00:00"))
    team = Told(mocks=(old,))
    team.audits(GOOD)
    team.clock.go_on(400 * 86400)
    team.rolls_out("1")
    came = team.audits(None)
    kinds = {finding.kind for finding in came.summary.findings}
    assert "mock-stale" in kinds
    assert [life.began for life in came.lives] == [None] * len(came.lives)


def test_a_store_that_tells_of_no_rollouts_costs_no_run() -> None:
    """The finding is told without."""

    class Ailing(MemoryStore):
        def rollouts(self, providers: Any, since: Any = None) -> Any:  # noqa: ARG002
            return StoreError("db", "it fails", "Mend it.")

    team = Told(store=Ailing())
    team.audits(GOOD)
    came = team.audits(LIE)
    assert (came.trouble, [event.change.value for event in came.events]) == (None, ["new"])


def _shared(looks: list[Look]) -> Finding | Beginning | None:
    rollout = Rollout("p", "p", "1", Team().clock.now(), Source.WEBHOOK)
    return Past({str(number): look for number, look in enumerate(looks)}, (rollout,)).beginning(
        replace(FINDINGS["shared"], provider="p")
    )


def test_trouble_of_a_whole_service_began_when_half_of_its_mocks_saw_it() -> None:
    """It has no mock of its own; without any look there is no beginning."""
    now = Team().clock.now()
    looks = [Look("p", now - days * DAY, now + DAY) for days in (1, 2, 30)] + [Look("q", now, now)]
    began = _shared(looks)
    assert isinstance(began, Beginning)
    assert (began.after, began.before) == (now - 2 * DAY, now + DAY)
    assert began.rollout is not None
    assert _shared([Look("q", now, now)]) is None


def test_the_moments_are_those_of_the_mock() -> None:
    """Both borders: what was complete at the very first look was seen by it, at the second it is blamed."""
    now = Team().clock.now()
    finding = FINDINGS["sure"]

    def named(at: datetime) -> bool:
        rollout = Rollout(finding.provider, "x", "1", at, Source.WEBHOOK)
        began = Past({KEY: Look(finding.provider, now, now + DAY)}, (rollout,)).beginning(finding)
        return began is not None and began.rollout is not None

    assert [named(now), named(now + timedelta(seconds=1)), named(now + DAY), named(now + 2 * DAY)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_interactions_of_one_name_are_one_look() -> None:
    """Nothing is said of a mock that this run did not compare."""
    from driftwatch.model.history import History
    from driftwatch.model.memory import Recollection, key_of

    mock, now = an_interaction(promise({"id": 1}), provider="p"), Team().clock.now()
    key = key_of(mock)
    before = Recollection({key: History(verified_at=now)}, claims={key: "a"})
    after = {key: History(verified_at=now + DAY)}
    assert Past.of([mock, mock], before, after, {key: "a"}, ()).looks == {key: Look("p", now, now + DAY)}
    assert Past.of([mock], before, after, {key: "b"}, ()).looks == {}
    assert Past.of([mock], before, {}, {}, ()).looks == {}
    assert Past.of([mock], Recollection(), after, {key: "a"}, ()).looks == {}
