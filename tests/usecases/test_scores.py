"""The pair of numbers of a whole audit: absent where nothing was verified, and all that is told of it adds up."""

from datetime import date

import pytest
from msgspec.structs import replace

from driftwatch.drift.score import CAPS
from driftwatch.model.finding import Severity
from driftwatch.model.probe import Failure, Observation
from driftwatch.model.score import Score
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Fate, Suppression
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit
from tests.fakes import ListedMocks, NotedProgress, ScriptedProber, SetClock
from tests.usecases.making import DRIFTED, RUN, TRUE, Desk, mock, only, refused, sample, service

NOWHERE = Observation(failure=Failure.TIMEOUT)


def _answers() -> ScriptedProber:
    return ScriptedProber(
        service(true=TRUE, drifted=DRIFTED, down=NOWHERE, off=refused("circuit open"), closed=sample("{}", 403))
    )


def test_a_number_only_where_something_was_compared() -> None:
    """Verified and drifted mocks have a score; whatever else became of one, it has none and no share."""
    mocks = [mock(f"/{name}") for name in ("true", "drifted", "down", "off", "closed")]
    summary = Desk(_answers()).audit(it=[*mocks, mock("/posted", method="POST")])
    for result in summary.results:
        assert (result.score is not None) == result.verdict.is_answer
        assert (result.verified_share > 0) == result.verdict.is_answer
    (provider,) = summary.providers
    assert provider.verified_share == pytest.approx(2 / 6)
    assert provider.fidelity == (100 + CAPS[Severity.BREAKING]) / 2


@pytest.mark.parametrize("path", ["/down", "/off", "/closed"])
def test_nothing_compared_is_no_number(path: str) -> None:
    """Neither the mock nor its provider is at 100 because nobody could look."""
    summary = Desk(_answers()).audit(it=[mock(path)])
    assert only(summary).score is None
    assert (summary.providers[0].fidelity, summary.providers[0].verified_share) == (None, 0.0)


def test_losses_name_findings_that_are_told() -> None:
    """Where many findings became one of the service, scores speak of that one."""
    prober = ScriptedProber(
        lambda probe: service()(probe) if "canary" in probe.provider else Observation(401, credentials_sent=False)
    )
    summary = Desk(prober).audit(it=[mock(f"/{number}") for number in range(4)])
    told = {finding.fingerprint for finding in summary.findings}
    named = [
        loss.finding
        for result in summary.results
        if result.score
        for one in result.score.aspects
        for loss in one.losses
    ]
    assert len(named) == 4
    assert set(named) <= told
    caps = [result.score.cap for result in summary.results if result.score is not None]
    assert [name for cap in caps if cap is not None for name in cap.findings if name not in told] == []


def test_open_findings_rank() -> None:
    """Each mock's own, and the provider's of all of them, where what two mocks share counts once."""
    twins = [mock("/drifted", mock_id=name) for name in ("a", "b")]
    summary = Desk(_answers()).audit(it=[*twins, mock("/true")])
    assert [result.drift_score for result in summary.results] == [9.0, 9.0, 0.0]
    assert summary.providers[0].drift_score == 9.0


def _suppressed(summary_of: Desk, wish: Suppression, *, is_whole: bool = True) -> Summary:
    provider = Provider("it", "http://it", ListedMocks((mock("/drifted"),)), summary_of.policy)
    run = replace(RUN, suppressions=(wish,), is_whole=is_whole)
    return audit([provider], summary_of.prober, SetClock(), run, NotedProgress())


def test_a_suppressed_finding_asks_nothing_and_changes_no_truth() -> None:
    """The verdict and the fidelity are as without the suppression; urgency and counts are not."""
    wish = Suppression("team", "known", date(2026, 5, 1), kind="type-changed")
    summary = _suppressed(Desk(_answers()), wish)
    result = only(summary)
    assert (result.verdict, result.drift_score) == (Verdict.DRIFTED, 0.0)
    assert result.score is not None
    assert result.score.fidelity == CAPS[Severity.BREAKING]
    assert summary.severities[Severity.BREAKING] == 0
    assert [finding.state for finding in summary.findings] == ["suppressed"]
    assert summary.suppressions[0].findings == (summary.findings[0].fingerprint,)


def test_an_audit_of_some_providers_finds_nothing_useless() -> None:
    """A suppression that met nothing may be about a provider that was left out."""
    wish = Suppression("team", "known", date(2026, 5, 1), fingerprint="0" * 16)
    assert _suppressed(Desk(_answers()), wish).suppressions[0].fate is Fate.UNUSED
    assert _suppressed(Desk(_answers()), wish, is_whole=False).suppressions[0].fate is Fate.UNDECIDED


@pytest.mark.parametrize(
    ("calls", "fidelity"),
    [((None, None), 75.0), ((3, 1), 87.5), ((0, 5), 50.0), ((0, 0), 75.0), ((9, None), 75.0)],
    ids=str,
)
def test_mocks_count_as_often_as_they_are_called(calls: tuple[int | None, int | None], fidelity: float) -> None:
    """By calls where all are known and there are any, else all the same; what has no score has no weight."""
    scores = (Score(100.0), Score(50.0))
    results = [
        Result(mock(f"/{score.fidelity}"), Verdict.DRIFTED, score=score, calls=number)
        for score, number in zip(scores, calls, strict=True)
    ]
    lost = Result(mock("/down"), Verdict.UNREACHABLE, calls=1000)
    assert ProviderSummary("it", "http://it", (*results, lost)).fidelity == fidelity
    assert ProviderSummary("it", "http://it", (lost, *reversed(results))).fidelity == fidelity
