"""Two versions behind one address: recognised, waited for, judged when one is left; never seen where there is one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.interaction import Interaction
from driftwatch.model.latest import Latest
from driftwatch.model.memory import Remembered
from driftwatch.model.mixing import RolloutPolicy
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Unreachable
from driftwatch.model.summary import Summary, Verdict
from driftwatch.reports.measures import View, rollout_mixed_since
from driftwatch.store.database import DatabaseStore
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit
from driftwatch.usecases.remember import remember
from tests.fakes import ListedMocks, NotedProgress, SetClock
from tests.usecases.making import JSON, NOT_FOUND, RUN, mock, only, refused

OLD: Final = '{"id": 1, "name": "Ada", "mail": "a@example.com"}'
NEW: Final = '{"id": 1, "label": {"first": "Ada"}, "mails": ["a@example.com"]}'
LESS: Final = '{"id": 1, "name": "Ada"}'
MOCK: Final = mock("/it", OLD)
Told = str | tuple[str, str]
"""A body, and the version that gives it where that is told."""


@dataclass
class Service:
    """Answers with these bodies in turn; a fresh connection leads to the next one."""

    bodies: Sequence[Told]
    header: str = ""
    refuses_again: bool = False
    """A budget ends after the first round."""
    samples: list[int] = field(default_factory=list)
    """Of every probe for a mock."""
    _turn: int = 0

    def send(self, probes: Any) -> Iterator[Evidence | Unreachable]:
        """One outcome a probe."""
        for probe in probes:
            yield self._outcome(probe)

    def _outcome(self, probe: Probe) -> Evidence | Unreachable:
        if probe.provider == canary.PROVIDER:
            status, headers, body = canary.ANSWER
            return Evidence(probe, (Observation(status, headers, body),))
        if probe.purpose is Purpose.UNKNOWN_ROUTE:
            return Evidence(probe, (NOT_FOUND,))
        if self.samples and self.refuses_again:
            return replace(refused("the budget is spent", is_policy=True), probe=probe)
        self.samples.append(probe.samples)
        return Evidence(probe, tuple(self._sample(probe) for _ in range(probe.samples)))

    def _sample(self, probe: Probe) -> Observation:
        told = self.bodies[self._turn % len(self.bodies) if probe.is_apart else 0]
        self._turn += 1
        body, version = (told, "") if isinstance(told, str) else told
        headers = (*JSON, (self.header, version)) if version else JSON
        return Observation(200, headers, body.encode())


@dataclass
class Pods:
    """A cluster that knows what it is told."""

    labels: Mapping[str, str] = field(default_factory=dict)
    moves: bool = False

    def is_under_way(self) -> bool:
        """Whether it moves."""
        return self.moves

    def versions(self, pods: Collection[str]) -> Mapping[str, str]:
        """The labels of those that are known."""
        return {pod: self.labels[pod] for pod in pods if pod in self.labels}


ALWAYS: Final = RolloutPolicy()
SUSPECTED: Final = RolloutPolicy(is_always=False)


def _provider(policy: RolloutPolicy | None, pods: Pods | None, mocks: tuple[Interaction, ...] = (MOCK,)) -> Provider:
    probing = Policy(ProbingPolicy(samples=3, spacing=0))
    return Provider("shop", "http://shop", ListedMocks(mocks), probing, rollout=policy, instances=pods)


def _audit(service: Service, policy: RolloutPolicy | None = ALWAYS, pods: Pods | None = None) -> Summary:
    return audit([_provider(policy, pods)], service, SetClock(), RUN, NotedProgress())


def _kinds(summary: Summary) -> list[str]:
    return sorted(finding.kind for finding in only(summary).findings)


MIXED: Final = ["rollout-mixed-shapes"]
ONE: Final = ["field-missing"]
SEEN: Final[dict[str, tuple[Service, RolloutPolicy | None, Pods | None, list[str], list[int]]]] = {
    "two versions": (Service([OLD, NEW]), ALWAYS, None, MIXED, [8]),
    "one version": (Service([OLD]), ALWAYS, None, [], [8]),
    "the new version alone": (Service([LESS]), ALWAYS, None, ONE, [8]),
    "optional data in one place": (Service([OLD, LESS]), ALWAYS, None, ["field-optional"], [8]),
    "one place, told by a common header": (Service([(OLD, "1"), (LESS, "2")], "X-Version"), ALWAYS, None, MIXED, [8]),
    "one place, told by a header of its own": (
        Service([(OLD, "1"), (LESS, "2")], "X-Shop"), RolloutPolicy(version_header="X-Shop"), None, MIXED, [8]),
    "the same header, of which nobody said anything": (
        Service([(OLD, "1"), (LESS, "2")], "X-Shop"), ALWAYS, None, ["field-optional"], [8]),
    "one place, told by the labels of pods": (
        Service([(OLD, "pod-a"), (LESS, "pod-b")], "X-Pod"), RolloutPolicy(pod_header="X-Pod"),
        Pods({"pod-a": "1", "pod-b": "2"}), MIXED, [8]),
    "pods of one version": (
        Service([(OLD, "pod-a"), (LESS, "pod-b")], "X-Pod"), RolloutPolicy(pod_header="X-Pod"),
        Pods({"pod-a": "1", "pod-b": "1"}), ["field-optional"], [8]),
    "pods that nobody knows": (
        Service([(OLD, "pod-a"), (LESS, "pod-b")], "X-Pod"), RolloutPolicy(pod_header="X-Pod"), Pods(),
        ["field-optional"], [8]),
    "two versions, suspected by their shapes": (Service([OLD, NEW]), SUSPECTED, None, MIXED, [3, 5]),
    "two versions, suspected by a header": (
        Service([(OLD, "1"), (LESS, "2")], "X-Version"), SUSPECTED, None, MIXED, [3, 5]),
    "nothing to suspect": (Service([OLD]), SUSPECTED, None, [], [3]),
    "drift that no version explains": (Service([LESS]), SUSPECTED, None, ONE, [3]),
    "drift while one replaces the other": (Service([NEW] * 3 + [OLD] * 5), SUSPECTED, Pods(moves=True), MIXED, [3, 5]),
    "drift beside a cluster that is at rest": (
        Service([LESS]), SUSPECTED, Pods(), ONE, [3]),
    "truth while one replaces the other": (Service([OLD]), SUSPECTED, Pods(moves=True), [], [3]),
    "two versions that nobody asked about": (Service([OLD, NEW]), None, None, [], [3]),
}  # fmt: skip


@pytest.mark.parametrize(("service", "policy", "pods", "kinds", "samples"), SEEN.values(), ids=SEEN)
def test_what_is_seen_of_two_versions(
    service: Service, policy: RolloutPolicy | None, pods: Pods | None, kinds: list[str], samples: list[int]
) -> None:
    """By shape, header or pod; who asks for nothing gets the requests of before, on the connections of before."""
    assert (_kinds(_anew(service, policy, pods)), service.samples) == (kinds, samples)


def _anew(service: Service, policy: RolloutPolicy | None, pods: Pods | None) -> Summary:
    """The audit of a service that begins anew."""
    service.samples.clear()
    service._turn = 0
    return _audit(service, policy, pods)


def test_what_cannot_be_asked_again_is_judged_as_it_is() -> None:
    """A budget that ends between the rounds loses no answer that came."""
    service = Service([OLD, NEW], refuses_again=True)
    result = only(_audit(service, SUSPECTED))
    assert (result.verdict, result.samples) == (Verdict.DRIFTED, 3)


@dataclass
class Days:
    """Audits of one service, an hour apart, that remember in a real database."""

    store: DatabaseStore
    clock: SetClock = field(default_factory=SetClock)
    runs: int = 0

    def audits(self, *bodies: str) -> Remembered:
        """One audit of a service that answers so."""
        self.runs += 1
        run = replace(RUN, id=f"run-{self.runs}")
        provider = _provider(ALWAYS, None)
        came = remember(self.store, [provider], Service(bodies), self.clock, run, NotedProgress())
        assert came.trouble is None
        self.clock.go_on(3600)
        return came

    def told(self, *bodies: str) -> list[str]:
        """What is told after it, each with its kind."""
        return sorted(f"{event.finding and event.finding.kind} {event.change}" for event in self.audits(*bodies).events)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    """An empty memory on disk."""
    store = DatabaseStore.at(str(tmp_path / "driftwatch.db"))
    yield Days(store)
    store.close()


def _states(came: Remembered) -> dict[str, str]:
    return {life.finding.kind: life.state.value for life in came.lives}


def test_findings_wait_while_two_versions_answer_and_are_judged_when_one_is_left(days: Days) -> None:
    """What was found before neither ages nor ends; what the new version brings is told once it is alone."""
    assert days.told(LESS) == ["field-missing new"]
    before = next(life for life in days.audits(LESS).lives)
    assert days.told(OLD, NEW) == ["rollout-mixed-shapes new"]
    waiting = days.audits(OLD, NEW)
    (still,) = [life for life in waiting.lives if life.finding.kind == "field-missing"]
    assert (still.state, still.misses, still.sightings, still.last_seen, still.last_verified) == (
        before.state, 0, before.sightings, before.last_seen, before.last_verified,
    )  # fmt: skip
    converged = days.told(NEW)
    assert "field-missing new" in converged
    assert {finding.kind for finding in only(days.audits(NEW).summary).findings} == {"field-missing", "field-added"}


def test_findings_that_the_new_version_repairs_end_after_it_is_alone(days: Days) -> None:
    """The runs in between count as nothing."""
    assert days.told(LESS) == ["field-missing new"]
    for _ in range(3):
        assert "field-missing resolved" not in days.told(LESS, NEW)
    assert days.told(OLD) == []
    assert "field-missing resolved" in days.told(OLD)


def test_a_rollout_that_is_taken_back_leaves_nothing(days: Days) -> None:
    """The twin: the old version stays, and nothing of the new one was ever told."""
    days.audits(OLD)
    days.audits(OLD, NEW)
    told = [told for _ in range(8) for told in days.told(OLD)]
    assert told == ["rollout-mixed-shapes resolved"]


def _since(came: Remembered) -> datetime | None:
    points = dict(rollout_mixed_since(View(Latest.of(came.summary))))
    moment = points.get(("shop",))
    return None if moment is None else datetime.fromtimestamp(moment, tz=SetClock().moment.tzinfo)


def test_since_when_two_versions_answer(days: Days) -> None:
    """0 where one does; each rollout has a beginning of its own, however soon it follows the last one."""
    start = days.clock.now()
    assert _since(days.audits(OLD)) == datetime.fromtimestamp(0, tz=start.tzinfo)
    first = days.clock.now()
    assert [_since(days.audits(OLD, NEW)) for _ in range(3)] == [first] * 3
    assert _since(days.audits(OLD)) == datetime.fromtimestamp(0, tz=start.tzinfo)
    second = days.clock.now()
    assert [_since(days.audits(OLD, NEW)) for _ in range(2)] == [second] * 2


def test_without_a_memory_nobody_knows_since_when() -> None:
    """An absent series, and none that says: since now."""
    mixed, alone = _audit(Service([OLD, NEW])), _audit(Service([OLD]))
    assert dict(rollout_mixed_since(View(Latest.of(mixed)))) == {}
    assert dict(rollout_mixed_since(View(Latest.of(alone)))) == {("shop",): 0}
