"""The dashboard of a running driftwatch: can I trust it, what is wrong, where, why, and how is driftwatch itself."""

from typing import Final

from deploy.grafana.lessons import INCIDENTS, TESTS
from deploy.grafana.panels import AMBER, GREEN, GREY, RED, Dashboard, Json, Panel, Query, Row, datasource, labels, marks
from deploy.grafana.replicas import EVERYWHERE, MINE, last_audit, last_rollout, latest, of_last_run
from deploy.grafana.truth import WHERE_ROW, changes, compared, fidelity_and_share, findings, freshness

_LATENCY, _ANY_KIND = 'category="latency"', 'kind!=""'


def _of_kind(where: str) -> str:
    """Findings over all providers."""
    return of_last_run("driftwatch_findings", "impact", "category", "kind", where=where)


TRUST: Final = Row(
    "Can I trust this?",
    (
        Panel(
            "stat", "Oldest audit",
            "Time since the provider that was looked at longest ago was looked at. The numbers below are as old.",
            (Query(f"max(time() - {last_audit()})", instant=True),),
            "s", (4, 4),
        ),
        Panel(
            "stat", "Periods since then",
            "The same, in periods of the provider's own schedule: above 1 an audit is late, above 2 one is missing.",
            (
                Query(
                    f"max((time() - min by (job, namespace, provider) ({last_audit()})) "
                    f"/ max by (job, namespace, provider) (driftwatch_audit_interval_seconds{EVERYWHERE}))",
                    instant=True,
                ),
            ),
            "none", (4, 4), steps=((None, GREEN), (1.2, AMBER), (2, RED)), decimals=1,
        ),
        Panel(
            "stat", "Really compared",
            "Share of the mocked interactions that the last audits compared with the real services. What was not "
            "compared is neither right nor wrong.",
            (
                Query(compared(), instant=True),
            ),
            "percentunit", (4, 4), steps=((None, RED), (0.5, AMBER), (0.75, GREEN)), bounds=(0, 1),
        ),
        Panel(
            "stat", "Canary",
            "Whether the audits found the mock that is planted as false in every run. If not, nothing here is proof.",
            (Query(f"min({of_last_run('driftwatch_canary_caught')})", instant=True),),
            "none", (4, 4), mappings=(("1", "caught", GREEN), ("0", "missed", RED)),
        ),
        Panel(
            "stat", "Services that answered",
            "Providers that gave the last audit at least one usable answer.",
            (Query(f"avg({latest('driftwatch_provider_up')})", instant=True),),
            "percentunit", (4, 4), steps=((None, RED), (1, GREEN)), bounds=(0, 1),
        ),
        Panel(
            "stat", "Next audit in",
            "Time until the next scheduled audit of any provider.",
            (
                Query(
                    f"min(driftwatch_audit_next_run_timestamp_seconds{EVERYWHERE} > time()) - time()",
                    instant=True,
                ),
            ),
            "s", (4, 4), no_value="none scheduled",
        ),
    ),
)  # fmt: skip

WHY: Final = Row(
    "Why? The services",
    (
        Panel(
            "timeseries", "Answers by status code",
            "Requests a second that the real services answered.",
            (
                Query(
                    f"sum by (provider, code) (rate(driftwatch_provider_requests_total{EVERYWHERE}[$__rate_interval]))",
                    "{{provider}} {{code}}",
                ),
            ),
            "reqps", (8, 8), stacked=True,
        ),
        Panel(
            "timeseries", "Requests without a usable answer",
            "By reason. Failing to look is no drift.",
            (
                Query(
                    "sum by (provider, reason) "
                    f"(rate(driftwatch_provider_request_failures_total{EVERYWHERE}[$__rate_interval]))",
                    "{{provider}} {{reason}}",
                ),
            ),
            "reqps", (8, 8), stacked=True,
        ),
        Panel(
            "timeseries", "Latency of the real services",
            "Median and 95th percentile of the time to a full answer, by provider, beside the delays that the mocks "
            "claim; points lead to runs.",
            (*(
                Query(
                    f"histogram_quantile({quantile}, sum by (le, provider) "
                    f"(rate(driftwatch_provider_request_duration_seconds_bucket{EVERYWHERE}[$__rate_interval])))",
                    f"{{{{provider}}}} p{round(quantile * 100)}",
                    exemplars=True,
                )
                for quantile in (0.5, 0.95)
            ), Query(latest("driftwatch_mock_delay_seconds"), "{{provider}} as mocked")),
            "s", (8, 8),
        ),
        Panel(
            "bargauge", "Latency against what the mocks claim",
            "Findings that compare how long the services take with the delays in the mocks and the patience of the "
            "consumers, over all providers.",
            (Query(f"sum by (kind) ({_of_kind(_LATENCY)})", "{{kind}}", instant=True),),
            "none", (8, 6), steps=((None, GREEN), (1, AMBER)),
        ),
        Panel(
            "bargauge", "Findings by kind",
            "Open findings of all providers; `driftwatch explain KIND` has a page for each.",
            (Query(f"sum by (kind) ({_of_kind(_ANY_KIND)}) > 0", "{{kind}}", instant=True),),
            "none", (16, 6), steps=((None, AMBER),), no_value="no findings",
        ),
    ),
)  # fmt: skip

ITSELF: Final = Row(
    "driftwatch itself",
    (
        Panel(
            "stat", "Config",
            "Whether the last attempt to load the config succeeded. If not, the one before holds.",
            (Query(f"min(driftwatch_config_last_reload_successful{{{MINE}}})", instant=True),),
            "none", (4, 4), mappings=(("1", "accepted", GREEN), ("0", "rejected", RED)),
        ),
        Panel(
            "stat", "Version",
            "The version of driftwatch that made the last audit.",
            (
                Query(
                    f"count by (version) ({of_last_run('driftwatch_build_info', 'version')})", "{{version}}",
                    instant=True,
                ),
            ),
            "none", (4, 4),
        ),
        Panel(
            "timeseries", "Duration of the last audit",
            "Compare with the shortest period: an audit that takes longer skips the next.",
            (
                Query(f"max({of_last_run('driftwatch_audit_last_run_duration_seconds')})", "last audit"),
                Query(f"min(driftwatch_audit_interval_seconds{EVERYWHERE})", "shortest period"),
            ),
            "s", (8, 8),
        ),
        Panel(
            "timeseries", "Audits that failed, were skipped or cut short",
            "In the hour before each point.",
            (
                Query(
                    f"sum by (reason) (increase(driftwatch_audit_run_failures_total{EVERYWHERE}[1h]))",
                    "failed: {{reason}}",
                ),
                Query(
                    f"sum by (reason) (increase(driftwatch_audit_skipped_total{EVERYWHERE}[1h]))",
                    "skipped: {{reason}}",
                ),
                Query(f"sum(increase(driftwatch_run_interrupted_total{{{MINE}}}[1h]))", "cut short"),
            ),
            "none", (8, 8),
        ),
        Panel(
            "timeseries", "Notices",
            "Deliveries that were tried, failed and were given up in the hour before each point, and those that wait.",
            (
                Query(
                    f"sum by (channel) (increase(driftwatch_notification_attempts_total{{{MINE}}}[1h]))",
                    "{{channel}} tried",
                ),
                Query(
                    f"sum by (channel) (increase(driftwatch_notification_failures_total{{{MINE}}}[1h]))",
                    "{{channel}} failed",
                ),
                Query(
                    f"sum by (channel) (increase(driftwatch_notification_dropped_total{{{MINE}}}[1h]))",
                    "{{channel}} given up",
                ),
                Query(f"sum(driftwatch_notification_queue_length{{{MINE}}})", "waiting"),
            ),
            "none", (8, 8), no_value="no channels",
        ),
        Panel(
            "timeseries", "Store",
            "Runs that could not be written in the hour before each point.",
            (Query(f"sum(increase(driftwatch_state_write_failures_total{{{MINE}}}[1h]))", "failed writes"),),
            "none", (4, 8),
        ),
        Panel(
            "state-timeline", "Who leads",
            "Per replica: whether it audits, or shows what the leader finds and stands by. One that only ever shows "
            "(--no-audits) has no line.",
            (Query(f"driftwatch_leader{{{MINE}}}", "{{instance}}"),),
            "none", (8, 8), mappings=(("0", "follows", GREY), ("1", "leads", GREEN)), bounds=(None, None),
        ),
        Panel(
            "timeseries", "Since the store was read",
            "Per replica: it shows what it knew then. Some seconds are usual.",
            (Query(f"time() - driftwatch_state_last_read_timestamp_seconds{{{MINE}}}", "{{instance}}"),),
            "s", (8, 8), no_value="no store",
        ),
        Panel(
            "timeseries", "Memory", "Resident memory of the process.",
            (Query(f"process_resident_memory_bytes{{{MINE}}}", "{{instance}}"),),
            "bytes", (4, 8),
        ),
        Panel(
            "timeseries", "Log", "Lines at level warning and above, a second.",
            (
                Query(
                    f"sum by (level) (rate(driftwatch_log_messages_total{{{MINE}}}[$__rate_interval]))",
                    "{{level}}",
                ),
            ),
            "cps", (4, 8), stacked=True,
        ),
        Panel(
            "stat", "Operations without series",
            "Operations that the limit keeps out of the per-operation metrics; totals are complete.",
            (Query(f"sum({of_last_run('driftwatch_metrics_operations_omitted')})", instant=True),),
            "none", (4, 4), steps=((None, GREY), (1, AMBER)),
        ),
    ),
    collapsed=True,
)  # fmt: skip


def overview() -> Dashboard:
    """The whole page."""
    return Dashboard(
        "driftwatch-overview",
        "driftwatch: do the mocks tell the truth?",
        "Fidelity, drift and freshness of mocks, and how far to trust these numbers. Checked against Grafana's schema "
        "and a real Prometheus; not rendered in Grafana by the project's tests.",
        variables(),
        (TRUST, fidelity_and_share(), findings(), changes(), WHERE_ROW, freshness(), WHY, TESTS, INCIDENTS, ITSELF),
        (
            marks(
                "Audits",
                f"{last_audit()} > {last_audit('1m')}",
                "blue",
            ),
            marks("Rollouts", f"{last_rollout()} > ({last_rollout('1m')} > 0)", "purple"),
        ),
    )  # fmt: skip


def variables() -> tuple[Json, ...]:
    """Which Prometheus, and what of it."""
    metric = "driftwatch_mock_operations"
    return (
        datasource(),
        labels("job", "Job", metric),
        labels("namespace", "Namespace", metric, everything=".*"),
        labels("provider", "Provider", metric),
    )
