"""Claims become probes, or are skipped with a reason: each exactly one of the two."""

import dataclasses
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Expectation, Grade, Interaction, Origin, Request
from driftwatch.model.policy import Behaviour, ProbingPolicy
from driftwatch.model.probe import Probe, Purpose, Tier
from driftwatch.probes.plan import decide, plan, unknown_routes

PLAIN: Final = ProbingPolicy()
ASKED: Final = Request("GET", "/users/1", "/users/{id}")
SERVED: Final = Expectation(200, (), b"{}")


def a_stub(
    request: Request = ASKED, *variants: Expectation, mock_id: str = "stub", provider: str = "users"
) -> Interaction:
    """A stub that answers 200 unless told otherwise."""
    return Interaction(
        mock_id, "test", Origin("a.json"), request, variants or (SERVED,), group=mock_id, provider=provider
    )


def a_claim(request: Request = ASKED, *variants: Expectation, mock_id: str = "stub", provider: str = "users") -> Claim:
    """One stub's claim."""
    return Claim((a_stub(request, *variants, mock_id=mock_id, provider=provider),))


def test_a_safe_claim_is_sent_as_often_as_the_policy_says() -> None:
    """Samples, spacing and credentials go along."""
    claim = a_claim()
    probes, skipped = plan([claim], ProbingPolicy(samples=5, spacing=2.5))
    assert probes == (Probe("users", None, (claim,), samples=5, spacing=2.5, with_credentials=True),)
    assert skipped == ()


def test_one_question_is_asked_once_for_all_who_ask_it() -> None:
    """Stubs of several files with one derived request share the probe, and each is judged by its own claim."""
    one, other, third = (
        a_claim(mock_id="a"),
        a_claim(mock_id="b"),
        a_claim(replace(ASKED, path="/users/2"), mock_id="c"),
    )
    probes, _ = plan([one, third, other], PLAIN)
    assert [probe.claims for probe in probes] == [(one, other), (third,)]


def test_providers_and_identities_are_asked_apart() -> None:
    """The same path of another service, or without credentials, is another question."""
    claims = [a_claim(), a_claim(provider="orders"), a_claim(ASKED, Expectation(401), mock_id="anonymous")]
    probes, _ = plan(claims, PLAIN)
    assert [(probe.provider, probe.with_credentials) for probe in probes] == [
        ("users", True), ("orders", True), ("users", False)]  # fmt: skip


@pytest.mark.parametrize(("status", "with_credentials"), [(401, False), (403, False), (404, True), (200, True)])
def test_a_mocked_refusal_is_asked_without_credentials(status: int, with_credentials: bool) -> None:
    """A mock of 401 or 403 stands for an anonymous call."""
    (probe,), _ = plan([a_claim(ASKED, Expectation(status))], PLAIN)
    assert probe.with_credentials is with_credentials


@pytest.mark.parametrize(("request_", "policy"), [
    (replace(ASKED, method="POST"), ProbingPolicy(declared_safe=("POST /users/*",))),
    (replace(ASKED, method="PUT"), ProbingPolicy(tiers=frozenset(Tier))),
])  # fmt: skip
def test_an_anonymous_call_is_only_made_with_safe_methods(request_: Request, policy: ProbingPolicy) -> None:
    """Consent for a write does not cover writing as nobody."""
    probes, (skipped,) = plan([a_claim(request_, Expectation(401))], policy)
    assert probes == ()
    assert "safe methods" in skipped.reason
    assert len(plan([a_claim(request_)], policy)[0]) == 1


SKIPPED: Final = {
    "a write": (a_claim(replace(ASKED, method="POST")), "POST may change the service", True),
    "a word": (a_claim(replace(ASKED, path="/logout")), "'logout'", True),
    "a script": (
        Claim((dataclasses.replace(a_stub(), incomparable="the answer is computed by a script"),)),
        "computed by a script", False),
    "a missing value": (
        a_claim(replace(ASKED, grade=Grade.NEEDS_INPUT, reason="header X-Tenant is needed")), "X-Tenant", False),
    "a catch-all": (a_claim(replace(ASKED, grade=Grade.UNRESOLVABLE)), "unresolvable", False),
    "a shadowed stub": (Claim((dataclasses.replace(a_stub(), shadowed_by="first"),)), "first", False),
    "a stub without answers": (Claim((dataclasses.replace(a_stub(), variants=()),)), "no answer", False),
    "a mocked outage": (a_claim(ASKED, Expectation(503)), "503", True),
    "mocked throttling": (a_claim(ASKED, Expectation(429), SERVED), "429", True),
    "a fault": (a_claim(ASKED, Expectation(200, fault="EMPTY_RESPONSE")), "EMPTY_RESPONSE", True),
}  # fmt: skip


@pytest.mark.parametrize(("claim", "reason", "is_policy"), SKIPPED.values(), ids=SKIPPED)
def test_what_is_not_sent_has_its_reason(claim: Claim, reason: str, is_policy: bool) -> None:
    """What may not be asked is policy; what cannot be asked is a gap."""
    probes, (skipped,) = plan([claim], PLAIN)
    assert probes == ()
    assert skipped.claim is claim
    assert reason in skipped.reason
    assert skipped.is_policy is is_policy


def test_who_has_the_answer_already_is_asked_as_such_or_not_at_all() -> None:
    """Asked plainly, a service answers in full, which says nothing of a mock of 304."""
    claim = a_claim(ASKED, Expectation(304))
    _, (skipped,) = plan([claim], PLAIN)
    assert "conditional" in skipped.reason
    assert skipped.is_policy
    assert len(plan([claim], replace(PLAIN, behaviours=frozenset({Behaviour.CONDITIONAL})))[0]) == 1
    either = dataclasses.replace(claim.interactions[0], variants=(Expectation(200), Expectation(304)))
    assert len(plan([Claim((either,))], PLAIN)[0]) == 1


def test_what_cannot_be_asked_comes_before_what_may_not() -> None:
    """A write that lacks a value is first of all incomplete: consent alone would not help."""
    decision = decide(a_claim(replace(ASKED, method="POST", grade=Grade.NEEDS_INPUT, reason="a body")), PLAIN)
    assert (decision.reason, decision.is_policy, decision.tier) == ("a body", False, Tier.UNSAFE)


def test_fault_injection_is_never_sent_whatever_is_allowed() -> None:
    """There is nothing in it that could be compared."""
    decision = decide(a_claim(ASKED, Expectation(500)), ProbingPolicy(tiers=frozenset(Tier)))
    assert not decision.is_send
    assert decision.tier is Tier.NEVER


@pytest.mark.parametrize("grade", [grade for grade in Grade if grade.is_sendable])
def test_every_complete_grade_is_sent(grade: Grade) -> None:
    """A request that was chosen or discovered is asked like an exact one."""
    assert decide(a_claim(replace(ASKED, grade=grade)), PLAIN).is_send


REQUESTS: Final = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=st.sampled_from(["/a", "/b", "/logout"]),
    path_template=st.just("/a"),
    grade=st.sampled_from(Grade),
)
STUBS: Final = st.builds(
    a_stub, REQUESTS, st.builds(Expectation, st.sampled_from([200, 401, 404, 429, 500])),
    provider=st.sampled_from(["users", "orders"]),
)  # fmt: skip


@given(st.lists(STUBS.map(lambda stub: Claim((stub,))), max_size=12), st.frozensets(st.sampled_from(Tier)))
def test_every_claim_ends_in_exactly_one_place(claims: list[Claim], tiers: frozenset[Tier]) -> None:
    """Nothing is lost between the probes and the skipped, nothing stands in both, and no question is asked twice."""
    probes, skipped = plan(claims, ProbingPolicy(tiers=tiers))
    ends = [id(claim) for probe in probes for claim in probe.claims] + [id(one.claim) for one in skipped]
    assert sorted(ends) == sorted(map(id, claims))
    questions = [(probe.provider, probe.with_credentials, probe.request.key) for probe in probes]
    assert len(set(questions)) == len(questions)
    assert all(one.reason for one in skipped)


def _unknown(*requests: tuple[str, str]) -> str:
    """The path of the unknown route beside requests (path and template) of one provider."""
    probes, _ = plan([a_claim(Request("GET", path, template)) for path, template in requests], PLAIN)
    (probe,) = unknown_routes(probes, "r1")
    return probe.request.path


@pytest.mark.parametrize(("requests", "expected"), [
    ([("/users/1", "/users/{id}")], "/driftwatch-r1"),
    ([("/users", "/users")], "/driftwatch-r1"),
    ([("/api/v1/users/1", "/api/v1/users/{id}")], "/api/v1/driftwatch-r1"),
    ([("/api/v1/users/1/orders", "/api/v1/users/{id}/orders")], "/api/v1/driftwatch-r1"),
    ([("/api/users", "/api/users"), ("/api/orders/4", "/api/orders/{id}")], "/api/driftwatch-r1"),
    ([("/api/users", "/api/users"), ("/ops/health", "/ops/health")], "/driftwatch-r1"),
    ([("/api/users", "/api/users"), ("/", "/")], "/driftwatch-r1"),
    ([("/1", "/{id}")], "/driftwatch-r1"),
])  # fmt: skip
def test_the_unknown_route_stands_beside_the_collections(requests: list[tuple[str, str]], expected: str) -> None:
    """Below what all paths share, and never where it would be taken for an identifier."""
    assert _unknown(*requests) == expected


def test_each_provider_is_asked_for_its_unknown_route_once() -> None:
    """One sample, for no claim, with its own purpose."""
    probes, _ = plan([a_claim(), a_claim(provider="orders"), a_claim(replace(ASKED, path="/users/2"))], PLAIN)
    routes = unknown_routes(probes, "r1")
    assert [route.provider for route in routes] == ["users", "orders"]
    for route in routes:
        assert (route.samples, route.claims, route.purpose) == (1, (), Purpose.UNKNOWN_ROUTE)
        assert route.request.method == "GET"
    assert unknown_routes((), "r1") == ()
