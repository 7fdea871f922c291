"""What audits found as Prometheus samples, for the endpoint, the textfile collector and the Pushgateway.

``METRICS`` is the catalogue: name, help, labels and how a value is had stand in one row, so that code and
documentation cannot part. All are gauges: the counters of a process that ends would say 1 for ever. What nobody can
know (since when, without a store) is absent rather than zero; a moment that has not happened is 0 where the process
runs on, and absent where it ends.
"""

from typing import Final

from driftwatch.model.latest import Latest
from driftwatch.model.summary import Summary
from driftwatch.reports import incident_measures, measures
from driftwatch.reports.measures import View
from driftwatch.reports.metric import Metric


def render(summary: Summary) -> str:
    """Text exposition format 0.0.4, ending in a newline; the order depends on nothing but the summary."""
    from driftwatch.reports.exposition import expose, families  # noqa: PLC0415 - a console audit waits for no library

    return expose(families(METRICS, View(Latest.of(summary)))).decode()


METRICS: Final[tuple[Metric[View], ...]] = (
    Metric(
        "driftwatch_audit_last_run_duration_seconds",
        "Duration of the last completed audit.", (), measures.duration,
    ),
    Metric(
        "driftwatch_audit_last_run_requests",
        "Requests sent by the last completed audit.", (), measures.requests,
    ),
    Metric(
        "driftwatch_audit_last_run_timestamp_seconds",
        "End of the last completed audit; 0 = never.", (), measures.last_run,
    ),
    Metric(
        "driftwatch_audit_last_success_timestamp_seconds",
        "End of the last audit that left nothing unchecked and caught its canary; 0 = never, absent = unknown.",
        (), measures.last_success,
    ),
    Metric(
        "driftwatch_build_info",
        "Version of driftwatch that ran the last completed audit.", ("version",), measures.build,
    ),
    Metric(
        "driftwatch_canary_caught",
        "Whether every mock planted as false was caught, as of the last completed audit of each provider.",
        (), measures.canary,
    ),
    Metric(
        "driftwatch_findings",
        "Findings by kind over all providers, as of the last completed audits; a category without any has no kind.",
        ("impact", "category", "kind"), measures.findings_by_kind,
    ),
    Metric(
        "driftwatch_guard_verified",
        "Whether the mock of a guard was verified by the last completed audit; 0 also where nobody looked at it.",
        ("provider", "guard"), measures.guard_verified,
    ),
    Metric(
        "driftwatch_incident_lead_time_seconds",
        "How long before incidents audits saw them first, negative if later; absent where they saw none.",
        ("provider", "lead"), incident_measures.lead_time,
    ),
    Metric(
        "driftwatch_incidents",
        "Incidents that the team wrote down, by why no test caught them and when audits saw them; absent unless the "
        "config names them, without cause where there are none.",
        ("provider", "cause", "seen"), incident_measures.incidents,
    ),
    Metric(
        "driftwatch_metrics_operations_omitted",
        "Operations without series of their own, since only the worst have them (setting metrics.operations).",
        (), measures.operations_omitted,
    ),
    Metric(
        "driftwatch_mock_delay_seconds",
        "Median of the delays that the compared mocks of a provider claim; absent if none claims any.",
        ("provider",), measures.mock_delay,
    ),
    Metric(
        "driftwatch_mock_drifted_since_timestamp_seconds",
        "When the oldest warning or breaking finding that is still open was first seen; 0 = no drift.",
        ("provider",), measures.drifted_since,
    ),
    Metric(
        "driftwatch_mock_fidelity_ratio",
        "How right the mocks are in what could be checked, as of the last completed audit; absent if nothing could be.",
        ("provider",), measures.fidelity,
    ),
    Metric(
        "driftwatch_mock_findings",
        "Findings about the mocks of a provider, as of the last completed audit.",
        ("provider", "impact"), measures.mock_findings,
    ),
    Metric(
        "driftwatch_mock_findings_by_age",
        "Findings about the mocks of a provider by time since they were first seen, as of the last completed audit.",
        ("provider", "impact", "age"), measures.findings_by_age,
    ),
    Metric(
        "driftwatch_mock_findings_by_state",
        "Findings about the mocks of a provider by state, suppressed ones too, as of the last completed audit.",
        ("provider", "state"), measures.findings_by_state,
    ),
    Metric(
        "driftwatch_mock_findings_suppressed",
        "Findings that people decided not to be told of, as of the last completed audit.",
        ("provider",), measures.mock_findings_suppressed,
    ),
    Metric(
        "driftwatch_mock_info",
        "The formats of a provider's mocks, the team that owns them and their revision, for joins.",
        ("provider", "format", "owner", "revision"), measures.facts,
    ),
    Metric(
        "driftwatch_mock_last_audit_timestamp_seconds",
        "End of the last attempt to audit the mocks of a provider, successful or not; 0 = never.",
        ("provider",), measures.mock_last_audit,
    ),
    Metric(
        "driftwatch_mock_last_success_timestamp_seconds",
        "End of the last audit that left no mock of the provider unchecked but by policy; 0 = never.",
        ("provider",), measures.mock_last_success,
    ),
    Metric(
        "driftwatch_mock_load_success",
        "Whether every recognised mock file could be read, as of the last completed audits.",
        (), measures.load_success,
    ),
    Metric(
        "driftwatch_mock_never_verified",
        "Mocked interactions that no audit ever really compared; absent without a store.",
        ("provider",), measures.never_verified,
    ),
    Metric(
        "driftwatch_mock_oldest_finding_timestamp_seconds",
        "When the oldest open finding about the mocks of a provider was first seen; absent if there is none.",
        ("provider", "impact"), measures.oldest_finding,
    ),
    Metric(
        "driftwatch_mock_operations",
        "Mocked interactions by verdict, as of the last completed audit.",
        ("provider", "status"), measures.mock_operations,
    ),
    Metric(
        "driftwatch_mock_recorded_timestamp_seconds",
        "When the mocks of a provider were recorded, the oldest and the median; absent if no date is known.",
        ("provider", "age"), measures.recorded,
    ),
    Metric(
        "driftwatch_mock_unreadable_files",
        "Mock files that were recognised but could not be read in full, as of the last completed audits.",
        (), measures.unreadable,
    ),
    Metric(
        "driftwatch_mock_verified_ratio",
        "Share of mocked interactions that were really compared, as of the last completed audit.",
        ("provider",), measures.verified,
    ),
    Metric(
        "driftwatch_operation_findings",
        "Findings about the mocks of one operation, as of the last completed audit.",
        ("provider", "operation", "impact"), measures.operation_findings,
    ),
    Metric(
        "driftwatch_provider_up",
        "Whether the last completed audit got a usable answer from the provider; absent if it had nothing to ask.",
        ("provider",), measures.provider_up,
    ),
    Metric(
        "driftwatch_rollout_mixed_since_timestamp_seconds",
        "Since when two versions of the provider answer side by side; 0 = one does. Absent if nobody remembers.",
        ("provider",), measures.rollout_mixed_since,
    ),
    Metric(
        "driftwatch_tests",
        "Passed tests by the worst of the provider's mocks that they rest on; absent where nobody told of tests.",
        ("provider", "trust"), measures.tests,
    ),
)  # fmt: skip
"""Every metric of finished audits, in alphabetical order."""
