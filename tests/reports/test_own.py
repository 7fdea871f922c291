"""What the process says of itself: everything that can be zero is there from the start."""

import re
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from prometheus_client.openmetrics import parser
from prometheus_client.parser import text_string_to_metric_families

from driftwatch.model.latest import Latest
from driftwatch.model.probe import HeldBack
from driftwatch.model.vitals import Channel, Exemplar, Fault, Missed, Role, Traffic, Vitals, Watch
from driftwatch.reports.exposition import expose, families, own_families
from driftwatch.reports.measures import View
from driftwatch.reports.metrics import METRICS
from driftwatch.reports.own import LATENCY, OWN
from tests.programs import program
from tests.reports.samples import drift_in_two_providers

read_open: Any = parser.text_string_to_metric_families
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
EXAMPLE = Exemplar("0123456789ab", 0.07, NOW)
BUSY = Vitals(
    version="0.1.0",
    providers={
        "payments": Watch(
            interval=3600, next_run=NOW, is_running=True, runs=3, faults={Fault.CONFIG: 1},
            missed={Missed.OVERLAP: 2}, held_back={HeldBack.QUOTA: 4}, daily_left=17,
            traffic=Traffic(
                {"200": 5}, {"timeout": 1}, (1, 3, 0, 0, 0, 0, 0, 0, 0, 1), 12.5, (None, EXAMPLE, *[None] * 8)
            ),
        ),
        "idle\ud800": Watch(),
    },
    config_loaded_at=NOW, heartbeat=NOW, log_messages={"warning": 1, "error": 0}, channels={"chat": Channel(3, 1)},
)  # fmt: skip


def _series(vitals: Vitals) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = expose(own_families(vitals)).decode()
    found = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    series = {(sample.name, frozenset(sample.labels.items())): sample.value for sample in found}
    assert len(series) == len(found)
    return series


def _value(name: str, **labels: str) -> float | None:
    return _series(BUSY).get((f"driftwatch_{name}", frozenset(labels.items())))


def test_the_catalogue_keeps_the_rules_of_names() -> None:
    """Alphabetical, sentences as help, counters and only they end in _total, no name stands in both catalogues."""
    names = [metric.name for metric in OWN]
    assert names == sorted(set(names))
    assert not {*names, LATENCY} & {metric.name for metric in METRICS}
    for metric in OWN:
        assert re.fullmatch(r"driftwatch_[a-z_]+", metric.name)
        assert re.fullmatch(r"[A-Z].*[^.]\.", metric.help)
        assert metric.name.endswith("_total") == (metric.type == "counter")
        assert set(metric.labels) <= {"provider", "code", "reason", "channel", "level"}


def test_all_reasons_start_at_zero() -> None:
    """For a provider that was never audited as well."""
    for fault in Fault:
        assert _value("audit_run_failures_total", provider="idle\\ud800", reason=fault.value) == 0
    for missed in Missed:
        assert _value("audit_skipped_total", provider="idle\\ud800", reason=missed.value) == 0
    for held in HeldBack:
        assert _value("provider_probes_held_back_total", provider="idle\\ud800", reason=held.value) == 0
    assert _value("provider_probes_held_back_total", provider="payments", reason="quota") == 4
    assert _value("provider_daily_budget_left", provider="payments") == 17
    assert _value("provider_daily_budget_left", provider="idle\\ud800") is None
    assert _value("audit_run_failures_total", provider="payments", reason="config") == 1
    assert _value("audit_next_run_timestamp_seconds", provider="idle\\ud800") == 0
    assert _value("log_messages_total", level="error") == 0
    assert _value("notification_failures_total", channel="chat") == 1
    assert _value("state_last_write_timestamp_seconds") == 0


@pytest.mark.parametrize(
    ("role", "leader", "interval"),
    [(Role.ALONE, 1, 3600), (Role.LEADER, 1, 3600), (Role.FOLLOWER, 0, 3600), (Role.ONLOOKER, None, None)],
)
def test_a_process_claims_no_more_than_it_does(role: Role, leader: float | None, interval: float | None) -> None:
    """Whoever stands by tells what is to be expected; one that will never audit has neither part nor schedule."""
    found = _series(replace(BUSY, role=role, role_changes=3))
    assert found.get(("driftwatch_leader", frozenset())) == leader
    labels = frozenset({("provider", "payments")})
    assert found.get(("driftwatch_audit_interval_seconds", labels)) == interval
    assert found["driftwatch_leader_changes_total", frozenset()] == 3


def test_when_the_store_was_read_is_told_where_there_is_one() -> None:
    """From the first moment on: 0 is never."""
    name = ("driftwatch_state_last_read_timestamp_seconds", frozenset[tuple[str, str]]())
    assert name not in _series(BUSY)
    assert _series(replace(BUSY, has_store=True))[name] == 0
    assert _series(replace(BUSY, has_store=True, read_at=NOW))[name] == NOW.timestamp()


def test_durations_are_cumulated() -> None:
    """Each bucket holds those below it, the last one all, and the count is the same."""
    assert _value("provider_request_duration_seconds_bucket", provider="payments", le="0.05") == 1
    assert _value("provider_request_duration_seconds_bucket", provider="payments", le="30.0") == 4
    assert _value("provider_request_duration_seconds_bucket", provider="payments", le="+Inf") == 5
    assert _value("provider_request_duration_seconds_count", provider="payments") == 5
    assert _value("provider_request_duration_seconds_sum", provider="payments") == 12.5


def test_exemplars_stand_in_openmetrics_alone() -> None:
    """With the run that made the request; both formats end as they must."""
    text, opened = expose(own_families(BUSY)), expose(own_families(BUSY), open_metrics=True)
    assert b"0123456789ab" not in text
    assert opened.endswith(b"# EOF\n")
    (family,) = [one for one in read_open(opened.decode()) if one.name == LATENCY]
    (exemplar,) = [sample.exemplar for sample in family.samples if sample.exemplar]
    assert (exemplar.labels, exemplar.value) == ({"run_id": "0123456789ab"}, 0.07)
    assert float(exemplar.timestamp) == NOW.timestamp()


def test_promtool_has_nothing_to_say() -> None:
    """Of all that the endpoint shows of ours, together."""
    promtool = program("promtool", "prometheus")
    view = View(Latest.of(drift_in_two_providers()), ("payments", "users"))
    text = expose((*families(METRICS, view), *own_families(replace(BUSY))))
    check = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")
