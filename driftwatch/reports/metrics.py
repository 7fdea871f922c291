"""A summary as Prometheus samples, for the textfile collector, the Pushgateway or whoever serves the last audit.

``METRICS`` is the catalogue: name, help, labels and how a value is had from a summary stand in one row, so that code
and documentation cannot part. All are gauges: the counters of a process that ends would say 1 for ever. What one run
cannot know (since when) is absent rather than zero, and so is a moment that has not happened.
"""

import statistics
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.model.finding import Severity
from driftwatch.model.summary import ProviderSummary, Summary, Verdict
from driftwatch.reports.digest import distinct, end_of, in_utc, is_drift, unreadable_files
from driftwatch.reports.legible import shorten
from driftwatch.reports.metric import Metric, Point

OPERATIONS_LIMIT: Final = 1000
"""Operations with series of their own; the rest is counted in ``driftwatch_metrics_operations_omitted``."""
LONGEST_OPERATION: Final = 200
"""Characters of an ``operation``: servers refuse a scrape with longer labels (``label_value_length_limit``)."""

Operation = tuple[str, str]
"""Provider, and method with path template: never a concrete URL."""


def render(summary: Summary) -> str:
    """Text exposition format 0.0.4, ending in a newline; the order depends on nothing but the summary."""
    from driftwatch.reports.exposition import expose  # noqa: PLC0415 - a console audit should not wait for its library

    return expose(METRICS, summary)


def _build(summary: Summary) -> Iterator[Point]:
    yield (summary.version,), 1


def _last_run(summary: Summary) -> Iterator[Point]:
    yield (), end_of(summary)


def _last_success(summary: Summary) -> Iterator[Point]:
    if not summary.is_incomplete():
        yield (), end_of(summary)


def _duration(summary: Summary) -> Iterator[Point]:
    yield (), summary.seconds


def _requests(summary: Summary) -> Iterator[Point]:
    yield (), summary.requests_sent


def _canary(summary: Summary) -> Iterator[Point]:
    yield (), summary.canary.is_alive


def _findings_by_kind(summary: Summary) -> Iterator[Point]:
    counts = Counter((finding.severity.value, finding.kind) for finding in summary.standing)
    yield from sorted(counts.items())


def _fidelity(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        if provider.fidelity is not None:
            yield (provider.name,), provider.fidelity / 100


def _verified(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        yield (provider.name,), provider.verified_share


def _mock_findings(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        counts = Counter(finding.severity for finding in distinct(provider.results) if is_drift(finding))
        for severity in Severity:
            yield (provider.name, severity.value), counts[severity]


def _mock_findings_suppressed(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        hidden = {f.fingerprint for result in provider.results for f in result.findings if f.is_suppressed}
        yield (provider.name,), len(hidden)


def _mock_operations(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        counts = Counter(result.verdict for result in provider.results)
        for verdict in Verdict:
            yield (provider.name, verdict.value), counts[verdict]


def _mock_last_audit(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        yield (provider.name,), end_of(summary)


def _mock_last_success(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        verdicts = {result.verdict for result in provider.results}
        is_complete = not any(verdict.is_failure_to_check for verdict in verdicts)
        if is_complete and any(verdict.is_answer for verdict in verdicts) and summary.canary.is_alive:
            yield (provider.name,), end_of(summary)


def _load_success(summary: Summary) -> Iterator[Point]:
    yield (), not summary.unreadable


def _unreadable_files(summary: Summary) -> Iterator[Point]:
    yield (), len(unreadable_files(summary))


def _recorded(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        dates = (result.interaction.recorded_at for result in provider.results)
        moments = [in_utc(date).timestamp() for date in dates if date is not None]
        if moments:
            yield (provider.name, "oldest"), min(moments)
            yield (provider.name, "median"), statistics.median_low(moments)


def _provider_up(summary: Summary) -> Iterator[Point]:
    for provider in summary.providers:
        verdicts = {result.verdict for result in provider.results}
        is_up = any(verdict.is_answer for verdict in verdicts)
        if is_up or verdicts & {Verdict.UNREACHABLE, Verdict.UNAUTHORIZED}:
            yield (provider.name,), is_up


def _operation_findings(summary: Summary) -> Iterator[Point]:
    operations = _operations(summary)
    for provider, operation in sorted(sorted(operations, key=lambda each: _rank(operations, each))[:OPERATIONS_LIMIT]):
        for severity in Severity:
            yield (provider, operation, severity.value), operations[provider, operation][severity]


def _operations_omitted(summary: Summary) -> Iterator[Point]:
    yield (), max(0, len(_operations(summary)) - OPERATIONS_LIMIT)


def _operations(summary: Summary) -> dict[Operation, Counter[Severity]]:
    """Every operation that a mock stands for, with its findings by severity."""
    return {
        (provider.name, operation): findings
        for provider in summary.providers
        for operation, findings in _operations_of(provider).items()
    }


def _operations_of(provider: ProviderSummary) -> dict[str, Counter[Severity]]:
    operations: dict[str, Counter[Severity]] = {}
    seen: set[str] = set()
    for result in provider.results:
        request = result.interaction.request
        operation = shorten(f"{request.method} {request.path_template}", LONGEST_OPERATION)
        counts = operations.setdefault(operation, Counter())
        fresh = (finding for finding in distinct([result]) if is_drift(finding) and finding.fingerprint not in seen)
        for finding in fresh:
            seen.add(finding.fingerprint)
            counts[finding.severity] += 1
    return operations


def _rank(operations: dict[Operation, Counter[Severity]], operation: Operation) -> tuple[object, ...]:
    """The worst first, so that the limit never hides what hurts most; then by name."""
    counts = operations[operation]
    return (-counts[Severity.BREAKING], -counts[Severity.WARNING], -counts[Severity.INFO], operation)


METRICS: Final = (
    Metric("driftwatch_audit_last_run_duration_seconds", "Duration of the last completed audit.", (), _duration),
    Metric("driftwatch_audit_last_run_requests", "Requests sent by the last completed audit.", (), _requests),
    Metric("driftwatch_audit_last_run_timestamp_seconds", "End of the last completed audit.", (), _last_run),
    Metric(
        "driftwatch_audit_last_success_timestamp_seconds",
        "End of the last completed audit; absent if it left something unchecked or missed its canary.",
        (), _last_success,
    ),
    Metric("driftwatch_build_info", "Version of driftwatch that ran the last completed audit.", ("version",), _build),
    Metric(
        "driftwatch_canary_caught",
        "Whether every mock planted as false was caught, as of the last completed audit.",
        (), _canary,
    ),
    Metric(
        "driftwatch_findings",
        "Findings by kind over all providers, as of the last completed audit; only kinds that were found.",
        ("impact", "kind"), _findings_by_kind,
    ),
    Metric(
        "driftwatch_metrics_operations_omitted",
        f"Operations without series of their own, since only the {OPERATIONS_LIMIT} worst have them.",
        (), _operations_omitted,
    ),
    Metric(
        "driftwatch_mock_fidelity_ratio",
        "How right the mocks are in what could be checked, as of the last completed audit; absent if nothing could be.",
        ("provider",), _fidelity,
    ),
    Metric(
        "driftwatch_mock_findings",
        "Findings about the mocks of a provider, as of the last completed audit.",
        ("provider", "impact"), _mock_findings,
    ),
    Metric(
        "driftwatch_mock_findings_suppressed",
        "Findings that people decided not to be told of, as of the last completed audit; no other metric counts them.",
        ("provider",), _mock_findings_suppressed,
    ),
    Metric(
        "driftwatch_mock_last_audit_timestamp_seconds",
        "End of the last attempt to audit the mocks of a provider, successful or not.",
        ("provider",), _mock_last_audit,
    ),
    Metric(
        "driftwatch_mock_last_success_timestamp_seconds",
        "End of the last audit that left no mock of the provider unchecked but by policy; absent if this one did.",
        ("provider",), _mock_last_success,
    ),
    Metric(
        "driftwatch_mock_load_success",
        "Whether every recognised mock file could be read, as of the last completed audit.",
        (), _load_success,
    ),
    Metric(
        "driftwatch_mock_operations",
        "Mocked interactions by verdict, as of the last completed audit.",
        ("provider", "status"), _mock_operations,
    ),
    Metric(
        "driftwatch_mock_recorded_timestamp_seconds",
        "When the mocks of a provider were recorded, the oldest and the median; absent if no date is known.",
        ("provider", "age"), _recorded,
    ),
    Metric(
        "driftwatch_mock_unreadable_files",
        "Mock files that were recognised but could not be read in full, as of the last completed audit.",
        (), _unreadable_files,
    ),
    Metric(
        "driftwatch_mock_verified_ratio",
        "Share of mocked interactions that were really compared, as of the last completed audit.",
        ("provider",), _verified,
    ),
    Metric(
        "driftwatch_operation_findings",
        "Findings about the mocks of one operation, as of the last completed audit.",
        ("provider", "operation", "impact"), _operation_findings,
    ),
    Metric(
        "driftwatch_provider_up",
        "Whether the last completed audit got a usable answer from the provider; absent if it had nothing to ask.",
        ("provider",), _provider_up,
    ),
)  # fmt: skip
"""Every metric of a finished audit, in alphabetical order."""
