"""Production beside staging: which side is alone is said, nothing else is disturbed, and production is spared."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from driftwatch.drift.aggregation import aggregate
from driftwatch.model.agreement import InProduction
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Interaction
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Failure, Observation, Probe, Purpose, Stage, Tier, Unreachable
from driftwatch.model.summary import ProductionSummary, Summary, Verdict
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.audit import audit
from driftwatch.usecases.production import Production
from tests.fakes import ListedMocks, ScriptedProber
from tests.usecases.making import RUN, Desk, mock, only, refused, sample, service

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "production.yaml").read_text(encoding="utf-8"))
GENTLE = ProbingPolicy(samples=2, spacing=0)
CONSENT = replace(GENTLE, tiers=frozenset({Tier.SAFE, Tier.DECLARED_SAFE}), declared_safe=("POST /search",))
OK = sample()

Live = Callable[[Probe], Observation | Unreachable]


def _answer(said: Any) -> Observation:
    whole = said if isinstance(said, dict) and "status" in said else {"status": 200, "body": said}
    return sample(json.dumps(whole["body"]), whole["status"])


def _audited(
    mocks: list[Interaction], staging: Live, live: Live | None, probing: ProbingPolicy = GENTLE
) -> tuple[Summary, list[Probe]]:
    """A whole audit, and the probes that production got."""
    canary = service()

    def answers(probe: Probe) -> Any:
        if probe.provider != "it":
            return canary(probe)
        if probe.stage is Stage.STAGING:
            return staging(probe)
        assert live is not None
        return live(probe)

    desk = Desk(ScriptedProber(answers), Policy(CONSENT))
    witness = None if live is None else Production("https://live.example", "", probing)
    provider = Provider("it", "http://it", ListedMocks(tuple(mocks)), desk.policy, witness)
    summary = audit([provider], desk.prober, desk.clock, RUN, desk.progress)
    assert desk.progress.done == desk.progress.total
    return summary, [probe for probe in desk.prober.sent if probe.stage is Stage.PRODUCTION]


def _case(case: dict[str, Any], *, is_beside: bool = True) -> Summary:
    live = (lambda _: _answer(case["production"])) if is_beside else None
    one = mock("/users/1", json.dumps(case["mock"]))
    return _audited([one], lambda _: _answer(case["staging"]), live)[0]


def _witness(summary: Summary) -> ProductionSummary:
    production = summary.providers[0].production
    assert production is not None
    return production


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_which_side_is_alone(case: dict[str, Any]) -> None:
    """Every finding says how mock, staging and production stand at its place, or nothing."""
    summary = _case(case)
    stands = {one.path: one.production and one.production.value for one in summary.findings}
    assert {path: stands.get(path, "no finding") for path in case["stands"]} == case["stands"]
    assert not {path for path, one in stands.items() if one == "production-apart"} - case["stands"].keys()
    assert only(summary).verdict.value == case.get("verdict", "drifted" if case["stands"] else "verified")
    assert sum(_witness(summary).silent.values()) == case.get("silent", 0)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_nothing_is_taken_away(case: dict[str, Any]) -> None:
    """What staging alone shows is found beside production too, and under the same fingerprints."""
    alone, beside = _case(case, is_beside=False).findings, _case(case).findings
    of_staging = [one for one in beside if one.production is not InProduction.PRODUCTION_APART]
    hints = {one.fingerprint: one.hint for one in alone}
    assert [replace(one, production=None, hint=hints[one.fingerprint]) for one in of_staging] == list(alone)


def _finding(stands: InProduction) -> Finding:
    found = {one.production: one for case in CASES for one in _case(case).findings}
    return found[stands]


@pytest.mark.parametrize(
    ("stands", "is_alone", "words"),
    [
        (InProduction.STAGING_AHEAD, True, "Leave the mock as it is"),
        (InProduction.PRODUCTION_APART, True, "Mock and staging agree"),
        (InProduction.MOCK_STALE, False, ""),
        (InProduction.ALL_DIFFER, False, ""),
    ],
)
def test_no_mock_is_put_right_toward_the_side_that_is_alone(stands: InProduction, is_alone: bool, words: str) -> None:
    """What to do is to settle that side first."""
    finding = _finding(stands)
    assert finding.is_toward_lone_side is is_alone
    assert finding.hint.startswith(words)


def test_only_safe_requests_reach_production() -> None:
    """What is declared safe for staging is not asked of production, and what must never be sent is not either."""
    search = mock("/search", method="POST")
    mocks = [search, mock("/secret"), mock("/users/1")]
    gentle = ProbingPolicy(samples=1, never=("GET /secret",))
    summary, asked = _audited(mocks, lambda _: OK, lambda _: OK, gentle)
    assert [(probe.request.path, probe.samples) for probe in asked] == [("/users/1", 1)]
    assert _witness(summary).asked == 3
    assert sum(_witness(summary).silent.values()) == 2
    assert any("never" in why for why in _witness(summary).silent)


def test_what_staging_parts_in_is_asked_first() -> None:
    """A budget is spent where production's word decides something."""
    mocks = [mock("/a"), mock("/b"), mock("/c")]
    drifted = sample('{"ok": "yes"}')
    _, asked = _audited(mocks, lambda probe: drifted if probe.request.path == "/c" else OK, lambda _: OK)
    assert [probe.request.path for probe in asked] == ["/c", "/a", "/b"]


def test_what_staging_did_not_answer_is_not_asked_of_production() -> None:
    """It is a gap already, and production is no substitute."""
    summary, asked = _audited([mock("/a")], lambda _: refused("circuit open"), lambda _: OK)
    assert asked == []
    assert _witness(summary) == ProductionSummary("https://live.example", 0, 0, {})


def test_without_production_nobody_asks() -> None:
    """The default is one target."""
    summary, asked = _audited([mock("/a")], lambda _: OK, None)
    assert asked == []
    assert summary.providers[0].production is None


def test_no_unknown_route_is_asked_of_production() -> None:
    """Production gets the mocks' own questions and nothing made up."""
    _, asked = _audited([mock("/a")], lambda _: OK, lambda _: OK)
    assert {probe.purpose for probe in asked} == {Purpose.CLAIM}


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        (lambda probe: Unreachable(probe, "the run's budget of 1 requests is spent", is_policy=True), "budget"),
        (lambda _: Observation(failure=Failure.TIMEOUT), ""),
        (lambda _: sample("<html>", 500), ""),
    ],
    ids=["budget", "timeout", "error"],
)
def test_a_silent_production_is_told(live: Live, reason: str) -> None:
    """Verified against staging stays verified; that production said nothing at all leaves the run incomplete."""
    summary, _ = _audited([mock("/a"), mock("/b")], lambda _: OK, live)
    assert {result.verdict for result in summary.results} == {Verdict.VERIFIED}
    assert (_witness(summary).asked, _witness(summary).answered) == (2, 0)
    assert sum(_witness(summary).silent.values()) == 2
    assert all(why and reason in why for why in _witness(summary).silent)
    assert summary.is_incomplete()


def test_requests_to_production_are_counted() -> None:
    """The report's number of requests is that of both targets."""
    alone, _ = _audited([mock("/a")], lambda _: OK, None)
    beside, _ = _audited([mock("/a")], lambda _: OK, lambda _: OK)
    assert beside.requests_sent == alone.requests_sent + 2


def test_the_whole_service_has_no_word_of_production() -> None:
    """A finding that stands for many says nothing of a production that may differ among them."""
    moved = sample("", 301)
    mocks = [mock(f"/{name}") for name in "abcd"]
    summary, _ = _audited(mocks, lambda _: moved, lambda _: OK)
    whole = [one for one in summary.findings if one.path == "service"]
    assert all(one.production is None for one in whole)
    assert aggregate(summary.providers[0].results) == summary.providers[0].results


def test_two_claims_of_one_question_are_both_told() -> None:
    """Production is asked once, and each mock that asks so hears the answer."""
    one, other = (
        mock("/a", '{"ok": 1}'),
        dataclasses.replace(mock("/a", '{"ok": 2}', name="other"), group="other", mock_id="o"),
    )
    summary, asked = _audited([one, other], lambda _: OK, lambda _: sample('{"ok": 3}'))
    assert len(asked) == 1
    assert {result.interaction.mock_id: [f.production for f in result.findings] for result in summary.results} == {
        "/a": [InProduction.STAGING_AHEAD], "o": [InProduction.STAGING_AHEAD],
    }  # fmt: skip
