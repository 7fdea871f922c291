"""The exposition is what Prometheus reads, promises nothing it does not know, and stays in bounds."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from prometheus_client.parser import text_string_to_metric_families

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Result, Summary, Verdict
from driftwatch.reports import metrics
from driftwatch.reports.metrics import METRICS, OPERATIONS_LIMIT, render
from tests.reports.samples import SUMMARIES as SAMPLES
from tests.reports.samples import (
    a_finding,
    a_provider,
    a_summary,
    an_interaction,
    canary_missed,
    drift_in_two_providers,
    drifted,
    everything_fine,
    hostile_text,
    nothing_checked,
    verified,
)
from tests.reports.strategies import SUMMARIES

_Series = dict[tuple[str, frozenset[tuple[str, str]]], float]

_TAKEN_BY_TARGETS = {"endpoint", "service", "namespace", "pod", "container", "job", "instance", "node"}
"""Label names that the Prometheus operator attaches to every target."""
_CLASHING = {"severity", "type", "env", "environment", "stage", "region", "zone", "cluster", "owner"}


def _series(summary: Summary) -> _Series:
    found: _Series = {}
    for family in text_string_to_metric_families(render(summary)):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, "the same series twice"
            found[key] = sample.value
    return found


def _value(summary: Summary, name: str, **labels: str) -> float | None:
    return _series(summary).get((f"driftwatch_{name}", frozenset(labels.items())))


@settings(max_examples=60, deadline=None)
@given(SUMMARIES)
def test_any_summary_parses(summary: Summary) -> None:
    """Whatever the texts hold, every line parses, no series stands twice and every one is in the catalogue."""
    labels = {metric.name: set(metric.labels) for metric in METRICS}
    for name, pairs in _series(summary):
        assert {key for key, _ in pairs} == labels[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_promtool_has_nothing_to_say(name: str) -> None:
    """Prometheus' own linter is silent."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("NOT RUN: promtool is not installed")
    text = render(SAMPLES[name]())
    check = subprocess.run([promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")


def test_the_catalogue_keeps_the_rules_of_names() -> None:
    """Prefix, alphabetical order, sentences as help, no clashing label, no label in a name, gauges only."""
    names = [metric.name for metric in METRICS]
    assert names == sorted(set(names))
    for metric in METRICS:
        assert re.fullmatch(r"driftwatch_[a-z_]+", metric.name)
        assert re.fullmatch(r"[A-Z].*[^.]\.", metric.help)
        assert not set(metric.labels) & (_TAKEN_BY_TARGETS | _CLASHING)
        assert metric.type == "gauge"
        assert not metric.name.endswith(("_total", "_sum", "_count", "_bucket", "_created"))


def test_only_our_own_series_are_exposed() -> None:
    """No process, platform or _created series comes along."""
    assert {name for name, _ in _series(drift_in_two_providers())} <= {metric.name for metric in METRICS}


def test_what_can_be_zero_starts_at_zero() -> None:
    """Every verdict and every impact has its series, so that no alert meets a hole."""
    summary = everything_fine()
    for verdict in Verdict:
        expected = 2 if verdict is Verdict.VERIFIED else 0
        assert _value(summary, "mock_operations", provider="payments", status=verdict) == expected
    for severity in Severity:
        assert _value(summary, "mock_findings", provider="payments", impact=severity) == 0
        assert (
            _value(summary, "operation_findings", provider="payments", operation="GET /v1/refunds", impact=severity)
            == 0
        )


def test_findings_are_counted_by_impact_and_kind() -> None:
    """The same findings by provider, by operation and by kind."""
    summary = drift_in_two_providers()
    assert _value(summary, "mock_findings", provider="payments", impact="breaking") == 1
    assert _value(summary, "findings", impact="warning", kind="field-optional") == 1
    operation = "GET /v1/charges/{id}"
    assert _value(summary, "operation_findings", provider="payments", operation=operation, impact="info") == 1


def test_trouble_of_the_audit_is_no_finding_about_a_mock() -> None:
    """An outage counts by kind, and never as drift."""
    stub = an_interaction()
    down = a_finding(stub, "service-unavailable", Severity.WARNING)
    summary = a_summary(a_provider(Result(stub, Verdict.UNREACHABLE, "down", (down,))))
    assert _value(summary, "findings", impact="warning", kind="service-unavailable") == 1
    assert _value(summary, "mock_findings", provider="payments", impact="warning") == 0
    assert _value(
        summary, "operation_findings", provider="payments", operation="GET /v1/charges/{id}", impact="warning"
    ) == 0  # fmt: skip


def test_nothing_verified_has_no_fidelity() -> None:
    """The series is absent, never 0 and never 1; its share says 0."""
    assert _value(nothing_checked(), "mock_fidelity_ratio", provider="payments") is None
    assert _value(nothing_checked(), "mock_verified_ratio", provider="payments") == 0
    assert _value(everything_fine(), "mock_fidelity_ratio", provider="payments") == 1


@pytest.mark.parametrize(
    ("name", "is_success", "is_provider_success"),
    [
        ("everything-fine", True, True),
        ("canary-missed", False, False),
        ("nothing-checked", False, False),
        ("drift-in-two-providers", False, False),
    ],
)
def test_success_moves_only_after_a_whole_run(name: str, is_success: bool, is_provider_success: bool) -> None:
    """The last run always has its time; the last success only if nothing was left unchecked against our will."""
    summary = SAMPLES[name]()
    ended = 1777636804.25
    assert _value(summary, "audit_last_run_timestamp_seconds") == ended
    assert _value(summary, "mock_last_audit_timestamp_seconds", provider="payments") == ended
    assert _value(summary, "audit_last_success_timestamp_seconds") == (ended if is_success else None)
    provider = _value(summary, "mock_last_success_timestamp_seconds", provider="payments")
    assert provider == (ended if is_provider_success else None)


def test_what_policy_skips_does_not_spoil_success() -> None:
    """Skipping is a decision, not a failure."""
    skipped = Result(an_interaction("refund"), Verdict.SKIPPED, "policy")
    summary = a_summary(a_provider(verified(an_interaction()), skipped))
    assert _value(summary, "mock_last_success_timestamp_seconds", provider="payments") is not None
    assert _value(summary, "audit_last_success_timestamp_seconds") is not None


def test_the_canary_is_zero_or_one() -> None:
    """Caught is 1, missed is 0, and neither is ever absent."""
    assert _value(everything_fine(), "canary_caught") == 1
    assert _value(canary_missed(), "canary_caught") == 0


@pytest.mark.parametrize(
    ("verdicts", "up"),
    [
        ([Verdict.VERIFIED, Verdict.UNREACHABLE], 1),
        ([Verdict.DRIFTED], 1),
        ([Verdict.UNREACHABLE, Verdict.SKIPPED], 0),
        ([Verdict.UNAUTHORIZED], 0),
        ([Verdict.SKIPPED], None),
        ([], None),
    ],
)
def test_a_provider_is_up_if_it_gave_a_usable_answer(verdicts: list[Verdict], up: int | None) -> None:
    """Where nothing was asked, nothing is said."""
    results = (Result(an_interaction(f"m-{n}"), verdict) for n, verdict in enumerate(verdicts))
    assert _value(a_summary(a_provider(*results)), "provider_up", provider="payments") == up


def test_unreadable_files_fail_the_load() -> None:
    """One bad file is enough, and files are counted once."""
    assert _value(drift_in_two_providers(), "mock_unreadable_files") == 2
    assert _value(drift_in_two_providers(), "mock_load_success") == 0
    assert _value(everything_fine(), "mock_load_success") == 1


def test_recording_dates_are_oldest_and_median() -> None:
    """Of the dates that are known; without any the series is absent."""
    days = (1, 5, 2)
    stubs = [replace(an_interaction(f"m-{d}"), recorded_at=datetime(1970, 1, d, tzinfo=UTC)) for d in days]
    summary = a_summary(a_provider(*map(verified, stubs), verified(an_interaction())))
    assert _value(summary, "mock_recorded_timestamp_seconds", provider="payments", age="oldest") == 0
    assert _value(summary, "mock_recorded_timestamp_seconds", provider="payments", age="median") == 86400
    assert _value(everything_fine(), "mock_recorded_timestamp_seconds", provider="payments", age="oldest") is None


def test_operations_are_capped_and_the_worst_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit operations are counted, not shown, and the limit never hides what hurts most."""
    monkeypatch.setattr(metrics, "OPERATIONS_LIMIT", 2)
    fine = [verified(an_interaction(f"m-{n}", f"GET /{n}")) for n in range(4)]
    bad = an_interaction("bad", "GET /z")
    summary = a_summary(a_provider(*fine, drifted(bad, a_finding(bad))))
    shown = {dict(labels)["operation"] for name, labels in _series(summary) if name == "driftwatch_operation_findings"}
    assert shown == {"GET /0", "GET /z"}
    assert _value(summary, "metrics_operations_omitted") == 3
    assert _value(summary, "mock_operations", provider="payments", status="verified") == 4
    assert OPERATIONS_LIMIT == 1000


def test_long_operations_are_shortened() -> None:
    """A path of a thousand characters does not become a label of a thousand."""
    stub = an_interaction(target=f"GET /{'x' * 1000}")
    operations = [dict(labels).get("operation", "") for _, labels in _series(a_summary(a_provider(verified(stub))))]
    assert 100 < max(map(len, operations)) < 250


def test_hostile_labels_are_spelled_out() -> None:
    """One lone surrogate would cost the whole scrape; line breaks and controls do not get in either."""
    text = render(hostile_text())
    text.encode("utf-8")
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_provider_that_left_has_no_series() -> None:
    """Each rendering starts from nothing but its summary."""
    render(drift_in_two_providers())
    assert "users" not in render(everything_fine())
