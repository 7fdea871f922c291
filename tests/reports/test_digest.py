"""What the reports share is counted once and right."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from driftwatch.model.finding import Severity
from driftwatch.model.summary import Result, Verdict
from driftwatch.reports.digest import count, distinct, gaps, in_utc, unreadable_files, worst_drift
from tests.reports.samples import (
    a_finding,
    an_interaction,
    drift_in_two_providers,
    drifted,
    everything_fine,
    verified,
)


def test_mocks_of_one_claim_share_their_findings() -> None:
    """A finding that two alternatives carry is one finding."""
    stub = an_interaction()
    finding = a_finding(stub)
    assert distinct([drifted(stub, finding), drifted(an_interaction("other"), finding)]) == (finding,)


def test_every_interaction_without_an_answer_is_a_gap() -> None:
    """Gaps and answers together are all interactions."""
    summary = drift_in_two_providers()
    missed = [gap.verdict for gap in gaps(summary)]
    assert len(missed) == sum(number for verdict, number in summary.verdicts.items() if not verdict.is_answer)
    assert set(missed) == {verdict for verdict in Verdict if not verdict.is_answer}


def test_stubs_of_one_file_are_one_unreadable_file() -> None:
    """Unreadable files are counted by file."""
    assert [*unreadable_files(drift_in_two_providers())] == ["mappings/broken.json", "mappings/many.json"]
    assert unreadable_files(everything_fine()) == {}


@pytest.mark.parametrize(
    ("kinds", "worst"),
    [
        ([("field-added", Severity.INFO), ("field-missing", Severity.BREAKING)], Severity.BREAKING),
        ([("field-added", Severity.INFO), ("field-optional", Severity.WARNING)], Severity.WARNING),
        ([("service-unavailable", Severity.WARNING), ("field-added", Severity.INFO)], Severity.INFO),
        ([("mock-shadowed", Severity.WARNING), ("field-added", Severity.INFO)], Severity.INFO),
    ],
)
def test_the_worst_finding_about_the_mock_counts(kinds: list[tuple[str, Severity]], worst: Severity) -> None:
    """Severity decides, not the alphabet; kinds that describe the audit are left out."""
    stub = an_interaction()
    assert worst_drift(drifted(stub, *(a_finding(stub, kind, severity) for kind, severity in kinds))) is worst


def test_a_drifted_mock_is_never_fine() -> None:
    """A verdict without a finding still counts against the mock, and an outage does not."""
    stub = an_interaction()
    down = Result(stub, Verdict.UNREACHABLE, findings=(a_finding(stub, "service-unavailable", Severity.WARNING),))
    assert worst_drift(drifted(stub)) is Severity.WARNING
    assert worst_drift(down) is None
    assert worst_drift(verified(stub)) is None


@pytest.mark.parametrize(
    ("moment", "utc"),
    [
        (datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 12, tzinfo=UTC)),  # noqa: DTZ001 - that is the case
    ],
)
def test_moments_are_told_in_utc(moment: datetime, utc: datetime) -> None:
    """A zone is converted; a missing one is UTC, whatever the machine's is."""
    assert in_utc(moment).isoformat() == utc.isoformat()


def test_a_moment_that_utc_cannot_hold_keeps_its_zone() -> None:
    """A mock dated in the first hours of year 1 breaks no report."""
    moment = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    assert in_utc(moment) == moment


@pytest.mark.parametrize(
    ("number", "noun", "text"), [(1, "mock", "1 mock"), (0, "mock", "0 mocks"), (2, "entry", "2 entries")]
)
def test_nouns_follow_their_number(number: int, noun: str, text: str) -> None:
    """One thing is singular, none and many are plural."""
    assert count(number, noun) == text
