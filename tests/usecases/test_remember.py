"""An audit with a memory: what earlier runs knew, what this one changes, and what becomes of a store in trouble."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.lifecycle import BY_HAND, Change
from driftwatch.model.memory import Remembered, RunRecord, RunStatus, StoreError
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation, Probe, Unreachable
from driftwatch.model.suppression import Suppression
from driftwatch.store.memory import MemoryStore
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.canary import ANSWER
from driftwatch.usecases.canary import PROVIDER as CANARY
from driftwatch.usecases.findings import Reasons, acknowledge, reopen, suppress
from driftwatch.usecases.remember import remember
from tests.drift.making import an_interaction, delivery, promise
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock

RUN: Final = Run("", "0.1.0", "abc")
MOCK: Final = an_interaction(promise({"id": 1, "email": "a@example.com"}), provider="")
GOOD: Final = {"id": 2, "email": "b@example.com"}
LIE: Final = {"id": 2}


@dataclass
class Team:
    """A team that audits day by day."""

    store: Any = field(default_factory=MemoryStore)
    clock: SetClock = field(default_factory=SetClock)
    mocks: tuple[Any, ...] = (MOCK,)
    runs: int = 0

    def audits(self, answer: object, days: int = 1) -> Remembered:
        """One audit, so many days after the last; the service answers with this document, or not at all."""

        def asked(probe: Probe) -> Observation | Unreachable:
            at = self.clock.now()
            if probe.provider == CANARY:
                status, headers, body = ANSWER
                return Observation(status, headers, body, at=at)
            if answer is None:
                return Unreachable(probe, "no route")
            return replace(delivery(answer), at=at, elapsed_ms=5.0)

        self.runs += 1
        run = replace(RUN, id=f"run-{self.runs}")
        provider = Provider("payments", "https://x", ListedMocks(self.mocks), Policy())
        came = remember(self.store, [provider], ScriptedProber(asked), self.clock, run, NotedProgress())
        self.clock.go_on(days * 86400)
        return came

    def told(self, answer: object, days: int = 1) -> list[str]:
        """What is told after it."""
        return [event.change.value for event in self.audits(answer, days).events]


def test_a_finding_is_new_once_and_resolved_once() -> None:
    """Seen, seen again, an outage, repaired, repaired: told when it begins and when it ends."""
    team = Team()
    assert [team.told(answer) for answer in (LIE, LIE, None, GOOD, GOOD, GOOD)] == [
        ["new"], [], [], [], ["resolved"], [],
    ]  # fmt: skip
    assert [run.status for run in team.store.runs(9)] == [
        *[RunStatus.COMPLETE] * 3, RunStatus.INCOMPLETE, *[RunStatus.COMPLETE] * 2,
    ]  # fmt: skip


def test_findings_tell_since_when() -> None:
    """The summary that is reported knows the age of its findings and their state."""
    team = Team()
    first = team.clock.now()
    team.audits(LIE)
    team.audits(None)
    summary = team.audits(LIE).summary
    (finding,) = summary.findings
    assert (finding.first_seen, finding.last_seen) == (first, first + timedelta(days=2))
    assert finding.state == "open"


def test_without_a_store_nothing_is_known() -> None:
    """The audit is what it always was."""
    team = Team(store=None)
    came = team.audits(LIE)
    assert (came.events, came.lives, came.trouble) == ((), (), None)
    assert [finding.state for finding in came.summary.findings] == ["open"]


def test_an_edited_mock_resolves_at_once() -> None:
    """The mock tells the truth now: nobody waits for a second run."""
    team = Team()
    team.audits(LIE)
    team.mocks = (dataclasses.replace(MOCK, variants=(promise({"id": 1}),)),)
    assert team.told(LIE) == ["resolved"]


def test_a_deleted_mock_makes_its_findings_obsolete() -> None:
    """What nobody claims any more is no lie."""
    team = Team()
    team.audits(LIE)
    team.mocks = (dataclasses.replace(MOCK, mock_id="another", origin=replace(MOCK.origin, file="b.json")),)
    assert "obsolete" in team.told(GOOD)


def _why(team: Team, days: int = 9) -> Reasons:
    today = team.clock.now().date()
    return Reasons.checked("ann", "ticket 12", today + timedelta(days=days), today)


def test_a_suppression_by_hand_acts_like_one_of_the_config() -> None:
    """It hides from the next run on, is told among the suppressions, and ends with news."""
    team = Team()
    (life,) = team.audits(LIE).lives
    team.store.decide(life.fingerprint, lambda it: suppress(it, _why(team, 2), team.clock.now()))
    hidden = team.audits(LIE)
    assert (hidden.summary.standing, hidden.events) == ((), ())
    (reviewed,) = hidden.summary.suppressions
    assert (reviewed.suppression.where, reviewed.findings) == (BY_HAND, (life.fingerprint,))
    assert [team.told(LIE) for _ in range(3)] == [[], [], ["suppression-expired"]]


def test_a_suppression_is_kept_that_was_made_while_a_run_was_under_way() -> None:
    """The run does not know of it, and must not take it away."""
    team = Team()
    (life,) = team.audits(LIE).lives

    @dataclass
    class Slow(NotedProgress):
        def advanced(self) -> None:
            if not team.store.suppressions():
                team.store.decide(life.fingerprint, lambda it: suppress(it, _why(team), team.clock.now()))

    provider = Provider("payments", "https://x", ListedMocks((MOCK,)), Policy())
    answers = ScriptedProber(lambda _: replace(delivery(LIE), at=team.clock.now()))
    came = remember(team.store, [provider], answers, team.clock, replace(RUN, id="slow"), Slow())
    assert came.events == ()
    assert team.store.lives()[0].suppressed is not None
    assert team.told(LIE) == []


def test_what_is_reopened_is_told_again() -> None:
    """An acknowledgement that is taken back, and a suppression, leave no trace but the history."""
    team = Team()
    (life,) = team.audits(LIE).lives
    name, now = life.fingerprint, team.clock.now()
    team.store.decide(name, lambda it: acknowledge(it, _why(team), now))
    assert team.audits(LIE).summary.findings[0].state == "acknowledged"
    team.store.decide(name, lambda it: suppress(it, _why(team), now))
    team.store.decide(name, lambda it: reopen(it, "ann", "was wrong", now))
    assert team.store.suppressions() == ()
    assert team.audits(LIE).summary.findings[0].state == "open"
    changes = [event.change for event in team.store.events(name)]
    assert changes == [Change.NEW, Change.ACKNOWLEDGED, Change.SUPPRESSED, Change.REOPENED_BY_HAND]


def test_histories_reach_the_rules() -> None:
    """A value that holds still for days is found by runs that each take a few samples within a second."""
    team = Team(mocks=(an_interaction(promise({"vatRate": 0.23}), provider=""),))
    kinds = [[finding.kind for finding in team.audits({"vatRate": 0.22}).summary.findings] for _ in range(3)]
    assert kinds == [[], ["value-drift"], ["value-drift"]]


def test_a_mock_that_was_verified_lately_is_not_stale() -> None:
    """Old by its date, verified last week, not reachable today: the store remembers."""
    old = dataclasses.replace(MOCK, recorded_at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    stranger = Team(mocks=(old,))
    assert [finding.kind for finding in stranger.audits(None).summary.findings] == ["mock-stale"]
    team = Team(mocks=(old,))
    team.audits(GOOD, days=7)
    assert team.audits(None).summary.findings == ()


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, RunStatus.FAILED), (KeyboardInterrupt, RunStatus.INTERRUPTED)]
)
def test_a_run_that_breaks_off_says_so(error: type[BaseException], status: RunStatus) -> None:
    """By our mistake or by a person's wish; what was known stays known."""
    team = Team()
    team.audits(LIE)

    def broken(_: Probe) -> Observation:
        raise error

    provider = Provider("payments", "https://x", ListedMocks((MOCK,)), Policy())
    with pytest.raises(error):
        remember(team.store, [provider], ScriptedProber(broken), team.clock, replace(RUN, id="b"), NotedProgress())
    assert team.store.runs(1)[0].status is status
    assert len(team.store.lives()) == 1


DOWN: Final = StoreError("postgresql://db", "it cannot be reached", "Check that it runs.")


@dataclass
class Ailing(MemoryStore):
    """A store that fails at one of its tasks."""

    fails_at: str = ""

    def begin(self, run: RunRecord) -> Any:
        return DOWN if self.fails_at == "begin" else MemoryStore.begin(self, run)

    def recall(self, providers: Any) -> Any:
        return DOWN if self.fails_at == "recall" else MemoryStore.recall(self, providers)

    def record(self, entry: Any, step: Any) -> Any:
        return DOWN if self.fails_at == "record" else MemoryStore.record(self, entry, step)


@pytest.mark.parametrize("task", ["begin", "recall", "record"])
def test_a_store_in_trouble_costs_no_report(task: str) -> None:
    """The audit is made and told; what was known before is neither overwritten nor lost."""
    store = Ailing()
    team = Team(store=store)
    team.audits(LIE)
    known = store.lives()
    store.fails_at = task
    came = team.audits(GOOD)
    assert came.trouble == DOWN
    assert (came.events, came.lives) == ((), ())
    assert sum(came.summary.verdicts.values()) == 1
    assert store.lives() == known
    store.fails_at = ""
    assert [team.told(GOOD) for _ in range(2)] == [[], ["resolved"]]


def test_a_run_tells_that_it_goes_on() -> None:
    """Now and then, with the answers that come in."""
    beats: list[str] = []

    @dataclass
    class Heard(MemoryStore):
        def beat(self, run_id: str, at: datetime) -> None:  # noqa: ARG002
            beats.append(run_id)

    team = Team(store=Heard())

    def slow(_: Probe) -> Observation:
        team.clock.go_on(40)
        return replace(delivery(GOOD), at=team.clock.now())

    provider = Provider("payments", "https://x", ListedMocks((MOCK,)), Policy())
    remember(team.store, [provider], ScriptedProber(slow), team.clock, replace(RUN, id="slow"), NotedProgress())
    assert set(beats) == {"slow"}
    assert len(beats) >= 2


def test_one_of_the_config_hides_as_before() -> None:
    """The store's own are added to those of the config, and do not replace them."""
    team = Team()
    (life,) = team.audits(LIE).lives
    of_config = Suppression("bob", "known", date(2026, 6, 1), life.fingerprint, where="driftwatch.yaml:3")
    provider = Provider("payments", "https://x", ListedMocks((MOCK,)), Policy())
    answers = ScriptedProber(lambda _: replace(delivery(LIE), at=team.clock.now()))
    run = replace(RUN, id="with", suppressions=(of_config,))
    came = remember(team.store, [provider], answers, team.clock, run, NotedProgress())
    assert came.summary.standing == ()
    assert team.store.lives()[0].suppressed == of_config
    assert team.told(LIE) == ["suppression-expired"]
