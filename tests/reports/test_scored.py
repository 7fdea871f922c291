"""Reports read back: whatever stands in the file, the answer is a report or a sentence, and names lead to mocks."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.model.summary import Summary
from driftwatch.reports import explanation
from driftwatch.reports.catalog import Options, report
from driftwatch.reports.scored import Report, read_report
from tests.reports.samples import drift_in_two_providers, suppressed, three_hundred_findings
from tests.reports.strategies import SUMMARIES


def _again(summary: Summary) -> Report:
    return read_report(report("json").render(summary, Options()).encode())


@pytest.mark.parametrize(
    ("subject", "ids"),
    [
        ("charge", ["charge"]),
        ("mappings/charge.json:3", ["charge"]),
        ("charge.json:3", ["charge"]),
        ("mappings/charge.json", ["charge"]),
        ("mappings/refunds.json:20", ["refund-2"]),
        ("mappings/refunds.json:29", ["refund-2"]),  # a line of the stub that begins above it
        ("mappings/refunds.json:99999999", ["refund-5"]),
        ("mappings/refunds.json:9", []),  # above the first stub
        ("mappings/refunds.json", [f"refund-{number}" for number in range(1, 6)]),
        ("arge.json", []),
        ("mappings/charge.json:9999999999999", []),
        ("mappings/charge.json:\N{ARABIC-INDIC DIGIT THREE}", []),
        (":3", []),
        ("", []),
    ],
)
def test_a_mock_is_named_by_its_id_or_place(subject: str, ids: list[str]) -> None:
    """An id, a file, or a file and a line; a line in a stub means the stub."""
    assert [mock.mock_id for _, mock in _again(drift_in_two_providers()).mocks(subject)] == ids


def test_a_provider_is_named_by_its_name() -> None:
    """Exactly, since providers are few and their names short."""
    told = _again(drift_in_two_providers())
    assert told.provider("users") is not None
    assert told.provider("user") is None
    assert told.nearest("usres") == "users"
    assert told.nearest("mappings/charg.json:3") == "mappings/charge.json:3"
    assert told.nearest("\x00") is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b"{}", "missing required field `schema`"),
        (b"\xff", "invalid"),
        (b'{"schema": "driftwatch.report/2", "providers": [], "findings": []}', "by another name"),
        (b'{"schema": "driftwatch.report/1", "providers": [{"name": 7}], "findings": []}', "Expected `str`"),
        (b'{"schema": "x", "more": ' + b"[" * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_report_says_why(raw: bytes, why: str) -> None:
    """The place in the document and what was expected there, never what stands there."""
    with pytest.raises(ValueError, match=why):
        read_report(raw)


def test_an_older_report_is_read() -> None:
    """A report from before scores told of their parts says that it cannot, instead of making something up."""
    document = json.loads(report("json").render(suppressed(), Options()))
    for provider in document["providers"]:
        del provider["drift_score"]
        for mock in provider["interactions"]:
            for key in ("score", "verified_share", "drift_score", "calls"):
                del mock[key]
    told = read_report(json.dumps(document).encode())
    shown = explanation.of_mocks(told, told.mocks("charge"), colour=False, width=100)
    assert "49; the report is too old to tell how it came about" in shown


def test_a_newer_report_is_read() -> None:
    """What we do not know is passed over."""
    document = json.loads(report("json").render(suppressed(), Options()))
    document["news"] = {"deep": [1, {"x": None}]}
    assert read_report(json.dumps(document).encode()).providers


def test_a_long_list_is_cut_and_counted() -> None:
    """Of a hundred mocks the most urgent fifty are listed."""
    shown = explanation.of_report(_again(three_hundred_findings()), colour=False, width=100)
    assert shown.count("mappings/things.json:") == 50
    assert "and 50 more" in shown


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SUMMARIES)
def test_any_report_can_be_told(summary: Summary) -> None:
    """Whatever strangers wrote into their files, the page is printable lines."""
    told = _again(summary)
    everything = [(provider, mock) for provider in told.providers for mock in provider.interactions]
    pages = (
        explanation.of_report(told, colour=False, width=80),
        explanation.of_mocks(told, everything, colour=False, width=80),
    )
    for page in pages:
        assert all(line.isprintable() for line in page.split("\n"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=60), st.integers(0, 3000), st.integers(0, 40))
def test_any_bytes_are_a_report_or_a_sentence(patch: bytes, start: int, length: int) -> None:
    """A torn or patched document never ends in another exception, nor does what is told of it."""
    whole = report("json").render(suppressed(), Options()).encode()
    with contextlib.suppress(ValueError):
        told = read_report(whole[:start] + patch + whole[start + length :])
        explanation.of_report(told, colour=False, width=80)
