"""The exposition is what Prometheus reads, promises nothing it does not know, and stays in bounds."""

import dataclasses
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from driftwatch.model.finding import Category, Severity
from driftwatch.model.latest import Latest
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.reports.exposition import expose, families
from driftwatch.reports.measures import OPERATIONS_LIMIT, STATES, View
from driftwatch.reports.metrics import METRICS, render
from tests.programs import program
from tests.reports.samples import (
    CAUGHT,
    STARTED,
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
from tests.reports.samples import SUMMARIES as SAMPLES
from tests.reports.strategies import SUMMARIES

_Series = dict[tuple[str, frozenset[tuple[str, str]]], float]

_TAKEN_BY_TARGETS = {"endpoint", "service", "namespace", "pod", "container", "job", "instance", "node"}
"""Label names that the Prometheus operator attaches to every target."""
_CLASHING = {"severity", "type", "env", "environment", "stage", "region", "zone", "cluster", "owner"}


def _series(known: Summary | View) -> _Series:
    found: _Series = {}
    text = render(known) if isinstance(known, Summary) else expose(families(METRICS, known)).decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, "the same series twice"
            found[key] = sample.value
    return found


def _value(known: Summary | View, name: str, **labels: str) -> float | None:
    return _series(known).get((f"driftwatch_{name}", frozenset(labels.items())))


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
    promtool = program("promtool", "prometheus")
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
        assert not set(metric.labels) & _TAKEN_BY_TARGETS
        assert not set(metric.labels) & _CLASHING or metric.name.endswith("_info")
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
    assert _value(summary, "findings", impact="warning", category="schema", kind="field-optional") == 1
    operation = "GET /v1/charges/{id}"
    assert _value(summary, "operation_findings", provider="payments", operation=operation, impact="info") == 1


def test_trouble_of_the_audit_is_no_finding_about_a_mock() -> None:
    """An outage counts by kind, and never as drift."""
    stub = an_interaction()
    down = a_finding(stub, "service-unavailable", Severity.WARNING)
    summary = a_summary(a_provider(Result(stub, Verdict.UNREACHABLE, "down", (down,))))
    assert _value(summary, "findings", impact="warning", category="schema", kind="service-unavailable") == 1
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
    stubs = [dataclasses.replace(an_interaction(f"m-{d}"), recorded_at=datetime(1970, 1, d, tzinfo=UTC)) for d in days]
    summary = a_summary(a_provider(*map(verified, stubs), verified(an_interaction())))
    assert _value(summary, "mock_recorded_timestamp_seconds", provider="payments", age="oldest") == 0
    assert _value(summary, "mock_recorded_timestamp_seconds", provider="payments", age="median") == 86400
    assert _value(everything_fine(), "mock_recorded_timestamp_seconds", provider="payments", age="oldest") is None


def test_operations_are_capped_and_the_worst_kept() -> None:
    """Beyond the limit operations are counted, not shown, and the limit never hides what hurts most."""
    fine = [verified(an_interaction(f"m-{n}", f"GET /{n}")) for n in range(4)]
    bad = an_interaction("bad", "GET /z")
    summary = a_summary(a_provider(*fine, drifted(bad, a_finding(bad))))
    view = View(Latest.of(summary), operations_limit=2)
    shown = {dict(labels)["operation"] for name, labels in _series(view) if name == "driftwatch_operation_findings"}
    assert shown == {"GET /0", "GET /z"}
    assert _value(view, "metrics_operations_omitted") == 3
    assert _value(view, "mock_operations", provider="payments", status="verified") == 4
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


def _at(hour: int, *providers: ProviderSummary, canary: Canary = CAUGHT) -> Summary:
    return replace(a_summary(*providers, canary=canary), started_at=STARTED + timedelta(hours=hour))


def _down(name: str) -> ProviderSummary:
    return a_provider(Result(an_interaction(), Verdict.UNREACHABLE, "down"), name=name)


def test_each_provider_is_told_of_by_its_own_latest_run() -> None:
    """Providers audited at different times stand side by side, each with its own times."""
    users = a_provider(verified(an_interaction(provider="users")), name="users")
    payments = a_provider(verified(an_interaction()))
    latest = Latest().after(_at(0, payments)).after(_at(1, users)).after(_at(2, _down("payments")))
    view, first = View(latest), STARTED.timestamp() + 4.25
    assert _value(view, "mock_operations", provider="payments", status="unreachable") == 1
    assert _value(view, "mock_operations", provider="users", status="verified") == 1
    assert _value(view, "mock_last_audit_timestamp_seconds", provider="payments") == first + 7200
    assert _value(view, "mock_last_success_timestamp_seconds", provider="payments") == first
    assert _value(view, "mock_last_success_timestamp_seconds", provider="users") == first + 3600
    assert _value(view, "audit_last_run_timestamp_seconds") == first + 7200
    assert _value(view, "audit_last_success_timestamp_seconds") == first + 3600


def test_what_left_the_config_leaves_no_ghost() -> None:
    """Not a single series of a provider that is gone, whichever run it was in; what stays is as it was."""
    both = drift_in_two_providers()
    view = View(Latest.of(both).after(_at(1, _down("users"))).only({"payments"}), ("payments",))
    assert not any("users" in str(labels) for _, labels in _series(view))
    assert _value(view, "mock_findings", provider="payments", impact="breaking") == 1
    assert Latest.of(both).only(()).runs == ()


def test_what_never_happened_is_zero_where_somebody_runs_on() -> None:
    """A provider that waits for its first audit has its times from the start, so that an alert sees their age."""
    view = View(Latest(), ("payments",))
    for name in ("mock_last_audit_timestamp_seconds", "mock_last_success_timestamp_seconds"):
        assert _value(view, name, provider="payments") == 0
    assert _value(view, "audit_last_run_timestamp_seconds") == 0
    assert _value(view, "audit_last_success_timestamp_seconds") == 0
    assert _value(view, "mock_fidelity_ratio", provider="payments") is None


def test_one_missed_canary_is_seen_beside_others() -> None:
    """Of several runs that stand, the one that proves nothing decides."""
    good = _at(0, a_provider(verified(an_interaction())))
    bad = _at(1, a_provider(verified(an_interaction()), name="users"), canary=Canary(1, 0))
    assert _value(View(Latest.of(bad).after(good)), "canary_caught") == 0


def test_categories_start_at_zero() -> None:
    """Where nothing is found there is a zero for every impact and category; where something is, its kind."""
    for severity in Severity:
        for category in Category:
            labels = {"impact": severity.value, "category": category.value, "kind": ""}
            assert _value(everything_fine(), "findings", **labels) == 0
    assert _value(drift_in_two_providers(), "findings", impact="breaking", category="schema", kind="") is None


def _seen(days: int | None, severity: Severity = Severity.BREAKING, state: str = "open") -> Result:
    stub = an_interaction(f"m-{days}-{severity}", f"GET /{days}/{severity}")
    seen = None if days is None else STARTED - timedelta(days=days)
    return drifted(stub, replace(a_finding(stub, severity=severity), first_seen=seen, state=state))


def test_findings_are_told_by_age_and_since_when() -> None:
    """As of the end of the audit; the oldest alarm is when the drift began, and information is no alarm."""
    results = (_seen(0), _seen(6), _seen(29), _seen(31), _seen(400, Severity.INFO))
    summary = a_summary(a_provider(*results))
    for age, number in (("day", 1), ("week", 1), ("month", 1), ("older", 1)):
        assert _value(summary, "mock_findings_by_age", provider="payments", impact="breaking", age=age) == number
    oldest = (STARTED - timedelta(days=31)).timestamp()
    assert _value(summary, "mock_drifted_since_timestamp_seconds", provider="payments") == oldest
    assert _value(summary, "mock_oldest_finding_timestamp_seconds", provider="payments", impact="breaking") == oldest


def test_since_when_is_zero_without_drift_and_absent_without_memory() -> None:
    """No drift has no beginning; drift whose beginning nobody remembers is not told to have begun now."""
    since = "mock_drifted_since_timestamp_seconds"
    assert _value(everything_fine(), since, provider="payments") == 0
    assert _value(a_summary(a_provider(_seen(None))), since, provider="payments") is None
    unknown = a_summary(a_provider(_seen(None)))
    assert _value(unknown, "mock_findings_by_age", provider="payments", impact="breaking", age="day") is None


def test_findings_are_told_by_state() -> None:
    """The known states start at zero; suppressed ones are among them and in no other count of drift."""
    summary = a_summary(a_provider(_seen(1), _seen(2, state="suppressed"), _seen(3, state="suspect")))
    counts = {state: _value(summary, "mock_findings_by_state", provider="payments", state=state) for state in STATES}
    assert counts == {"acknowledged": 0, "flapping": 0, "open": 1, "suppressed": 1, "suspect": 1}
    assert _value(summary, "mock_findings", provider="payments", impact="breaking") == 2


def test_a_provider_is_introduced_by_one_series() -> None:
    """However many formats its mocks have, so that a join finds one; the owner stands there and nowhere else."""
    har = dataclasses.replace(an_interaction("h", "GET /h"), format="har")
    provider = replace(a_provider(verified(an_interaction()), verified(har)), owner="team-pay", revision="0a1b")
    labels = {"provider": "payments", "format": "har,wiremock", "owner": "team-pay", "revision": "0a1b"}
    assert _value(a_summary(provider), "mock_info", **labels) == 1
    assert [metric.name for metric in METRICS if "owner" in metric.labels] == ["driftwatch_mock_info"]


def test_the_delay_that_mocks_claim_is_in_seconds() -> None:
    """Beside the latency of the service; absent where no mock claims any."""
    told = a_provider(verified(an_interaction()))
    assert _value(a_summary(replace(told, mocked_delay_ms=250.0)), "mock_delay_seconds", provider="payments") == 0.25
    assert _value(a_summary(told), "mock_delay_seconds", provider="payments") is None
