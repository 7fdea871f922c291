"""A slow tail that no mock shows: when it is missing, how slow the variant is, and in which formats there is one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Category, Direction, Finding, Severity
from driftwatch.model.history import History, KnownLatency
from driftwatch.model.interaction import Expectation, Interaction
from driftwatch.model.memory import key_of
from driftwatch.model.probe import Observation, Probe
from driftwatch.model.unshown import Unshown
from driftwatch.usecases.gaps import Known, gaps_of
from driftwatch.usecases.witness import Witness
from tests.fakes import ScriptedProber
from tests.usecases.making import JSON, mock

BODY: Final = b'{"id": 42, "name": "Ada"}'
SLOW: Final = Finding(
    "latency-timeout-risk", Category.LATENCY, Severity.BREAKING, Severity.BREAKING, "latency", Direction.REAL_ONLY,
    "the consumer waits 3000 ms", "the slow end takes 3400 ms", "Give the mock a delay.", "latency-timeout-risk",
    provider="it", method="GET", path_template="/users/{id}", mock_id="m",
)  # fmt: skip
FEW: Final = (900.0, 3399.2, 1000.0, 800.0, 700.0)
"""The slowest of fewer than twenty is the slow end."""


def user(number: int = 42, **more: Any) -> Interaction:
    """A mock of one user."""
    told = {"format": "wiremock", "path_template": "/users/{id}", "variants": (Expectation(200, JSON, BODY),)} | more
    return mock(f"/users/{number}", **told).of("it")


def slow_user(delay: float, number: int = 7) -> Interaction:
    """One whose answer is held back."""
    return user(number, variants=(Expectation(200, JSON, BODY, delay_ms=delay),))


def missing(
    mocks: Sequence[Interaction], times: Sequence[float] = (), histories: Mapping[str, History] | None = None,
    body: bytes = BODY, status: int = 200,
) -> tuple[Unshown, ...]:  # fmt: skip
    """What is missing of the tail, where these answers to the first mock's question took so long."""
    samples = tuple(Observation(status, JSON, body, elapsed_ms=time) for time in times)
    witness = Witness(ScriptedProber(lambda _: samples))
    if samples:
        [*witness.send([Probe("it", mocks[0].request, (), samples=len(samples))])]
    known = Known(
        {"it": mocks}, {}, (SLOW,), witness=witness if samples else None, histories=histories or {},
        spellable=frozenset({"wiremock", "pact"}), delaying=frozenset({"wiremock"}),
    )  # fmt: skip
    found = [one for each in gaps_of(known).providers for one in each.unshown]
    return tuple(one for one in found if one.sort == "latency-tail")


def test_the_variant_is_the_neighbour_held_back() -> None:
    """Its own answer about another record, in whole milliseconds that reach the slow end."""
    (one,) = missing([user()], FEW)
    assert one.variant is not None
    (reply,) = one.variant.replies
    assert (reply.status, reply.delay_ms) == (200, 3400.0)
    told = json.loads(reply.body)
    assert told == {"id": told["id"], "name": "Ada"}
    assert one.variant.path == f"/users/{told['id']}" != "/users/42"
    assert (one.format, one.is_same_request, one.why_not) == ("wiremock", False, "")


@pytest.mark.parametrize(("times", "expected"), [
    ((*FEW, 1.0), 3400.0), ((10.0,) * 19 + (9000.0,), 10.0), ((10.0,) * 18 + (60.5, 9000.0), 61.0),
    ((10.0,) * 3 + (9000.0,), None),
])  # fmt: skip
def test_how_slow_it_is(times: Sequence[float], expected: float | None) -> None:
    """As the finding measures it: the slowest of few, the 95th percentile of twenty; fewer than five are nothing."""
    (one,) = missing([user()], times)
    assert (one.variant.replies[0].delay_ms if one.variant is not None else None) == expected
    assert bool(one.why_not) == (expected is None)


@pytest.mark.parametrize(("latency", "expected"), [
    (KnownLatency(100.0, 2500.0, 20), 2500.0), (KnownLatency(0.0, 0.0, 0, FEW), 3400.0),
    (KnownLatency(100.0, 5000.0, 40, FEW), 5000.0), (KnownLatency(0.0, 0.0, 0, FEW[:2]), None), (None, None),
])  # fmt: skip
def test_what_earlier_runs_timed(latency: KnownLatency | None, expected: float | None) -> None:
    """Where nobody is asked, the memory knows how slow it is."""
    (one,) = missing([user()], histories={key_of(user()): History(latency=latency)})
    assert (one.variant.replies[0].delay_ms if one.variant is not None else None) == expected


@pytest.mark.parametrize(("delay", "is_shown"), [(3400.0, True), (2800.0, True), (60_000.0, True), (2700.0, False)])
def test_a_mock_as_slow_shows_it(delay: float, is_shown: bool) -> None:
    """Give or take a fifth; a time-out on purpose shows it as well."""
    assert (missing([user(), slow_user(delay)], FEW) == ()) == is_shown


def test_answers_of_other_statuses_are_not_timed() -> None:
    """How long a refusal takes that no mock gives tells nothing of the mocks."""
    (one,) = missing([user()], FEW, status=503)
    assert one.variant is None


def test_a_format_without_delays_says_so() -> None:
    """There is no variant, and the reason names the format."""
    (one,) = missing([user(format="pact")], FEW)
    assert (one.variant, one.why_not) == (None, "a new mock in pact cannot express a delay")


def test_a_neighbour_that_can_say_it_goes_first() -> None:
    """Of two mocks of one endpoint the one whose format has a place for a delay."""
    (one,) = missing([user(format="pact"), user(7)], FEW)
    assert (one.format, one.neighbour) == ("wiremock", user(7).origin)


@pytest.mark.parametrize("body", [b"plain words", b"", b"<user/>"])
def test_a_body_that_is_no_document_stays(body: bytes) -> None:
    """It is copied as it is."""
    (one,) = missing([user(variants=(Expectation(200, JSON, body),))], FEW)
    assert one.variant is not None
    assert one.variant.replies[0].body == body


def test_a_mock_without_a_body_gets_the_service_own() -> None:
    """With stand-ins for whoever is in it."""
    real = b'{"id": 42, "name": "Grace Hopper", "email": "grace@navy.example"}'
    (one,) = missing([user(variants=(Expectation(200, JSON),))], FEW, body=real)
    assert one.variant is not None
    (reply,) = one.variant.replies
    assert reply.delay_ms == 3400.0
    assert json.loads(reply.body).keys() == {"id", "name", "email"}
    assert not any(word in reply.body.lower() for word in (b"hopper", b"navy"))


def test_a_request_is_timed_by_itself() -> None:
    """Many quick answers of other records do not hide that one is slow."""
    mocks = [user(number) for number in range(1, 12)]
    samples = {one.request.path: 3399.5 if number == 0 else 5.0 for number, one in enumerate(mocks)}
    witness = Witness(
        ScriptedProber(
            lambda probe: tuple(Observation(200, JSON, BODY, elapsed_ms=samples[probe.request.path]) for _ in range(5))
        )
    )
    [*witness.send([Probe("it", one.request, (), samples=5) for one in mocks])]
    findings = (replace(SLOW, path_template="/users/{id}"),)
    known = Known({"it": mocks}, {}, findings, witness=witness, delaying=frozenset({"wiremock"}))
    (one,) = [one for each in gaps_of(known).providers for one in each.unshown]
    assert one.variant is not None
    assert one.variant.replies[0].delay_ms == 3400.0
