"""What pages list: providers, endpoints, findings and runs, each as a line that is found by what stands in it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.latest import end_of
from driftwatch.model.memory import RunRecord, RunStatus
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.model.vitals import Watch
from driftwatch.reports.digest import checked, distinct
from driftwatch.reports.html.listing import Row
from driftwatch.reports.html.report import VERDICT_ORDER
from driftwatch.reports.html.sparkline import Sparkline


class ProviderLine(Struct, frozen=True):
    """One provider in the list of all."""

    name: str
    of: ProviderSummary | None
    """``None`` as long as it was never audited."""
    ended: datetime | None
    checked: int
    verdicts: Mapping[str, int]
    severities: Mapping[str, int]
    trend: Sparkline | None = None
    """How its fidelity was in the last runs, where that is remembered."""
    watch: Watch = field(default_factory=Watch)

    @classmethod
    def of_audit(cls, run: Summary, provider: ProviderSummary) -> "ProviderLine":
        """What its latest audit says."""
        return cls(
            provider.name, provider, end_of(run), checked(provider), verdicts_of(provider.results),
            severities_of(distinct(provider.results)),
        )  # fmt: skip


class RunLine(Struct, frozen=True):
    """One run in the list of the last ones."""

    id: str
    status: str
    started: datetime
    ended: datetime | None
    providers: tuple[str, ...]
    verdicts: Mapping[str, int]
    severities: Mapping[str, int]
    requests: int
    shards: int = 1
    handed_in: int = 0
    """How many of its shards are done."""

    @classmethod
    def of_record(cls, run: RunRecord) -> "RunLine":
        """As the store remembers it."""
        verdicts = {verdict.value: run.totals.get(verdict.value, 0) for verdict in Verdict}
        severities = {severity.value: run.totals.get(severity.value, 0) for severity in reversed(Severity)}
        requests = run.totals.get("requests_sent", 0)
        return cls(
            run.id, run.status.value, run.started_at, run.ended_at, run.providers, verdicts, severities, requests,
            run.shards, run.handed_in,
        )  # fmt: skip

    @classmethod
    def of_summary(cls, run: Summary) -> "RunLine":
        """As this process knows it; of providers that were audited again later nothing is left in it."""
        status = RunStatus.INCOMPLETE if run.is_incomplete() else RunStatus.COMPLETE
        verdicts = {verdict.value: number for verdict, number in run.verdicts.items()}
        severities = {severity.value: number for severity, number in run.severities.items()}
        names = tuple(provider.name for provider in run.providers)
        return cls(
            run.run_id, status.value, run.started_at, end_of(run), names, verdicts, severities, run.requests_sent
        )


def verdicts_of(results: Iterable[Result]) -> dict[str, int]:
    """How many ended with each verdict, zero included."""
    counts = {verdict.value: 0 for verdict in Verdict}
    for result in results:
        counts[result.verdict.value] += 1
    return counts


def severities_of(findings: Iterable[Finding]) -> dict[str, int]:
    """How many there are of each severity, zero included, the worst first."""
    counts = {severity.value: 0 for severity in reversed(Severity)}
    for finding in findings:
        counts[finding.severity.value] += 1
    return counts


def endpoint_rows(provider: ProviderSummary) -> list[Row[Result]]:
    """Every mock of a provider, those first that somebody should see to."""
    return [_endpoint(result) for result in sorted(provider.results, key=_by_need)]


def _by_need(result: Result) -> tuple[object, ...]:
    worst = max((one.severity.rank for one in result.findings if not one.is_suppressed), default=-1)
    return (VERDICT_ORDER.index(result.verdict), -worst, result.interaction.origin)


def _endpoint(result: Result) -> Row[Result]:
    one = result.interaction
    kinds = frozenset(finding.kind for finding in result.findings)
    words = (
        one.request.method,
        one.request.path_template,
        one.mock_id,
        one.name,
        str(one.origin),
        result.reason,
        *kinds,
    )
    return Row(
        result,
        {
            "verdict": frozenset({result.verdict.value}),
            "severity": frozenset(finding.severity.value for finding in result.findings if not finding.is_suppressed),
            "kind": kinds,
        },
        " ".join(words).casefold(),
    )


def finding_rows(providers: Iterable[ProviderSummary]) -> list[Row[Finding]]:
    """Every finding of the latest audits once, suppressed ones too, the worst first."""
    return [
        _finding(finding, owner) for finding, owner in sorted(_owned(providers), key=lambda pair: _by_weight(pair[0]))
    ]


def _owned(providers: Iterable[ProviderSummary]) -> Iterator[tuple[Finding, str]]:
    for provider in providers:
        found = {one.fingerprint: one for result in provider.results for one in result.findings}
        for finding in found.values():
            yield finding, provider.owner


def _by_weight(finding: Finding) -> tuple[object, ...]:
    return (finding.is_suppressed, -finding.severity.rank, finding.provider, finding.origin, finding.path, finding.kind)


def _finding(finding: Finding, owner: str) -> Row[Finding]:
    words = (
        finding.kind, finding.path, finding.provider, finding.method, finding.path_template, finding.mock_id,
        str(finding.origin), finding.claim, finding.observed, owner, finding.fingerprint,
    )  # fmt: skip
    facets = {
        "severity": finding.severity.value, "kind": finding.kind, "provider": finding.provider, "owner": owner,
        "state": finding.state,
    }  # fmt: skip
    return Row(finding, {name: frozenset({value} - {""}) for name, value in facets.items()}, " ".join(words).casefold())


def provider_rows(lines: Iterable[ProviderLine]) -> list[Row[ProviderLine]]:
    """Every provider, those first that need somebody."""
    return [_provider(line) for line in sorted(lines, key=_by_trouble)]


def _by_trouble(line: ProviderLine) -> tuple[object, ...]:
    return (*(-number for number in line.severities.values()), line.name) if line.severities else (0, 0, 0, line.name)


def _provider(line: ProviderLine) -> Row[ProviderLine]:
    owner = line.of.owner if line.of is not None else ""
    target = line.of.target if line.of is not None else ""
    return Row(line, {"owner": frozenset({owner} - {""})}, f"{line.name} {target} {owner}".casefold())
