"""Journeys: order, captured values, what breaks one, and what is cleaned up whatever happens."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from msgspec.structs import replace

from driftwatch.model.interaction import Expectation, Interaction, Origin, Request
from driftwatch.model.journey import Ask, Capture, Journey, Source, Step
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Tier, Unreachable
from driftwatch.model.shard import Shard
from driftwatch.model.summary import Summary
from driftwatch.settings.document import parse
from driftwatch.settings.journeys import Journeys
from driftwatch.settings.reference import Surroundings
from driftwatch.settings.spot import Reading, Spot
from driftwatch.usecases import canary
from driftwatch.usecases.assembly import assemble
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit, take_share
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import JSON, RUN

CASES: Final = yaml.safe_load(Path(__file__).with_name("journeys.yaml").read_text(encoding="utf-8"))
POLICY: Final = Policy(
    ProbingPolicy(frozenset({Tier.SAFE, Tier.IDEMPOTENT, Tier.UNSAFE}), samples=2, spacing=0, never=("* /forbidden",))
)
NOT_FOUND: Final = Observation(404, JSON, b'{"error": "no such route"}')


def answer_of(told: Any) -> tuple[int, bytes]:
    """Status and body of an answer as the cases write it."""
    status, document = told if isinstance(told, list) else (200, told)
    return status, b"" if document is None else json.dumps(document).encode()


def mock_of(operation: str, told: Any) -> Interaction:
    """A mock by its operation, which is its id as well."""
    method, _, path = operation.partition(" ")
    status, body = answer_of(told)
    request = Request(method, path, path.replace("/1", "/{id}"))
    variants = (Expectation(status, JSON, body),)
    return Interaction(operation, "fake", Origin(f"mocks{path}.json"), request, variants, group=operation)


def service(answers: Mapping[str, Any]) -> ScriptedProber:
    """A service by operation."""

    def answer(probe: Probe) -> Observation:
        if probe.provider == canary.PROVIDER:
            status, headers, body = canary.ANSWER
            return Observation(status, headers, body)
        told = answers.get(f"{probe.request.method} {probe.request.path}")
        if told == "timeout":
            return Observation(failure=Failure.TIMEOUT)
        return NOT_FOUND if told is None else Observation(answer_of(told)[0], JSON, answer_of(told)[1])

    return ScriptedProber(answer)


def journeys_of(written: Any, tmp_path: Path) -> tuple[Journey, ...]:
    """Journeys as a config writes them."""
    document = parse(json.dumps({"providers": {"shop": {"journeys": written}}}), "journeys.yaml")
    spot = Spot(document.root, (), Reading("journeys.yaml", document.root, Surroundings({}, tmp_path)))
    shop = spot.members()["providers"].members()["shop"]
    read = Journeys().read(shop.members()["journeys"])
    assert not spot.reading.mistakes
    return read.of("shop", {})


def asked(prober: ScriptedProber) -> list[str]:
    """What the service was asked, in order, without the probe of an unknown route."""
    own = (
        probe for probe in prober.sent if probe.provider != canary.PROVIDER and "driftwatch-" not in probe.request.path
    )
    return [f"{probe.request.method} {probe.request.path}" for probe in own for _ in range(probe.samples)]


def run(mocks: Iterable[Interaction], journeys: tuple[Journey, ...], prober: ScriptedProber) -> Summary:
    """One audit."""
    provider = Provider("shop", "http://shop", ListedMocks(tuple(mocks)), POLICY, journeys=journeys)
    return audit([provider], prober, SetClock(), RUN, NotedProgress())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_journey(case: Mapping[str, Any], tmp_path: Path) -> None:
    """What is asked in which order, which verdicts come of it, and what is told beside them."""
    prober = service(case["service"])
    summary = run([mock_of(*mock) for mock in case["mocks"].items()], journeys_of(case["journeys"], tmp_path), prober)
    reasons = {result.interaction.mock_id: result.reason for result in summary.results}
    assert asked(prober) == case["asked"], reasons
    assert {result.interaction.mock_id: result.verdict.value for result in summary.results} == case["verdicts"]
    for mock_id, words in case.get("reasons", {}).items():
        assert words in reasons[mock_id]
    assert len(summary.troubles) == len(case.get("troubles", ())), summary.troubles
    for trouble, words in zip(summary.troubles, case.get("troubles", ()), strict=True):
        assert words in trouble.reason
    assert summary.is_incomplete() == bool(
        summary.troubles or {"unverifiable", "unreachable"} & set(case["verdicts"].values())
    )


ORDER: Final = Journey(
    "order", "shop",
    (Step(ask=Ask("POST", "/orders"), captures=(Capture("order", Source.JSON, "$.id"),)), Step(match="GET /cart")),
    clean_up=(Step(ask=Ask("DELETE", "/orders/{{order}}")),),
)  # fmt: skip
ANSWERS: Final = {"POST /orders": [201, {"id": 5}], "GET /cart": {"id": 1}, "DELETE /orders/5": [204, None]}


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_clean_up_goes_on_when_the_audit_ends_in_the_middle(end: type[BaseException]) -> None:
    """Ctrl-C, SIGTERM in a container, a fault of ours: what was made is deleted before it goes on upwards."""
    prober = service(ANSWERS)
    answer = prober.answer

    def interrupted(probe: Probe) -> Any:
        if probe.request.path == "/cart":
            raise end
        return answer(probe)

    prober.answer = interrupted
    with pytest.raises(end):
        run([mock_of("GET /cart", {"id": 1})], (ORDER,), prober)
    assert asked(prober)[-1] == "DELETE /orders/5"


def test_what_was_not_sent_makes_nothing() -> None:
    """A budget that is spent ends the journey, and nothing is told to be left behind."""
    prober = service(ANSWERS)
    answer = prober.answer

    def spent(probe: Probe) -> Any:
        return Unreachable(probe, "the budget is spent", is_policy=True) if probe.session else answer(probe)

    prober.answer = spent
    summary = run([mock_of("GET /cart", {"id": 1})], (ORDER,), prober)
    assert [trouble.is_clean_up for trouble in summary.troubles] == [False]
    assert "was not asked: the budget is spent" in summary.troubles[0].reason


def test_requests_of_a_journey_share_a_session_and_have_one_sample() -> None:
    """So that cookies are kept, and nothing is made twice; probes outside have no session."""
    prober = service({**ANSWERS, "GET /other": {"id": 1}})
    run([mock_of("GET /cart", {"id": 1}), mock_of("GET /other", {"id": 1})], (ORDER,), prober)
    sessions = {(probe.request.path, probe.session, probe.samples) for probe in prober.sent if probe.provider == "shop"}
    inside = {path for path, session, samples in sessions if session and samples == 1}
    assert inside == {"/orders", "/cart", "/orders/5"}
    assert len({session for _, session, _ in sessions if session}) == 1
    assert ("/other", "", 2) in sessions


def test_journeys_of_different_providers_go_side_by_side() -> None:
    """What both ask next is sent together; each keeps its own order."""
    batches: list[list[str]] = []

    class Noting(ScriptedProber):
        def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
            batch = list(probes)
            batches.append([f"{probe.provider} {probe.request.method}" for probe in batch])
            return ScriptedProber.send(self, batch)

    prober = Noting(service(ANSWERS).answer)
    providers = [
        Provider(
            name, f"http://{name}", ListedMocks((mock_of("GET /cart", {"id": 1}),)), POLICY,
            journeys=(replace(ORDER, provider=name),),
        )
        for name in ("one", "two")
    ]  # fmt: skip
    audit(providers, prober, SetClock(), RUN, NotedProgress())
    assert batches[1:] == [[f"one {method}", f"two {method}"] for method in ("POST", "GET", "DELETE")]


def test_a_journey_is_one_shards_and_its_mocks_with_it() -> None:
    """Of any number of processes one takes it; together they say of each mock what one process says."""
    mocks = tuple(mock_of(f"GET /{name}", {"id": 1}) for name in ("cart", "bill", "a", "b", "c"))
    answers = {**ANSWERS, **{f"GET /{name}": {"id": 1} for name in ("bill", "a", "b", "c")}}
    provider = Provider("shop", "http://shop", ListedMocks(mocks), POLICY, journeys=(ORDER,))
    probers = [service(answers) for _ in range(3)]
    shares = [
        take_share([provider], prober, SetClock(), RUN, NotedProgress(), shard=Shard(index, 3))
        for index, prober in enumerate(probers)
    ]
    assert sorted(asked(prober).count("POST /orders") for prober in probers) == [0, 0, 1]
    lost = [share for share, prober in zip(shares, probers, strict=True) if "POST /orders" not in asked(prober)]
    told = {result.interaction.mock_id: result.reason for result in assemble(lost, [provider], RUN).results}
    assert "of this run was lost before it asked this" in told["GET /cart"]
    summary = assemble(shares, [provider], RUN)
    assert {result.interaction.mock_id: result.verdict.value for result in summary.results} == {
        mock.mock_id: "verified" for mock in mocks
    }


def test_a_way_of_sending_decides_what_is_sent_and_what_counts() -> None:
    """Whoever runs a journey may know ways in which a step is sent more than once."""
    from driftwatch.usecases.journeys import book, travel

    class Judge:
        def receive_in_turn(self, outcome: Evidence | Unreachable) -> None:
            heard.append(outcome)

        def conclude(self, *_: Any) -> None:
            raise AssertionError

    def twice(_: Step, probe: Probe) -> Any:
        first, second = yield (probe, replace(probe, samples=2))
        assert len(first.samples) == 1
        return second

    heard: list[Any] = []
    step = replace(ORDER.steps[0], way="twice")
    booked, _ = book([replace(ORDER, steps=(step,))], [], POLICY.probing)
    prober = service(ANSWERS)
    assert travel(booked, Judge(), prober, NotedProgress(), {"twice": twice}) == ()
    assert asked(prober) == ["POST /orders", "POST /orders", "POST /orders", "DELETE /orders/5"]
    assert [len(outcome.samples) for outcome in heard] == [2, 1]
