"""Every metric that rules and dashboards may name: those of the code's catalogues, and those of other exporters."""

from collections.abc import Mapping
from typing import Final

import yaml

from driftwatch.model.finding import Category, Severity
from driftwatch.model.incident import Cause, Seen
from driftwatch.model.probe import HeldBack
from driftwatch.model.reliance import Trust
from driftwatch.model.summary import Verdict
from driftwatch.model.vitals import Fault, Missed
from driftwatch.reports.measures import AGES, STATES
from driftwatch.reports.metrics import METRICS
from driftwatch.reports.own import LATENCY, OWN
from tests.conftest import ROOT

PROMETHEUS: Final = ROOT / "deploy/prometheus"
RULES: Final = PROMETHEUS / "driftwatch.rules.yaml"
ALERTS: Final = PROMETHEUS / "driftwatch.alerts.yaml"

AUDITS: Final[Mapping[str, tuple[str, ...]]] = {metric.name: metric.labels for metric in METRICS}
"""What every way of running an audit tells."""
DAEMON: Final[Mapping[str, tuple[str, ...]]] = {
    **{metric.name: metric.labels for metric in OWN},
    f"{LATENCY}_bucket": ("provider", "le"),
    f"{LATENCY}_count": ("provider",),
    f"{LATENCY}_sum": ("provider",),
    "process_resident_memory_bytes": (),
    "process_start_time_seconds": (),
}
"""What only a process tells that runs on; the last two by prometheus_client's process collector."""
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "kube_cronjob_next_schedule_time": ("namespace", "cronjob"),
    "kube_cronjob_spec_suspend": ("namespace", "cronjob"),
    "kube_cronjob_status_last_schedule_time": ("namespace", "cronjob"),
    "kube_cronjob_status_last_successful_time": ("namespace", "cronjob"),
    "node_textfile_mtime_seconds": ("file",),
    "push_failure_time_seconds": (),
    "push_time_seconds": (),
    "up": (),
}
"""kube-state-metrics 2 (docs/metrics/workload/cronjob-metrics.md), node_exporter 1, Pushgateway 1 and Prometheus."""

TARGET: Final = frozenset({"job", "instance", "namespace", "shard"})
"""Labels that Prometheus or its operator puts on every series, and that of a group of the Pushgateway."""

VALUES: Final[Mapping[str, frozenset[str]]] = {
    "impact": frozenset(severity.value for severity in Severity),
    "status": frozenset(verdict.value for verdict in Verdict),
    "category": frozenset(category.value for category in Category),
    "state": frozenset(STATES),
    "age": frozenset({*(age for age, _ in AGES), "oldest", "median"}),
    "cause": frozenset(cause.value for cause in Cause),
    "seen": frozenset(seen.value for seen in Seen),
    "trust": frozenset(trust.value for trust in Trust),
    "lead": frozenset({"longest", "median", "shortest"}),
    "reason": frozenset(
        {
            *(fault.value for fault in Fault),
            *(missed.value for missed in Missed),
            *(held.value for held in HeldBack),
        }
    ),
}
"""Labels whose values are a closed list."""


_LEVELS: Final = frozenset({"provider", "impact", "status"})
"""Labels that the name of a recorded series begins with (prometheus.io/docs/practices/rules)."""


def recorded() -> Mapping[str, tuple[str, ...]]:
    """The series that our recording rules make, with their labels."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    names = [rule["record"] for group in groups for rule in group["rules"]]
    levels = {name: name.partition(":")[0].split("_") for name in names}
    return {name: tuple(label for label in level if label in _LEVELS) for name, level in levels.items()}


def everything() -> Mapping[str, tuple[str, ...]]:
    """All of them."""
    return {**AUDITS, **DAEMON, **OTHERS, **recorded()}
