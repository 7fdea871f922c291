"""How findings and gaps are gathered for a reader: by operation and by reason, the worst first."""

from collections.abc import Iterable, Sequence
from typing import Final

from driftwatch.model.finding import Finding
from driftwatch.model.summary import ProviderSummary, Result, Verdict
from driftwatch.reports.digest import Gap, distinct

Operation = tuple[str, str]
"""Method and path template."""

GAP_ORDER: Final = (Verdict.UNREACHABLE, Verdict.UNAUTHORIZED, Verdict.UNVERIFIABLE, Verdict.SKIPPED)
"""Verdicts without an answer, those first that somebody should see to."""
_WHOLE_SERVICE: Final = "the service as a whole"


def by_trouble(provider: ProviderSummary) -> tuple[tuple[int, ...], str]:
    """Sorts the provider first that has the worst findings."""
    return weight(distinct(provider.results)), provider.name


def weight(findings: Sequence[Finding]) -> tuple[int, ...]:
    """Sorts the worst first: by the worst severity, then by how many findings of each there are."""
    ranks = [finding.severity.rank for finding in findings]
    return tuple(-ranks.count(rank) for rank in (2, 1, 0))


def by_weight(finding: Finding) -> tuple[object, ...]:
    """Sorts the findings of one operation, the worst first."""
    return (-finding.severity.rank, finding.origin, finding.path, finding.kind, finding.fingerprint)


def by_operation(results: Iterable[Result]) -> list[tuple[Operation, list[Finding]]]:
    """Findings by where they belong, the worst first; the mock's own request stands in where a finding names none."""
    results = tuple(results)
    request = {f.fingerprint: result.interaction.request for result in results for f in result.findings}
    operations: dict[Operation, list[Finding]] = {}
    for finding in distinct(results):
        asked = request[finding.fingerprint]
        place = (finding.method or asked.method, finding.path_template or asked.path_template)
        if finding.path == "service" and not finding.mock_id:
            place = ("", _WHOLE_SERVICE)
        operations.setdefault(place, []).append(finding)
    return [
        (place, sorted(found, key=by_weight))
        for place, found in sorted(operations.items(), key=lambda pair: (weight(pair[1]), pair[0]))
    ]


def by_reason(missed: Iterable[Gap]) -> list[tuple[str, list[Gap]]]:
    """Gaps of one verdict by their reason, the most frequent first."""
    reasons: dict[str, list[Gap]] = {}
    for gap in missed:
        reasons.setdefault(gap.reason, []).append(gap)
    return sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0]))
