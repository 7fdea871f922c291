"""What an audit's own probes bring home for new mocks, and what of it is no behaviour to imitate."""

from typing import Final

from msgspec.structs import replace

from driftwatch.model.identity import Identities
from driftwatch.model.interaction import Claim, Request
from driftwatch.model.policy import Behaviour, Policy, ProbingPolicy
from driftwatch.model.probe import Failure, Observation, Probe, Purpose, Stage, Unreachable
from driftwatch.model.traffic import Medium
from driftwatch.usecases import canary
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.hearing import Hearing, safely
from tests.fakes import ListedMocks, ScriptedProber
from tests.usecases.making import mock, sample, says

CLAIM: Final = Claim((mock("/users"),))
PROBE: Final = Probe("shop", None, (CLAIM,), samples=1)


def hearing(*outcomes: tuple[Probe, Observation | Unreachable]) -> Hearing:
    """What is heard of these."""
    came = {id(probe): outcome for probe, outcome in outcomes}
    heard = Hearing(ScriptedProber(lambda probe: came[id(probe)]))
    assert [one.probe for one in heard.send([probe for probe, _ in outcomes])] == [probe for probe, _ in outcomes]
    return heard


def test_answers_are_exchanges() -> None:
    """Each sample is one, by the path below the target and as it was asked."""
    asked = Request("GET", "/users", "/users", (("page", "2"),), "page=2")
    heard = hearing((replace(PROBE, own=asked), sample('{"a": 1}')))
    (one,) = heard.heard
    assert (one.medium, one.method, one.path, one.query) == (Medium.ASKED, "GET", "/users", (("page", "2"),))
    assert (one.status, one.body, one.request_body) == (200, b'{"a": 1}', b"")


def test_only_the_mocks_own_questions_count() -> None:
    """Not the canary's, not production's, not what is asked to learn how the service behaves."""
    others = (
        replace(PROBE, provider=canary.PROVIDER),
        replace(PROBE, stage=Stage.PRODUCTION),
        replace(PROBE, purpose=Purpose.UNKNOWN_ROUTE),
        replace(PROBE, purpose=Purpose.VIEW),
    )
    heard = hearing(*((probe, sample()) for probe in others))
    assert (heard.heard, heard.silent) == ([], {})


def test_outages_are_no_behaviour() -> None:
    """Refusals of the moment, outages, cut answers and silence are told, unless a mock claims just that."""
    claimed = replace(PROBE, claims=(Claim((mock("/down", variants=(says("{}", 503),)),)),))
    silent = Unreachable(PROBE, "the circuit is open")
    heard = hearing(
        (replace(PROBE), sample("{}", 503)), (replace(PROBE), sample("{}", 429)),
        (replace(PROBE), Observation(failure=Failure.TIMEOUT)), (replace(PROBE), replace(sample(), is_truncated=True)),
        (PROBE, silent), (claimed, sample("{}", 503)), (replace(PROBE), sample("{}", 404)),
    )  # fmt: skip
    assert [(one.path, one.status) for one in heard.heard] == [("/down", 503), ("/users", 404)]
    reasons = {reason for operation, reason in heard.silent if operation == "GET /users"}
    assert len(reasons) == 5
    assert any("503" in reason for reason in reasons)
    assert any("429" in reason for reason in reasons)


def test_nothing_is_changed_and_nobody_else_is_asked() -> None:
    """Consents, journeys, behaviour, other identities and production are for audits; all else holds."""
    probing = ProbingPolicy(
        consents=(object(),), behaviours=frozenset({Behaviour.MALFORMED_BODY}), latency_samples=9,  # type: ignore[arg-type]
        identities=Identities(bound=(("GET /a", "ann"),), lens=("bob",)), never=("GET /b",),
    )  # fmt: skip
    provider = Provider("shop", "", ListedMocks(()), Policy(probing), production=object(), journeys=(object(),))  # type: ignore[arg-type]
    safe = safely(provider)
    assert not safe.policy.probing.is_further
    assert (safe.production, safe.journeys, safe.policy.probing.identities.lens) == (None, (), ())
    assert safe.policy.probing.latency_samples == 0
    assert safe.policy.probing.identities.bound == (("GET /a", "ann"),)
    assert safe.policy.probing.never == ("GET /b",)
