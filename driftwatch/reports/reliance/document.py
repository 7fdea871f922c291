"""Tests and their mocks as the ``driftwatch.tests/1`` document; ``schemas/tests-1.json`` describes it."""

from collections import Counter

from driftwatch.model.reliance import Doubt, Drift, Reliance, Resting, Trusted
from driftwatch.model.use import Outcome
from driftwatch.reports.json import Document, encoded, instant, origin
from driftwatch.reports.reliance import Asked, words


def render(reliance: Reliance, asked: Asked) -> str:
    """Indented, ending in a newline."""
    return encoded(
        {
            "schema": "driftwatch.tests/1",
            "at": instant(asked.now),
            "as_of": instant(reliance.as_of),
            "stale_after_days": asked.stale_after.days,
            "totals": _totals(reliance),
            "providers": [
                {"name": name, "trust": _counts(reliance, name)} for name in _providers(reliance)
            ],
            "tests": [_test(one) for one in reliance.tests],
            "findings": [_finding(one, reliance) for one in reliance.drift],
            "unused": [_mock(one) for one in reliance.unused],
            "doubts": [_doubt(one) for one in reliance.doubts],
        },
        indent=2,
    )  # fmt: skip


def _totals(reliance: Reliance) -> Document:
    outcomes = Counter(one.outcome for one in reliance.tests)
    return {
        "tests": len(reliance.tests),
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "trust": _counts(reliance),
        "lying": sum(one.is_lying for one in reliance.tests),
        "unused": len(reliance.unused),
    }


def _counts(reliance: Reliance, provider: str = "") -> Document:
    return {trust.value: number for trust, number in reliance.counts(provider).items()}


def _providers(reliance: Reliance) -> list[str]:
    used = {one.mock.provider for test in reliance.tests for one in test.mocks}
    return sorted((used | {one.mock.provider for one in reliance.unused}) - {""})


def _test(test: Resting) -> Document:
    return {
        "suite": test.suite,
        "test": test.test,
        "outcome": test.outcome.value,
        "trust": test.trust.value,
        "is_lying": test.is_lying,
        "blind": test.blind,
        "tried": test.tried,
        "mocks": [_mock(one) for one in test.mocks],
    }


def _mock(one: Trusted) -> Document:
    return {
        "key": one.mock.key or None,
        "mock_id": one.mock.mock_id or None,
        "provider": one.mock.provider or None,
        "label": one.mock.label,
        "origin": None if one.origin is None else origin(one.origin),
        "trust": one.trust.value,
        "severity": None if one.severity is None else one.severity.value,
        "verified_at": instant(one.verified_at),
        "compared_at": instant(one.compared_at),
        "findings": list(one.findings),
        "reason": one.reason,
        "reads": {pointer: need.value for pointer, need in sorted(one.mock.reads.items())},
    }


def _finding(one: Drift, reliance: Reliance) -> Document:
    return {
        "fingerprint": one.fingerprint,
        "kind": one.kind,
        "severity": one.severity.value,
        "path": one.path,
        "provider": one.provider,
        "method": one.method,
        "path_template": one.path_template,
        "mock_id": one.mock_id,
        "origin": origin(one.origin),
        "claim": one.claim,
        "observed": one.observed,
        "hint": one.hint,
        "state": one.state,
        "first_seen": instant(one.first_seen),
        "tests": [{"suite": test.suite, "test": test.test} for test in words.resting_on(one, reliance.tests)],
    }


def _doubt(one: Doubt) -> Document:
    return {"suite": one.suite, "test": one.test, "label": one.label, "fitting": one.fitting}
