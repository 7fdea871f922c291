"""The dashboard of a CronJob: the same truth, and what Kubernetes and the gateway know of the runs."""

from typing import Final

from deploy.grafana.overview import variables
from deploy.grafana.panels import AMBER, GREEN, GREY, RED, Dashboard, Panel, Query, Row
from deploy.grafana.replicas import LAST_RUN, of_last_run
from deploy.grafana.truth import WHERE_ROW, changes, compared, fidelity_and_share, findings, freshness

CRONJOB: Final = '{cronjob=~"driftwatch.*",namespace=~"$namespace"}'

TRUST: Final = Row(
    "Can I trust this?",
    (
        Panel(
            "stat", "Age of the results",
            "Time since the last audit ended. The gateway and the textfile keep old results as if they were new.",
            (Query(f"time() - min({LAST_RUN})", instant=True),),
            "s", (4, 4), steps=((None, GREEN), (86400, AMBER), (26 * 3600, RED)),
        ),
        Panel(
            "stat", "Last push",
            "Time since the Pushgateway accepted results; red where it refused some since.",
            (Query('time() - min(push_time_seconds{job=~"$job"})', instant=True),),
            "s", (4, 4), no_value="nothing is pushed",
        ),
        Panel(
            "stat", "Pushes refused",
            "Groups whose last push was refused.",
            (
                Query(
                    'sum(push_failure_time_seconds{job=~"$job"} > bool push_time_seconds{job=~"$job"})', instant=True
                ),
            ),
            "none", (4, 4), steps=((None, GREEN), (1, RED)), no_value="nothing is pushed",
        ),
        Panel(
            "stat", "Really compared",
            "Share of the mocked interactions that the last audit compared with the real services.",
            (
                Query(compared(), instant=True),
            ),
            "percentunit", (4, 4), steps=((None, RED), (0.5, AMBER), (0.75, GREEN)), bounds=(0, 1),
        ),
        Panel(
            "stat", "Canary",
            "Whether the audit found the mock that is planted as false in every run. If not, nothing here is proof.",
            (Query(f"min({of_last_run('driftwatch_canary_caught')})", instant=True),),
            "none", (4, 4), mappings=(("1", "caught", GREEN), ("0", "missed", RED)),
        ),
        Panel(
            "stat", "Duration of the last audit",
            "Longer than the period means that runs are skipped (concurrencyPolicy: Forbid).",
            (
                Query(f"max({of_last_run('driftwatch_audit_last_run_duration_seconds')})", instant=True),
            ),
            "s", (4, 4),
        ),
    ),
)  # fmt: skip

KUBERNETES: Final = Row(
    "The CronJob",
    (
        Panel(
            "bargauge", "Time since a run succeeded",
            "As kube-state-metrics knows it. A CronJob that never succeeded has no bar.",
            (
                Query(
                    f"time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{CRONJOB})",
                    "{{namespace}}/{{cronjob}}", instant=True,
                ),
            ),
            "s", (8, 6), no_value="never",
        ),
        Panel(
            "bargauge", "Next run in",
            "Below 0 the run is late. A suspended CronJob has no next run.",
            (
                Query(
                    f"max by (namespace, cronjob) (kube_cronjob_next_schedule_time{CRONJOB}) - time()",
                    "{{namespace}}/{{cronjob}}", instant=True,
                ),
            ),
            "s", (8, 6), steps=((None, RED), (0, GREEN)), bounds=(None, None), no_value="none scheduled",
        ),
        Panel(
            "stat", "Suspended",
            "CronJobs that somebody has put to sleep: nothing is audited, and no alert tells of it.",
            (Query(f"sum(kube_cronjob_spec_suspend{CRONJOB})", instant=True),),
            "none", (4, 6), steps=((None, GREY), (1, AMBER)),
        ),
        Panel(
            "stat", "Age of the textfile",
            "Where node_exporter reads the results from a file: time since it was written.",
            (Query('time() - min(node_textfile_mtime_seconds{file=~".*driftwatch.*[.]prom"})', instant=True),),
            "s", (4, 6), steps=((None, GREEN), (26 * 3600, RED)), no_value="no textfile",
        ),
    ),
)  # fmt: skip


def batch() -> Dashboard:
    """The whole page."""
    return Dashboard(
        "driftwatch-batch",
        "driftwatch as a CronJob: do the mocks tell the truth?",
        "Results of scheduled audits that were pushed or written to a textfile. Checked against Grafana's schema and a "
        "real Prometheus; not rendered in Grafana by the project's tests.",
        variables(),
        (TRUST, fidelity_and_share(), findings(), changes(), WHERE_ROW, freshness(), KUBERNETES),
    )
