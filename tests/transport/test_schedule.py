"""Pace, pauses, budgets and circuits, simulated second by second without a socket or a thread."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Unreachable
from driftwatch.transport.host import hosts_of
from driftwatch.transport.lane import Lane
from driftwatch.transport.schedule import ROOM, Schedule
from driftwatch.transport.target import Refusal, Target
from driftwatch.transport.trial import Trial
from tests.transport.making import START, make_probe, make_target, reasons

OK = Observation(200, at=START)
DOWN = Observation(failure=Failure.CONNECT_REFUSED, at=START)
UNAVAILABLE = Observation(503, at=START)
BROKEN = Observation(500, at=START)


@dataclass
class Simulation:
    """What happened."""

    starts: list[tuple[float, Probe]] = field(default_factory=list)
    outcomes: list[Evidence | Unreachable] = field(default_factory=list)
    most_in_flight: int = 0
    end: float = 0.0

    @property
    def times(self) -> list[float]:
        """When requests started."""
        return [round(time, 6) for time, _ in self.starts]


def lanes_of(*targets: Target) -> dict[str, Lane]:
    """Lanes as the prober makes them."""
    by_name = {target.name: target for target in targets}
    hosts = hosts_of(by_name)
    return {name: Lane(target, hosts[target.origin], structlog.get_logger()) for name, target in by_name.items()}


Respond = Observation | Callable[[Trial, float], Observation]


def simulate(
    lanes: dict[str, Lane], probes: Sequence[Probe], respond: Respond = OK, *, lasting: float = 0.0, start: float = 0.0
) -> Simulation:
    """Let a crew without limits work off the schedule; each request lasts so many seconds."""
    schedule, seen, now = Schedule(lanes, probes), Simulation(), start
    in_flight: list[tuple[float, int, Trial]] = []
    while schedule.pending:
        offer = schedule.take(now)
        if isinstance(offer, Trial):
            seen.starts.append((now, offer.probe))
            heapq.heappush(in_flight, (now + lasting, len(seen.starts), offer))
            seen.most_in_flight = max(seen.most_in_flight, len(in_flight))
            continue
        now = min(offer, in_flight[0][0] if in_flight else inf)
        assert now < inf, "nothing will ever happen again"
        while in_flight and in_flight[0][0] <= now:
            trial = heapq.heappop(in_flight)[2]
            schedule.report(trial, respond(trial, now) if callable(respond) else respond, now)
        seen.outcomes += schedule.collect()
    seen.outcomes += schedule.collect()
    seen.end = now
    return seen


def users(**settings: Any) -> dict[str, Lane]:
    """One lane."""
    return lanes_of(make_target("http://users.example", **settings))


def samples_of(outcomes: Sequence[Evidence | Unreachable]) -> list[int]:
    """How many samples each piece of evidence holds."""
    return [len(outcome.samples) for outcome in outcomes if isinstance(outcome, Evidence)]


@pytest.mark.parametrize(
    ("samples", "times"),
    [(1, [0]), (2, [0, 1.1]), (3, [0, 0.2, 1.3]), (4, [0, 0.2, 0.4, 1.3]), (0, [0])],
)
def test_the_last_sample_keeps_its_distance(samples: int, times: list[float]) -> None:
    """All samples but the last come back to back; the last at least the spacing after the second one started."""
    seen = simulate(users(), [make_probe(samples=samples, spacing=1.1)], lasting=0.2)
    assert seen.times == times


def test_waiting_for_the_last_sample_costs_no_time() -> None:
    """While one probe waits, others are sent: a hundred spaced probes take little longer than one."""
    seen = simulate(users(), [make_probe(f"/{n}", samples=3, spacing=1.1) for n in range(100)], lasting=0.01)
    assert samples_of(seen.outcomes) == [3] * 100
    assert seen.end < 2


def test_a_long_answer_is_spacing_enough() -> None:
    """The spacing is counted between starts, and a service slower than that is asked at once."""
    assert simulate(users(), [make_probe(samples=3, spacing=1.1)], lasting=5).times == [0, 5, 10]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_than_allowed_is_in_flight(concurrency: int) -> None:
    """The host sees at most ``concurrency`` requests at a time, and as many as that."""
    seen = simulate(users(concurrency=concurrency), [make_probe(samples=2) for _ in range(20)], lasting=0.1)
    assert seen.most_in_flight == concurrency


@given(rate=st.floats(1, 50), burst=st.integers(1, 4), lasting=st.floats(0, 0.5), samples=st.integers(1, 3))
def test_the_rate_holds_in_every_second(rate: float, burst: int, lasting: float, samples: int) -> None:
    """In any second a host gets at most its rate, and the burst, whatever the mixture of fresh and spaced samples."""
    probes = [make_probe(samples=samples, spacing=0.3) for _ in range(30)]
    seen = simulate(users(rate=rate, burst=burst), probes, lasting=lasting)
    for first in seen.times:
        assert sum(first <= time < first + 1 - 1e-5 for time in seen.times) <= rate + burst
    assert samples_of(seen.outcomes) == [samples] * 30


def test_targets_of_one_host_share_its_limits() -> None:
    """Two services behind one gateway are one host to it, with the stricter limits of both."""
    lanes = lanes_of(
        Target("a", "http://gateway.example/a", rate=10, concurrency=4),
        Target("b", "http://GATEWAY.example:80/b", rate=20, concurrency=1),
    )
    seen = simulate(lanes, [make_probe(provider=name) for name in "aabb"], lasting=0.05)
    assert seen.times == pytest.approx([0, 0.1, 0.2, 0.3])
    assert seen.most_in_flight == 1
    assert [probe.provider for _, probe in seen.starts] == ["a", "b", "a", "b"]


def test_hosts_do_not_wait_for_each_other() -> None:
    """A slow pace at one host leaves the others alone."""
    lanes = lanes_of(Target("a", "http://a.example", rate=1), Target("b", "http://b.example", rate=None))
    seen = simulate(lanes, [make_probe(provider=name) for name in "aaabbb"])
    assert [time for time, probe in seen.starts if probe.provider == "b"] == [0, 0, 0]


def test_a_provider_without_target_is_unreachable() -> None:
    """A probe for a provider nobody configured is a gap with its reason."""
    seen = simulate(users(), [make_probe(), make_probe(provider="orders")])
    assert reasons(seen.outcomes) == ["no target for provider 'orders'"]
    assert samples_of(seen.outcomes) == [1]


# Budget.


@pytest.mark.parametrize(
    ("budget", "samples", "held_back"), [(6, [3, 3], 1), (7, [1, 3, 3], 0), (9, [3, 3, 3], 0), (0, [], 3)]
)
def test_the_budget_is_never_exceeded(budget: int, samples: list[int], held_back: int) -> None:
    """The last probe gets what is left, and is done first; the rest is held back by policy, not by the service."""
    lanes = users(budget=budget)
    seen = simulate(lanes, [make_probe(samples=3) for _ in range(3)], lasting=0.1)
    assert samples_of(seen.outcomes) == samples
    assert reasons(seen.outcomes) == [f"the run's budget of {budget} requests is spent"] * held_back
    assert all(outcome.is_policy for outcome in seen.outcomes if isinstance(outcome, Unreachable))
    assert lanes["users"].sent == len(seen.starts) <= budget


def test_the_budget_is_the_runs() -> None:
    """What one ``send`` used is gone for the next."""
    lanes = users(budget=2)
    assert samples_of(simulate(lanes, [make_probe()]).outcomes) == [1]
    assert samples_of(simulate(lanes, [make_probe(), make_probe()]).outcomes) == [1]


def test_what_was_promised_and_not_sent_is_given_back() -> None:
    """A ``send`` that is left early has used the requests it made, no more, and leaves no slot taken."""
    lanes = users(budget=4, concurrency=1)
    schedule = Schedule(lanes, [make_probe(samples=3)])
    assert isinstance(schedule.take(0), Trial)
    schedule.close()
    assert samples_of(simulate(lanes, [make_probe(samples=3)]).outcomes) == [3]


def test_a_refused_request_costs_no_budget() -> None:
    """What was not sent is given back."""
    lanes = users(budget=1)
    schedule = Schedule(lanes, [make_probe("/a"), make_probe("/b")])
    trial = schedule.take(0)
    assert isinstance(trial, Trial)
    schedule.refuse(trial, Refusal("no"), 0)
    assert reasons(schedule.collect()) == ["no"]
    assert isinstance(schedule.take(0), Trial)


# Circuit.


def by_path(answers: dict[str, list[Observation]]) -> Respond:
    """Answers by path, in order, the last one again and again."""

    def respond(trial: Trial, _: float) -> Observation:
        return answers[trial.probe.request.path][min(len(trial.samples), len(answers[trial.probe.request.path]) - 1)]

    return respond


@pytest.mark.parametrize(("answer", "failure"), [(DOWN, "connect-refused"), (UNAVAILABLE, "status 503")])
def test_a_dead_service_is_left_alone(answer: Observation, failure: str) -> None:
    """After three probes that failed, and one more after the cool-down, nothing more is sent."""
    probes = [make_probe(f"/{n}", samples=2) for n in range(10)]
    seen = simulate(users(concurrency=1, cool_down=2), probes, answer, lasting=0.1)
    assert samples_of(seen.outcomes) == [2] * 4
    assert seen.times[6] == pytest.approx(0.6 + 2)
    assert reasons(seen.outcomes) == [f"circuit open after 3 consecutive failures ({failure})"] * 6
    assert not any(outcome.is_policy for outcome in seen.outcomes if isinstance(outcome, Unreachable))


def test_a_service_that_recovers_is_asked_on() -> None:
    """The probe after the cool-down closes the circuit, and no interaction is lost to the outage."""
    answers = {f"/{n}": [DOWN if n < 3 else OK] for n in range(10)}
    seen = simulate(users(concurrency=1), [make_probe(path, samples=2) for path in answers], by_path(answers))
    assert samples_of(seen.outcomes) == [2] * 10


def test_an_intermittent_failure_is_not_hidden() -> None:
    """A probe with one good sample is answered, so an endpoint that fails now and then opens no circuit."""
    answers = {f"/{n}": [UNAVAILABLE, OK, DOWN] for n in range(10)}
    seen = simulate(users(concurrency=1), [make_probe(path, samples=3) for path in answers], by_path(answers))
    assert samples_of(seen.outcomes) == [3] * 10


@pytest.mark.parametrize("answer", [BROKEN, Observation(404, at=START), Observation(501, at=START)])
def test_the_services_own_answers_open_no_circuit(answer: Observation) -> None:
    """An error of the service itself is an answer to compare."""
    seen = simulate(users(concurrency=1), [make_probe(f"/{n}") for n in range(10)], answer)
    assert samples_of(seen.outcomes) == [1] * 10


def test_half_taken_samples_count_when_the_circuit_opens() -> None:
    """What was seen of a probe before is evidence; only the rest of it is not asked any more."""
    spaced = make_probe("/good", samples=3, spacing=60)
    down = [make_probe(f"/{n}") for n in range(5)]
    answers = {"/good": [OK], **{f"/{n}": [DOWN] for n in range(5)}}
    seen = simulate(users(concurrency=1), [spaced, *down], by_path(answers), lasting=0.1)
    assert samples_of(seen.outcomes) == [1, 1, 1, 2, 1]
    assert seen.end < 60


def test_the_second_chance_goes_alone() -> None:
    """While one probe finds out whether the service is back, no other is sent."""
    seen = simulate(users(concurrency=4, cool_down=2), [make_probe(f"/{n}") for n in range(20)], DOWN, lasting=0.5)
    assert [time for time in seen.times if time > 0.5] == [2.5]


# Retry-After.


def asking_once(seconds: str, status: int = 429) -> Respond:
    """The first request is asked to wait, later ones are served."""
    count = iter(range(10**6))
    asks = Observation(status, (("Retry-After", seconds),), at=START)
    return lambda _trial, _now: asks if next(count) == 0 else OK


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_a_pause_gets_it(status: int) -> None:
    """Nothing is sent to the host until the time is over, then everything is."""
    seen = simulate(users(concurrency=1), [make_probe(f"/{n}") for n in range(3)], asking_once("7", status))
    assert seen.times == [0, 7, 7]
    assert samples_of(seen.outcomes) == [1] * 3


def test_patience_ends() -> None:
    """Who asks for more than a run may wait is not waited for; the rest is a gap with its reason."""
    probes = [make_probe("/0", samples=3), *(make_probe(f"/{n}") for n in range(1, 4))]
    seen = simulate(users(concurrency=1, patience=30), probes, asking_once("120"))
    assert samples_of(seen.outcomes) == [1]
    assert reasons(seen.outcomes) == ["the service asked to wait 120 s, more than the 30 s of a run"] * 3


def test_patience_is_the_runs() -> None:
    """A service that always asks for a little is not waited for without end."""
    asks = Observation(429, (("Retry-After", "10"),), at=START)
    seen = simulate(users(concurrency=1, patience=25), [make_probe(f"/{n}") for n in range(9)], asks)
    assert seen.times == [0, 10, 20]
    assert len(reasons(seen.outcomes)) == 6


def test_parallel_refusals_are_one_pause() -> None:
    """Four requests in flight that are all told to wait ten seconds cost ten seconds of patience."""
    asks = Observation(429, (("Retry-After", "10"),), at=START)
    seen = simulate(users(concurrency=4, patience=15), [make_probe(f"/{n}") for n in range(8)], asks, lasting=0.1)
    assert seen.times == pytest.approx([0] * 4 + [10.1] * 4)


# Room.


def test_answers_that_nobody_reads_hold_up_new_probes() -> None:
    """A reader who is slower than the services bounds what waits in memory; reading lets it go on."""
    lanes = users(concurrency=100)
    schedule = Schedule(lanes, [make_probe(f"/{n}") for n in range(40)])
    big = Observation(200, body=bytes(ROOM // 10), at=START)
    begun = 0
    while isinstance(trial := schedule.take(0), Trial):
        schedule.report(trial, big, 0)
        begun += 1
    assert begun == 10
    assert schedule.is_full
    assert len(schedule.collect()) == 10
    assert isinstance(schedule.take(0), Trial)


@given(
    probes=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4)), max_size=25),
    answers=st.lists(st.sampled_from([OK, DOWN, UNAVAILABLE, BROKEN, Observation(429, at=START)]), min_size=1),
    budget=st.none() | st.integers(0, 30),
    lasting=st.sampled_from([0.0, 0.1, 3.0]),
)
def test_every_probe_has_one_outcome(
    probes: list[tuple[str, int]], answers: list[Observation], budget: int | None, lasting: float
) -> None:
    """Whatever the services do, each probe ends exactly once, as evidence with a sample or as a gap with a reason."""
    lanes = lanes_of(*(Target(name, f"http://{name}.example", budget=budget) for name in "abc"))
    asked = [make_probe(f"/{n}", provider=name, samples=samples) for n, (name, samples) in enumerate(probes)]
    count = iter(range(10**6))
    seen = simulate(lanes, asked, lambda _trial, _now: answers[next(count) % len(answers)], lasting=lasting)
    assert sorted(o.probe.request.path for o in seen.outcomes) == sorted(p.request.path for p in asked)
    for outcome in seen.outcomes:
        if isinstance(outcome, Evidence):
            assert 1 <= len(outcome.samples) <= outcome.probe.samples
        else:
            assert outcome.reason
    assert sum(lane.sent for lane in lanes.values()) == len(seen.starts)
