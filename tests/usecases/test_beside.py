"""What is told of a mock beside what came back: who answers in its place, and how long nobody verified it."""

from datetime import timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Expectation
from driftwatch.model.probe import Failure, Observation, Unreachable
from driftwatch.model.summary import Summary, Verdict
from tests.fakes import ScriptedProber, SetClock
from tests.usecases.making import DRIFTED, TRUE, Desk, mock, only, refused, sample, service, verdicts

OLD: Final = SetClock().moment - timedelta(days=91)
DOWN: Final = Observation(failure=Failure.CONNECT_REFUSED)


def _audit(*mocks: Any, **answers: Observation | Unreachable | tuple[Observation, ...]) -> Summary:
    return Desk(ScriptedProber(service(**answers))).audit(it=mocks)


def _kinds(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.kind for finding in findings)


UNVERIFIED: Final = {
    "down": (mock("/it", recorded_at=OLD), DOWN, Verdict.UNREACHABLE, ["mock-stale", "service-unavailable"]),
    "broken": (mock("/it", recorded_at=OLD), sample("{}", 500), Verdict.UNREACHABLE,
               ["mock-stale", "service-unavailable"]),
    "circuit open": (mock("/it", recorded_at=OLD), refused("open"), Verdict.UNREACHABLE, ["mock-stale"]),
    "refused": (mock("/it", recorded_at=OLD, path_template="/it", method="POST"), TRUE, Verdict.SKIPPED,
                ["mock-stale"]),
    "a script": (mock("/it", recorded_at=OLD, incomparable="a script"), TRUE, Verdict.UNVERIFIABLE, ["mock-stale"]),
    "young": (mock("/it", recorded_at=OLD + timedelta(days=2)), DOWN, Verdict.UNREACHABLE, ["service-unavailable"]),
    "of unknown age": (mock("/it"), DOWN, Verdict.UNREACHABLE, ["service-unavailable"]),
    "true": (mock("/it", recorded_at=OLD), TRUE, Verdict.VERIFIED, []),
    "false": (mock("/it", recorded_at=OLD), DRIFTED, Verdict.DRIFTED, ["type-changed"]),
    "fault injection": (mock("/it", recorded_at=OLD, variants=(Expectation(503),)), TRUE, Verdict.SKIPPED, []),
    "a proxy": (mock("/it", recorded_at=OLD, variants=(), incomparable="a proxy"), TRUE, Verdict.UNVERIFIABLE, []),
}  # fmt: skip


@pytest.mark.parametrize(("stub", "answer", "verdict", "kinds"), UNVERIFIED.values(), ids=UNVERIFIED)
def test_an_old_mock_is_stale_only_if_nobody_verified_it(
    stub: Any, answer: Observation | Unreachable, verdict: Verdict, kinds: list[str]
) -> None:
    """Age alone is no drift, and what claims nothing does not grow old."""
    result = only(_audit(stub, it=answer))
    assert (result.verdict, _kinds(result.findings)) == (verdict, kinds)


def test_a_shadowed_mock_is_told_with_its_place_and_stays_unverifiable() -> None:
    """Its verdict says that nothing was asked, its finding who answers; old age is then no matter."""
    hidden = mock("/it", name="vip", shadowed_by="catch-all", recorded_at=OLD)
    catch_all = mock("/all", mock_id="catch-all", name="all")
    result, other = _audit(hidden, catch_all, it=TRUE, all=TRUE).results
    (finding,) = result.findings
    assert (result.verdict, other.verdict) == (Verdict.UNVERIFIABLE, Verdict.VERIFIED)
    assert (finding.kind, finding.path, finding.origin) == ("mock-shadowed", "mock:vip", hidden.origin)
    assert finding.observed == "catch-all (mocks/all.json:1) answers it instead"
    assert "mocks/all.json:1" in result.reason


def test_a_mock_in_front_that_is_not_there_is_named_all_the_same() -> None:
    """Its id is what its tool knows of it."""
    (finding,) = only(_audit(mock("/it", shadowed_by="catch-all"), it=TRUE)).findings
    assert finding.observed == "catch-all answers it instead"


@pytest.mark.parametrize(("answer", "verdict"), [(TRUE, Verdict.VERIFIED), (DRIFTED, Verdict.DRIFTED)])
def test_of_two_alternatives_the_shadowed_one_alone_is_told(answer: Observation, verdict: Verdict) -> None:
    """What a claim's other mocks came to does not silence it, and it does not change what they came to."""
    seen = mock("/it", mock_id="seen")
    hidden = mock("/it", mock_id="hidden", shadowed_by="another", origin=replace(seen.origin, line=7))
    summary = _audit(seen, hidden, it=answer)
    assert verdicts(summary) == [("seen", verdict), ("hidden", verdict)]
    told = [[f.kind for f in result.findings if f.kind == "mock-shadowed"] for result in summary.results]
    assert told == [[], ["mock-shadowed"]]
    (first, second) = summary.results
    assert first.score == second.score


def test_the_newest_of_a_claims_dates_counts() -> None:
    """Alternatives of one claim were looked at together when one of them was recorded."""
    old, new = mock("/it", mock_id="a", recorded_at=OLD), mock("/it", mock_id="b", recorded_at=SetClock().moment)
    assert [_kinds(result.findings) for result in _audit(old, new, it=DOWN).results] == [["service-unavailable"]] * 2
