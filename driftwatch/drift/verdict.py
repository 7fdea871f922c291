"""From findings to the one verdict that every interaction ends a run with."""

from collections.abc import Iterable
from typing import Final

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.rule import Kind
from driftwatch.model.finding import Finding
from driftwatch.model.summary import Verdict

_BLOCKED: Final = (
    ("service-unavailable", Verdict.UNREACHABLE),
    ("access-denied", Verdict.UNAUTHORIZED),
    ("fixture-missing", Verdict.UNVERIFIABLE),
    ("unverifiable", Verdict.UNVERIFIABLE),
)
"""Findings that describe the audit, the most telling first."""


def _is_beside(kind: Kind) -> bool:
    return kind.is_health or kind.is_static


def verdict_of(findings: Iterable[Finding]) -> tuple[Verdict, str]:
    """The verdict and its reason: drift before what was in the way, what was in the way before health.

    Drift of severity ``info`` leaves an interaction verified: the mock is stale and does no harm.
    """
    found = tuple(findings)
    drift = [f for f in found if f.is_alarm and not _is_beside(KINDS[f.kind])]
    if drift:
        worst = max(drift, key=lambda finding: finding.severity.rank)
        return Verdict.DRIFTED, KINDS[worst.kind].title
    for kind, verdict in _BLOCKED:
        for finding in found:
            if finding.kind == kind:
                return verdict, finding.observed
    return Verdict.VERIFIED, ""
