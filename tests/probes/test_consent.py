"""Consent opens what it speaks of and nothing else; whatever it lacks, it does not count."""

from dataclasses import replace as changed
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.consent import Consent, ReadBack, Rehearsal
from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.journey import Ask, Capture, Source, Step
from driftwatch.model.policy import Behaviour, Policy, ProbingPolicy
from driftwatch.model.probe import Observation, Probe, Tier
from driftwatch.probes.consent import consent_for, lacks, refusal
from driftwatch.probes.plan import consented, decide, plan
from driftwatch.probes.safety import tier_of
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import audit
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock

CLEAN: Final = (Step(ask=Ask("DELETE", "/sandbox/orders/{{id}}")),)
SET_UP: Final = (Step(ask=Ask("PUT", "/sandbox/orders/7")),)
POST: Final = Consent("POST /sandbox/orders", "/sandbox", CLEAN, key_header="Idempotency-Key")
PUT: Final = Consent("PUT /sandbox/orders/*", "/sandbox", CLEAN, SET_UP)


def asking(operation: str) -> Request:
    """A request from method and path."""
    method, _, path = operation.partition(" ")
    return Request(method, path, path)


def a_claim(operation: str, status: int = 200) -> Claim:
    """One mock of one request."""
    answer = Expectation(status, (("Content-Type", "application/json"),), b'{"id": "7"}')
    return Claim(
        (Interaction(operation, "test", Origin("a.json"), asking(operation), (answer,), group=operation, provider="p"),)
    )


@pytest.mark.parametrize("consent", [
    POST, PUT,
    replace(PUT, operation="DELETE /sandbox/orders/7"),
    replace(POST, operation="PATCH /sandbox/orders/7"),
    replace(POST, key_header="", dry_query=(("validate", "1"),)),
    replace(POST, key_header="", dry_headers=(("X-Dry-Run", "1"),)),
    replace(POST, sandbox="The owner agreed on Monday."),
    replace(POST, rehearsals=tuple(Rehearsal), read_back=(ReadBack("/sandbox/orders?ref={{key}}", "$.orders"),)),
])  # fmt: skip
def test_a_consent_that_counts(consent: Consent) -> None:
    """Each of the ways to meet the conditions of part 3.8."""
    assert list(lacks(consent)) == []
    request = asking(consent.operation.replace("*", "7"))
    assert consent_for(request, ProbingPolicy(consents=(consent,))) is consent


LACKING: Final[dict[str, tuple[Consent, str]]] = {
    "a method that only reads": (replace(POST, operation="GET /sandbox/orders"), "declared_safe"),
    "a method of another kind": (replace(POST, operation="PURGE /sandbox/orders"), "PUT, DELETE, POST and PATCH"),
    "all paths": (replace(POST, operation="POST /*", sandbox="The owner agreed."), "one interaction"),
    "all below a folder": (replace(POST, operation="POST /sandbox/**"), "one interaction"),
    "two globs": (replace(POST, operation="POST /sandbox/*/x/*"), "one interaction"),
    "a glob of another kind": (replace(POST, operation="POST /sandbox/order?"), "one interaction"),
    "no clean-up": (replace(POST, clean_up=()), "`clean_up` is missing"),
    "no clean-up of a PUT": (replace(PUT, clean_up=()), "`clean_up` is missing"),
    "no set-up of a PUT": (replace(PUT, set_up=()), "`set_up` is missing"),
    "neither key nor dry run": (replace(POST, key_header=""), "`idempotency_key` or `dry_run`"),
    "no sandbox": (replace(POST, sandbox=""), "`sandbox` says nothing"),
    "a sandbox that is only a yes": (replace(POST, sandbox="yes indeed"), "`sandbox` says nothing"),
    "another sandbox": (replace(POST, sandbox="/box"), "not below `sandbox`"),
    "a sandbox with the same beginning": (replace(POST, sandbox="/sand"), "not below `sandbox`"),
    "everything as sandbox": (replace(POST, sandbox="/"), "not below `sandbox`"),
    "rehearsals of a PUT": (replace(PUT, rehearsals=(Rehearsal.CUT,)), "repeatable by what they are"),
    "rehearsals without a key": (
        replace(POST, key_header="", dry_query=(("x", "1"),), rehearsals=(Rehearsal.CUT,)), "need `idempotency_key`"
    ),
    "something read back after nothing": (replace(POST, read_back=(ReadBack("/x", "$.x"),)), "after `probes`"),
}  # fmt: skip


@pytest.mark.parametrize(("consent", "words"), LACKING.values(), ids=LACKING)
def test_a_consent_that_lacks_something(consent: Consent, words: str) -> None:
    """It says what, and opens nothing, even if it comes past the check of the config."""
    assert any(words in sentence for sentence in lacks(consent))
    request = asking(consent.operation.replace("**", "7").replace("*", "7").replace("?", "s"))
    assert consent_for(request, ProbingPolicy(consents=(consent,))) is None


@pytest.mark.parametrize(("operation", "is_covered"), [
    ("PUT /sandbox/orders/7", True), ("PUT /sandbox/orders/ord_1", True),
    ("PUT /sandbox/orders", False), ("PUT /sandbox/orders/7/items", False), ("POST /sandbox/orders/7", False),
    ("PUT /sandbox/orders/", False), ("PUT /other/orders/7", False), ("DELETE /sandbox/orders/7", False),
    ("PUT /sandbox/orders/..%2F..%2Fusers", False), ("PUT /sandbox/orders/%2e%2e", False),
    ("PUT /sandbox/orders/a%5Cb", False), ("PUT /Sandbox/orders/7", False),
])  # fmt: skip
def test_it_speaks_of_one_interaction(operation: str, is_covered: bool) -> None:
    """Its method and its path; a ``*`` is one segment, and no disguise of several."""
    policy = ProbingPolicy(consents=(PUT,))
    assert (consent_for(asking(operation), policy) is PUT) is is_covered


def test_what_is_consented_to_is_never_sent_on_its_own() -> None:
    """It goes in a journey with its set-up and clean-up, and is no plain probe."""
    policy = ProbingPolicy(consents=(POST,))
    claim = a_claim("POST /sandbox/orders", 201)
    assert decide(claim, policy).is_send
    assert plan([claim], policy) == ((), ())
    assert consented([claim, a_claim("POST /orders")], policy) == (((claim,), POST),)


def test_never_and_production_overrule_it() -> None:
    """Both say no whatever is consented to."""
    request = asking("POST /sandbox/orders")
    never = ProbingPolicy(consents=(POST,), never=("* /sandbox/*",))
    assert not consented([a_claim("POST /sandbox/orders")], never)
    assert refusal(request, never)
    live = ProbingPolicy(consents=(POST,), is_production=True)
    assert not consented([a_claim("POST /sandbox/orders")], live)
    assert refusal(request, live)


@pytest.mark.parametrize(("operation", "may"), [
    ("GET /sandbox/orders", True), ("POST /sandbox/orders", True), ("DELETE /sandbox/orders/{{id}}", True),
    ("DELETE /sandbox/other/1", True), ("DELETE /orders/1", False), ("GET /logout", False),
    ("DELETE /sandbox/../orders/1", False), ("DELETE /sandboxes/1", False),
])  # fmt: skip
def test_steps_beside_it(operation: str, may: bool) -> None:
    """What it writes down and what is below its sandbox may be done in a journey, and nothing else."""
    assert (refusal(asking(operation), ProbingPolicy(consents=(POST,))) == "") is may


def test_steps_it_writes_down_without_a_path_as_sandbox() -> None:
    """Where only words say so, its own set-up and clean-up are all that is opened."""
    policy = ProbingPolicy(consents=(replace(POST, sandbox="The owner agreed on Monday."),))
    assert refusal(asking("DELETE /sandbox/orders/{{order}}"), policy) == ""
    assert refusal(asking("DELETE /sandbox/other/1"), policy)


METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PURGE", "get")
PATHS: Final = (
    "/orders",
    "/orders/7",
    "/sandbox/orders",
    "/sandbox/orders/7",
    "/logout",
    "/search",
    "/admin/run",
    "/sandbox",
)
OPERATIONS: Final = st.builds("{} {}".format, st.sampled_from(METHODS), st.sampled_from(PATHS))
GLOBS: Final = st.sampled_from(
    ["POST /search", "* /search", "POST /*", "PUT /orders/*", "* /admin/*", "* *", "DELETE /orders*"]
)
CONSENTS: Final = st.builds(
    Consent,
    st.one_of(OPERATIONS, st.sampled_from(["POST /*", "* *", "PUT /sandbox/orders/*", "DELETE /sandbox/orders/*"])),
    st.sampled_from(["", "/", "/sandbox", "yes", "The owner agreed on Monday."]),
    st.sampled_from([(), CLEAN]),
    st.sampled_from([(), SET_UP]),
    st.sampled_from(["", "Idempotency-Key"]),
    captures=st.just((Capture("id", Source.JSON, "$.id"),)),
    rehearsals=st.sampled_from([(), tuple(Rehearsal)]),
)


def a_policy(**said: Any) -> ProbingPolicy:
    """A policy that hypothesis does not look into."""
    return ProbingPolicy(**said)


POLICIES: Final = st.builds(
    a_policy,
    samples=st.just(1),
    declared_safe=st.lists(GLOBS, max_size=2).map(tuple),
    never=st.lists(GLOBS, max_size=1).map(tuple),
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    is_production=st.booleans(),
    behaviours=st.frozensets(st.sampled_from(Behaviour)),
    latency_samples=st.sampled_from([0, 7]),
)


@settings(max_examples=150, deadline=None)
@given(POLICIES, st.lists(OPERATIONS, min_size=1, max_size=6, unique=True), st.sampled_from([200, 201, 404]))
def test_nothing_is_ever_sent_that_is_not_allowed(policy: ProbingPolicy, operations: list[str], status: int) -> None:
    """Whatever the config and the mocks: safe requests, declared ones, and below a consent that counts its own."""
    stubs = tuple(changed(a_claim(one, status).interactions[0], provider="") for one in operations)
    prober = ScriptedProber(lambda _: Observation(status, (("ETag", '"a"'),), b'{"id": "7"}'))
    provider = Provider("p", "http://p.invalid", ListedMocks(stubs), Policy(policy))
    audit([provider], prober, SetClock(), Run("a1b2c3", "0", "0"), NotedProgress())
    for probe in prober.sent:
        assert is_in_order(probe, policy), probe.request


def is_in_order(probe: Probe, policy: ProbingPolicy) -> bool:
    """Said once more, in other words than the code's."""
    request = probe.request
    tier = tier_of(request, policy)[0]
    if probe.provider != "p" or tier in (Tier.SAFE, Tier.DECLARED_SAFE):
        return probe.provider != "p" or tier is Tier.SAFE or not is_misuse(request) or not policy.is_production
    if tier is Tier.NEVER or policy.is_production or not probe.session:
        return False
    whole = [one for one in policy.consents if not list(lacks(one))]
    return any(
        one.is_for(request) or (one.sandbox == "/sandbox" and request.path.startswith("/sandbox/"))
        or (request.method, request.path) in {("DELETE", "/sandbox/orders/7"), ("PUT", "/sandbox/orders/7")}
        for one in whole
    )  # fmt: skip


def is_misuse(request: Request) -> bool:
    """Whether it is wrongly asked on purpose."""
    return request.body == b'{"driftwatch": ' or any("driftwatch" in value for _, value in request.headers)
