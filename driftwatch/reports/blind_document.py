"""Which tests cannot notice the drift that was observed, as the ``driftwatch.blind/1`` document."""

from driftwatch.model.blind import Blindness, Tried
from driftwatch.model.blindness import Sighting
from driftwatch.model.finding import Finding
from driftwatch.reports.blind import conclusion
from driftwatch.reports.json import Document, direction_id, encoded, origin


def document(found: Blindness) -> str:
    """Indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.blind/1",
            "conclusion": conclusion(found),
            "is_conclusive": found.is_conclusive,
            "score": found.score,
            "totals": {
                "tried": found.tried,
                "blind": len(found.blind),
                "noticed": found.tried - len(found.blind),
                "not_tried": len(found.untried),
                "tests_blind_to_all": len(found.blind_to_all),
                "unused_findings": found.unused,
            },
            "findings": [_finding(one) for one in found.findings],
            "pairs": [_pair(one) for one in found.sightings],
            "not_applied": [{"finding": _finding(one.finding), "reason": one.reason} for one in found.left],
            "left_out": [{"suite": one.suite, "test": one.test, "reason": one.reason} for one in found.left_out],
            "runs": [_run(one) for one in found.runs],
        },
        indent=2,
    )


def _finding(finding: Finding) -> Document:
    return {
        "fingerprint": finding.fingerprint,
        "kind": finding.kind,
        "severity": finding.severity.value,
        "path": finding.path,
        "direction": direction_id(finding.direction),
        "claim": finding.claim,
        "observed": finding.observed,
        "provider": finding.provider,
        "method": finding.method,
        "path_template": finding.path_template,
        "mock_id": finding.mock_id,
        "origin": origin(finding.origin),
    }


def _pair(one: Sighting) -> Document:
    return {
        "suite": one.suite,
        "test": one.test,
        "finding": one.fingerprint,
        "verdict": "not-tried" if not one.is_tried else one.sight.value,
        "is_alone": one.is_alone,
        "reason": one.reason or None,
    }


def _run(one: Tried) -> Document:
    return {
        "what": one.what, "tests": one.tests, "findings": one.findings, "seconds": one.seconds, "exit_code": one.code,
        "trouble": one.trouble or None,
    }  # fmt: skip
