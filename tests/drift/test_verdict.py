"""One verdict for each interaction, and what could not be checked is never green."""

from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Grade
from driftwatch.model.probe import Failure, Observation
from driftwatch.model.summary import Verdict
from tests.drift.making import a_claim, a_request, bare, delivery, found, promise

CLAIM: Final = a_claim(promise({"id": 1, "rows": [{"n": 1}]}))
TRUE: Final = delivery({"id": 2, "rows": [{"n": 2}]})
FALSE: Final = delivery({"id": "x", "rows": [{"n": 2}]})
HOLLOW: Final = delivery({"id": 2, "rows": []})
RICHER: Final = delivery({"id": 2, "rows": [{"n": 2}], "tier": "x"})
RECORD: Final = a_claim(promise({"id": 1}), request=a_request(path="/users/1", template="/users/{id}"))

TABLE: Final = {
    "nothing found": (found(CLAIM, TRUE), Verdict.VERIFIED),
    "only what harms nobody": (found(CLAIM, RICHER), Verdict.VERIFIED),
    "some failures among answers": (found(CLAIM, TRUE, Observation(503)), Verdict.VERIFIED),
    "drift": (found(CLAIM, FALSE), Verdict.DRIFTED),
    "drift beside a gap": (found(CLAIM, delivery({"id": "x", "rows": []})), Verdict.DRIFTED),
    "drift beside a refusal": (found(CLAIM, FALSE, Observation(401)), Verdict.DRIFTED),
    "an empty list": (found(CLAIM, HOLLOW), Verdict.UNVERIFIABLE),
    "a missing record": (found(RECORD, delivery({"error": "none"}, 404)), Verdict.UNVERIFIABLE),
    "nothing sent": (found(CLAIM), Verdict.UNVERIFIABLE),
    "nothing but throttling": (found(CLAIM, Observation(429)), Verdict.UNVERIFIABLE),
    "a made-up request refused": (
        found(a_claim(bare(200), request=a_request(grade=Grade.CHOSEN)), Observation(400)), Verdict.UNVERIFIABLE,
    ),
    "an outage": (found(CLAIM, Observation(failure=Failure.TIMEOUT)), Verdict.UNREACHABLE),
    "server errors": (found(CLAIM, Observation(500)), Verdict.UNREACHABLE),
    "a refusal": (found(CLAIM, Observation(401)), Verdict.UNAUTHORIZED),
    "a refusal among answers": (found(CLAIM, TRUE, Observation(401)), Verdict.UNAUTHORIZED),
}  # fmt: skip


@pytest.mark.parametrize(("findings", "expected"), TABLE.values(), ids=TABLE)
def test_findings_decide_the_verdict(findings: tuple[Finding, ...], expected: Verdict) -> None:
    """Drift before what was in the way, what was in the way before health; the order of findings does not matter."""
    verdict, reason = verdict_of(findings)
    assert verdict is expected
    assert verdict_of(reversed(findings)) == (verdict, reason)
    assert bool(reason) == (verdict is not Verdict.VERIFIED)


def test_the_reason_for_drift_is_the_gravest_kind() -> None:
    """A reader is told of what breaks, not of what happened to come first."""
    findings = found(CLAIM, delivery({"id": 1.5, "rows": "x"}))
    assert verdict_of(findings)[1] == KINDS["type-changed"].title


def test_every_kind_about_the_audit_blocks_a_verdict() -> None:
    """No kind that describes the audit can be overlooked: each leads to a verdict that is no answer."""
    for kind in (kind for kind in KINDS.values() if kind.is_health):
        finding = found(CLAIM, FALSE)[0]
        verdict, _ = verdict_of([replace(finding, kind=kind.id)])
        assert not verdict.is_answer, kind.id
