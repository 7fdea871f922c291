"""The JSON documents say all they promise, validly, whatever the files say."""

import dataclasses
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from driftwatch.model.finding import Direction, Finding
from driftwatch.model.interaction import Expectation, Ignored, Matcher, MatcherKind, Unreadable
from driftwatch.model.inventory import Planned
from driftwatch.model.probe import Tier
from driftwatch.model.summary import Summary
from driftwatch.reports.json import compare_line, direction_id, mocks, render
from driftwatch.reports.schemas import interface_schema
from tests.reports.samples import SUMMARIES as SAMPLES
from tests.reports.samples import a_finding, an_interaction, drift_in_two_providers, everything_fine, hostile_text
from tests.reports.strategies import FINDINGS, IGNORED, PLANNED, SUMMARIES, TEXTS, UNREADABLE

_VALIDATORS = {
    name: Draft202012Validator(interface_schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for name in ("compare-1", "mocks-1", "report-1")
}


_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _valid(interface: str, text: str) -> Any:
    """The document, after it was found valid and safe to look at."""
    assert text.endswith("\n")
    assert not _STEERING.search(text)
    document = json.loads(text.encode("utf-8"))
    _VALIDATORS[interface].validate(document)
    return document


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_valid(name: str) -> None:
    """Every hand-made summary fits the shipped schema."""
    _valid("report-1", render(SAMPLES[name]()))


@settings(max_examples=60, deadline=None)
@given(SUMMARIES)
def test_any_summary_is_valid(summary: Summary) -> None:
    """No verdict, finding or text can make the report invalid, and its counts add up."""
    report = _valid("report-1", render(summary))
    totals = report["totals"]
    assert sum(totals["verdicts"].values()) == totals["interactions"]
    assert sum(totals["findings"].values()) + totals["suppressed"] == len(report["findings"])
    known = {finding["fingerprint"] for finding in report["findings"]}
    assert known == {print_ for p in report["providers"] for i in p["interactions"] for print_ in i["findings"]}


@settings(max_examples=50, deadline=None)
@given(PLANNED, UNREADABLE, IGNORED)
def test_any_reading_is_valid(planned: list[Planned], unreadable: list[Unreadable], ignored: list[Ignored]) -> None:
    """The list of mocks fits its schema and leaves nothing out."""
    document = _valid("mocks-1", mocks(planned, unreadable, ignored))
    lengths = (len(document["interactions"]), len(document["unreadable"]), len(document["ignored"]))
    assert lengths == (len(planned), len(unreadable), len(ignored))


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.lists(FINDINGS, max_size=3))
def test_any_comparison_is_one_valid_line(case: str, findings: list[Finding]) -> None:
    """JSON Lines: whatever the texts hold, a case is exactly one line."""
    line = compare_line(case, findings)
    assert line.count("\n") == 1
    assert len(_valid("compare-1", line)["findings"]) == len(findings)


def test_a_finding_has_every_field() -> None:
    """The record of drift semantics 1.8, and the origin that leads to file and line."""
    report = json.loads(render(drift_in_two_providers()))
    missing = next(f for f in report["findings"] if f["kind"] == "field-missing")
    assert missing == {
        "fingerprint": missing["fingerprint"],
        "kind": "field-missing", "category": "schema", "severity": "breaking", "path": "/email",
        "direction": "mock-only", "claim": "string (email)", "observed": "nothing",
        "prevalence": {"k": 0, "n": 3, "low": 0.0, "high": 0.6316},
        "explains": [
            {"kind": "field-added", "path": "/contact"}, {"kind": "format-changed", "path": "/contact/email"},
        ],
        "hint": "Take the member out of the mock, and see what its consumer does without it.",
        "default_severity": "breaking", "provider": "payments", "method": "GET",
        "path_template": "/v1/charges/{id}", "mock_id": "charge",
        "origin": {"file": "mappings/charge.json", "pointer": "", "line": 3},
        "detail": "", "observations": 3, "confidence": 0.9, "first_seen": "2026-03-14T00:00:00Z",
        "last_seen": None, "last_verified": None, "state": "open", "evidence": ["sample-1", "sample-2"],
        "agreement": {"stands": "service-moved", "third": {"file": "openapi.yaml", "pointer": "", "line": 12}},
        "production": "staging-ahead",
        "began_with": {
            "name": "shop/payments", "version": "1.42.0", "revision": "7.0b6f4a52", "at": "2026-03-13T22:30:00Z",
            "source": "kubernetes", "link": "https://ci.example.com/builds/421", "others": 2,
            "after": "2026-03-13T00:00:00Z", "before": "2026-03-14T00:00:00Z",
        },
        "rests_on": {
            "kind": "har", "file": "traffic/payments.har", "exchanges": 12, "newest": "2026-03-14T12:00:00Z",
            "oldest": "2026-03-02T12:00:00Z", "other_files": 1,
        },
        "read_by": None,
    }  # fmt: skip


def test_everything_not_looked_at_is_a_gap() -> None:
    """Interactions without an answer come with their verdict and reason, unreadable stubs with their line."""
    found = json.loads(render(drift_in_two_providers()))["gaps"]
    assert len(found) == 8 + 3
    assert found[0] == {
        "provider": "payments", "mock_id": "refund-1", "verdict": "skipped",
        "origin": {"file": "mappings/refunds.json", "pointer": "", "line": 10},
        "reason": "POST changes what it is sent to, and nobody consented",
    }  # fmt: skip
    assert found[-1] == {
        "file": "mappings/many.json", "format": "wiremock", "reason": "the stub has no request", "line": 60,
        "pointer": "/mappings/4",
    }  # fmt: skip


def test_a_mock_is_listed_with_what_an_audit_would_do() -> None:
    """One interaction with everything that product and schema promise of it."""
    stub = an_interaction()
    dynamic = Expectation(200, matchers=(Matcher("/id", MatcherKind.DYNAMIC),))
    stub = dataclasses.replace(
        stub, variants=(dynamic, Expectation(404)), recorded_at=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        request=replace(stub.request, query=(("q", "a b"),)),
    )  # fmt: skip
    document = json.loads(mocks([Planned(stub, Tier.SAFE, "skip", "the query needs a value")]))
    assert document["interactions"] == [
        {
            "mock_id": "charge", "format": "wiremock", "provider": "payments",
            "origin": {"file": "mappings/charge.json", "pointer": "", "line": 3},
            "request": {
                "method": "GET", "path": "/v1/charges/42", "path_template": "/v1/charges/{id}",
                "query": [{"name": "q", "value": "a b"}], "provenance": "exact",
            },
            "statuses": [200, 404], "recorded_at": "2025-01-02T03:04:05Z", "dynamic": ["/id"],
            "probe": {"tier": 1, "decision": "skip", "reason": "the query needs a value"},
        }
    ]  # fmt: skip


def test_lone_surrogates_are_replaced() -> None:
    """What no UTF-8 can hold becomes U+FFFD; a real pair stays the character it is."""
    line = compare_line("\ud800 \U0001f600", [])
    assert json.loads(line.encode("utf-8"))["id"] == "\ufffd \U0001f600"


def test_what_steers_a_terminal_is_escaped_and_comes_back() -> None:
    """Controls and bidirectional marks stand as JSON escapes, so looking is safe and parsing loses nothing."""
    text = render(hostile_text())
    assert not set(text) & set("\x1b\x07\x9b\r\x00\u202e\u2066\u200b\u2028")
    assert json.loads(text)["run"]["id"].startswith("\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202eevil")


@pytest.mark.parametrize(
    ("direction", "word"),
    [(Direction.MOCK_ONLY, "mock-only"), (Direction.REAL_ONLY, "real-only"), (Direction.CHANGED, "changed")],
)
def test_directions_have_stable_words(direction: Direction, word: str) -> None:
    """The interface does not change when the prose does."""
    assert direction_id(direction) == word


def test_nothing_verified_has_no_fidelity() -> None:
    """No number stands for "not looked": it is null, beside a share of zero."""
    provider = json.loads(render(SAMPLES["nothing-checked"]()))["providers"][0]
    assert (provider["fidelity"], provider["verified_share"]) == (None, 0.0)


@pytest.mark.parametrize("interface", ["report-1", "compare-1"])
def test_schemas_are_closed(interface: str) -> None:
    """An unknown key is an error, at the top and inside a finding."""
    text = render(drift_in_two_providers()) if interface == "report-1" else compare_line(
        "a", [a_finding(an_interaction())]
    )  # fmt: skip
    document = json.loads(text)
    assert not _VALIDATORS[interface].is_valid({**document, "surprise": 1})
    document["findings"][0]["surprise"] = 1
    assert not _VALIDATORS[interface].is_valid(document)


def test_incomplete_is_said() -> None:
    """A machine need not know our rules to see that a run is not whole."""
    assert json.loads(render(drift_in_two_providers()))["totals"]["is_incomplete"] is True
    assert json.loads(render(everything_fine()))["totals"]["is_incomplete"] is False
