"""One run by many processes: what they find together is what one would have found, and what is lost is told."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Reading, Unreadable
from driftwatch.model.memory import Remembered, RunStatus, StoreError
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Observation, Purpose, Unreachable
from driftwatch.model.shard import Shard
from driftwatch.model.share import Idle
from driftwatch.model.summary import Canary, Summary, Verdict
from driftwatch.model.suppression import Fate, Suppression
from driftwatch.ports import SharedStore
from driftwatch.reports.json import render
from driftwatch.store.database import DatabaseStore
from driftwatch.store.memory import MemoryStore
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from driftwatch.usecases.remember import remember
from driftwatch.usecases.shards import remember_share
from tests.fakes import Answer, ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import DRIFTED, NOT_FOUND, TRUE, mock, refused, sample, service

POLICY: Final = Policy(ProbingPolicy(samples=3, spacing=0))
MOCKS: Final[tuple[Reading, ...]] = (
    *(mock(f"/items/{number}") for number in range(12)),
    mock("/items/3", body='{"ok": "a second answer"}', mock_id="another", group="another"),
    mock("/lies"), mock("/gone"), mock("/down"), mock("/login", method="POST"),
    dataclasses.replace(mock("/items/5"), mock_id="shadowed", group="shadowed", shadowed_by="/items/5"),
    Unreadable("mocks/broken.json", "fake", "a string is not closed", 3),
)  # fmt: skip
ANSWERS: Final[dict[str, Any]] = {"lies": DRIFTED, "gone": NOT_FOUND, "down": refused("the circuit is open")} | {
    f"items/{number}": TRUE for number in range(12)
}
KNOWN: Final = Suppression("me", "known", date(2999, 1, 1), kind="type-changed")
USELESS: Final = Suppression("me", "known", date(2999, 1, 1), kind="field-added")


@dataclass
class Team:
    """Processes that meet in a store; each audits two providers with the same mocks."""

    store: SharedStore | None = field(default_factory=MemoryStore)
    mocks: Sequence[Reading] = MOCKS
    answer: Answer = field(default_factory=lambda: service(**ANSWERS))
    suppressions: tuple[Suppression, ...] = ()
    clock: SetClock = field(default_factory=SetClock)
    asked: list[str] = field(default_factory=list)
    """What services were asked, by all processes."""

    def providers(self) -> list[Provider]:
        """Two of them."""
        source = ListedMocks(tuple(self.mocks))
        return [Provider(name, f"http://{name}", source, POLICY) for name in ("orders", "users")]

    def run(self, name: str) -> Run:
        """A run of that name."""
        return Run(name, "0.1.0", "digest", self.suppressions)

    def alone(self, name: str = "run") -> Remembered:
        """What one process finds, with a memory of its own."""
        prober = ScriptedProber(self.answer)
        return remember(MemoryStore(), self.providers(), prober, self.clock, self.run(name), NotedProgress())

    def takes(self, index: int, count: int, name: str = "run") -> Remembered | Idle:
        """What one of several does."""
        prober = ScriptedProber(self.answer)
        came = remember_share(
            self.store, self.providers(), prober, self.clock, self.run(name), NotedProgress(), Shard(index, count),
            is_named=True,
        )  # fmt: skip
        self.asked += [f"{one.provider}{one.request.path}" for one in prober.sent if one.purpose is Purpose.CLAIM]
        return came

    def all_take(self, count: int, order: Iterable[int] = (), name: str = "run") -> Remembered:
        """What the last of them says; those before tell of their share."""
        came = [self.takes(index, count, name) for index in (tuple(order) or range(count))]
        *others, last = came
        assert all(isinstance(one, Remembered) and not one.summary.shard.is_whole for one in others)
        assert isinstance(last, Remembered)
        return last


@pytest.fixture(params=["memory", "sqlite"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Team:
    """With nouns in memory, and with rows in a database."""
    return Team(MemoryStore() if request.param == "memory" else DatabaseStore.at(str(tmp_path / "driftwatch.db")))


def told(summary: Summary) -> str:
    """All that is told of mocks and services, but for how much work it was."""
    return render(replace(summary, seconds=0.0, requests_sent=0, canary=Canary(1, 1)))


@pytest.mark.parametrize("count", [2, 3, 8, 40])
def test_many_find_what_one_finds(team: Team, count: int) -> None:
    """Verdicts, findings, scores, gaps and their order; by more processes than there are questions, too."""
    last = team.all_take(count)
    assert last.summary.shard.is_whole
    assert told(last.summary) == told(team.alone().summary)
    assert last.summary.canary == Canary(count, count)


def test_every_question_is_asked_once(team: Team) -> None:
    """By one of the processes; the canary is everybody's own."""
    team.all_take(4)
    questions = [one for one in team.asked if not one.startswith("(canary)")]
    assert len(questions) == len(set(questions)) == 2 * 15


def test_the_order_does_not_matter(team: Team) -> None:
    """Whoever is last puts the run together."""
    assert told(team.all_take(4, (2, 0, 3, 1)).summary) == told(team.alone().summary)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_the_services_do(data: st.DataObject) -> None:
    """Outages that most mocks share are one finding, though no process has seen most of them."""
    kinds: dict[str, Observation | Unreachable] = {
        "true": TRUE, "drifted": DRIFTED, "gone": NOT_FOUND, "down": refused("down"),
        "unwell": sample('{"error": "x"}', 503), "denied": sample('{"error": "x"}', 401),
    }  # fmt: skip
    names = [f"items/{number}" for number in range(12)]
    usual = data.draw(st.sampled_from(sorted(kinds)))
    kind = st.sampled_from([usual, usual, *sorted(kinds)])
    team = Team(answer=service(**{name: kinds[data.draw(kind)] for name in names}), mocks=MOCKS[:12])
    count = data.draw(st.integers(2, 6))
    last = team.all_take(count, data.draw(st.permutations(range(count))))
    alone = team.alone()
    assert told(last.summary) == told(alone.summary)
    assert [event.change for event in last.events] == [event.change for event in alone.events]


def test_lives_go_on_from_run_to_run(team: Team) -> None:
    """A finding is new once, whichever process sees it in whichever run, and is resolved once."""
    events = []
    for number, lies in enumerate((DRIFTED, DRIFTED, TRUE, TRUE)):
        team.answer = service(**(ANSWERS | {"lies": lies}))
        last = team.all_take(2 + number % 2, name=f"run-{number}")
        events.append([event.change.value for event in last.events if "lies" in event.finding.path_template])  # type: ignore[union-attr]
        team.clock.go_on(86_400)
    assert events == [["new"] * 2, [], [], ["resolved"] * 2]


def test_what_was_learnt_is_everybodys(team: Team) -> None:
    """As if one process had learnt it."""
    last = team.all_take(3)
    assert team.store is not None
    mocks = team.store.mocks("orders")
    assert not isinstance(mocks, StoreError)
    assert len(mocks) == len({one.mock_id for one in MOCKS if not isinstance(one, Unreadable)})  # type: ignore[union-attr]
    verified = [one for one in mocks if one.verdict.is_answer]
    assert len(verified) == 15
    assert all(one.claim and one.history.verified_at is not None for one in verified)
    assert last.summary.is_remembered


def test_suppressions_are_reviewed_by_the_whole_run() -> None:
    """One share cannot know that a suppression has become useless."""
    team = Team(suppressions=(KNOWN, USELESS), mocks=[one for one in MOCKS if not isinstance(one, Unreadable)][:13])
    first = team.takes(0, 2)
    assert isinstance(first, Remembered)
    assert {one.fate for one in first.summary.suppressions} <= {Fate.APPLIED, Fate.UNDECIDED}
    team.answer = service(**(ANSWERS | {"items/3": DRIFTED}))
    last = team.all_take(3, name="whole")
    assert [one.fate for one in last.summary.suppressions] == [Fate.APPLIED, Fate.UNUSED]
    assert told(last.summary) == told(team.alone("whole").summary)


def test_a_lost_share_is_told_as_not_verified(team: Team) -> None:
    """By the run after it, which begins when Kubernetes has given up; nothing of it counts as deleted or resolved."""
    before = team.all_take(3, name="before")
    team.clock.go_on(600)
    for index in (0, 2):
        team.takes(index, 3, "lost")
    team.clock.go_on(600)
    (first, *_) = [team.takes(index, 3, "after") for index in range(3)]
    assert isinstance(first, Remembered)
    (closed,) = first.earlier
    summary = closed.summary
    gaps = [one for one in summary.results if "shard 1/3 of this run was lost" in one.reason]
    assert gaps
    assert {one.verdict for one in gaps} == {Verdict.UNREACHABLE}
    assert summary.is_incomplete()
    assert [one.interaction.mock_id for one in summary.results] == [
        one.interaction.mock_id for one in before.summary.results
    ]
    assert closed.events == ()
    assert team.store is not None
    runs = team.store.runs(9)
    assert not isinstance(runs, StoreError)
    assert [(run.id, run.status) for run in runs] == [
        ("after", RunStatus.INCOMPLETE), ("lost", RunStatus.INCOMPLETE), ("before", RunStatus.INCOMPLETE),
    ]  # fmt: skip


def test_the_retry_of_a_lost_pod_takes_its_share(team: Team) -> None:
    """Then nothing is missing."""
    for index in (0, 2):
        team.takes(index, 3)
    last = team.takes(1, 3)
    assert isinstance(last, Remembered)
    assert told(last.summary) == told(team.alone().summary)


def test_a_share_that_was_handed_in_is_not_asked_again(team: Team) -> None:
    """An index may run twice: the second process has nothing to do, while the run is open and after."""
    team.mocks = MOCKS[:12]
    team.takes(0, 2)
    team.asked.clear()
    assert team.takes(0, 2) == Idle(
        "shard 0/2 of the run run was handed in before, and 1 of 2 are there: nothing is left to do here.", is_fine=True
    )
    assert team.asked == []
    team.takes(1, 2)
    team.asked.clear()
    over = team.takes(1, 2)
    assert isinstance(over, Idle)
    assert over.is_fine
    assert team.asked == []


def test_an_incomplete_share_is_asked_again(team: Team) -> None:
    """Its pod ended with 3 and is retried: what the service says by then takes the place of its silence."""
    team.mocks = MOCKS[:12]
    well, team.answer = team.answer, service(**dict.fromkeys(ANSWERS, refused("down")))
    first = team.takes(0, 2)
    assert isinstance(first, Remembered)
    assert first.summary.is_incomplete()
    team.answer = well
    again = team.takes(0, 2)
    assert isinstance(again, Remembered)
    assert not again.summary.is_incomplete()
    assert told(team.all_take(2, (1,)).summary) == told(team.alone().summary)


def test_an_incomplete_share_of_a_run_that_is_over(team: Team) -> None:
    """Is not made good by a retry, which says so with the same code."""
    team.mocks = MOCKS[:12]
    team.answer = service(**dict.fromkeys(ANSWERS, refused("down")))
    team.all_take(2)
    again = team.takes(0, 2)
    assert isinstance(again, Idle)
    assert not again.is_fine
    assert "the next run asks again" in again.reason


def test_whoever_died_before_the_end_is_replaced(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last process died between handing in and putting together: its retry puts the run together."""
    team.mocks = MOCKS[:12]
    team.takes(0, 2)
    with monkeypatch.context() as dying:
        dying.setattr("driftwatch.usecases.shards._put_together", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            team.takes(1, 2)
    last = team.takes(1, 2)
    assert isinstance(last, Remembered)
    assert told(last.summary) == told(team.alone().summary)


def test_one_that_fails_leaves(team: Team) -> None:
    """Its mistake is raised, and another process may take its share at once."""

    def fail(_: object) -> Observation:
        raise RuntimeError

    good, team.answer = team.answer, fail
    with pytest.raises(RuntimeError):
        team.takes(0, 2)
    team.answer = good
    assert told(team.all_take(2).summary) == told(team.alone().summary)


def test_one_that_comes_too_late_says_so(team: Team) -> None:
    """The run went on without it: before it began, and while it worked."""
    team.takes(0, 2, "first")
    team.takes(0, 2, "second")
    late = team.takes(1, 2, "first")
    assert isinstance(late, Idle)
    assert not late.is_fine
    assert "comes too late" in late.reason


def test_shards_that_read_different_mocks_are_told(team: Team) -> None:
    """A sidecar that fetches mocks may have moved on in between: what nobody asked is not taken for checked."""
    team.takes(0, 2)
    team.mocks = [*MOCKS, *(mock(f"/new/{number}") for number in range(9))]
    last = team.takes(1, 2)
    assert isinstance(last, Remembered)
    unasked = {one.interaction.mock_id for one in last.summary.results if "read different mocks" in one.reason}
    assert unasked
    assert all(name.startswith("/new/") for name in unasked)
    assert last.summary.is_incomplete()


def test_processes_agree_how_many_they_are(team: Team) -> None:
    """Otherwise some question would be asked by two, or by none."""
    team.takes(0, 2)
    with pytest.raises(UsageError, match="has 2 shards"):
        team.takes(0, 3)


def test_without_a_store_each_tells_of_its_own() -> None:
    """Together they tell of everything, and none of them claims to be all."""
    team = Team(store=None)
    parts = [team.takes(index, 3) for index in range(3)]
    mocks = []
    for part in parts:
        assert isinstance(part, Remembered)
        assert not part.summary.shard.is_whole
        assert "This is shard" in render_console(part.summary)
        mocks += [(one.interaction.provider, one.interaction.mock_id) for one in part.summary.results]
    alone = audit(team.providers(), ScriptedProber(team.answer), team.clock, team.run("run"), NotedProgress())
    assert sorted(mocks) == sorted((one.interaction.provider, one.interaction.mock_id) for one in alone.results)


def test_an_empty_share_is_no_failure() -> None:
    """More processes than questions: the run as a whole says whether anything was checked."""
    team = Team(store=None, mocks=MOCKS[:1])
    parts = [team.takes(index, 40) for index in range(40)]
    assert [part.summary.is_incomplete() for part in parts if isinstance(part, Remembered)] == [False] * 40
    empty = Team(mocks=())
    assert empty.all_take(2).summary.is_incomplete()


def render_console(summary: Summary) -> str:
    """What a person reads."""
    from driftwatch.reports.console import render

    return render(summary, colour=False, width=120)
