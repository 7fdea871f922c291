"""What holds for every score, whatever was mocked, answered and found."""

from collections.abc import Sequence
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.difference import Comparison
from driftwatch.drift.judge import judge
from driftwatch.drift.score import drift_score, score
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Expectation
from driftwatch.model.policy import Consumer, Policy, Usage
from driftwatch.model.probe import Observation
from driftwatch.model.score import Score
from driftwatch.usecases.judgement import compare
from tests.drift.making import a_claim, delivery, promise
from tests.drift.strategies import RECORDS, SAMPLES, VARIANTS, Record, echo

LAW: Final = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

_PATHS: Final = st.sampled_from([
    "", "/anchor", "/label", "/alpha", "/alpha/bravo", "/alpha/*", "/*", "/*/anchor", "/bravo/*/carol", "status",
    "mock", "service", "headers", "header:etag", "header:content-type", "header:sunset", "latency",
])  # fmt: skip


def _finding(kind: str, path: str, severity: Severity, confidence: float, state: str) -> Finding:
    known = KINDS[kind]
    return Finding(
        kind, known.category, severity, severity, path, known.direction, "claimed", "seen", "mend",
        known.family or kind, confidence=confidence, state=state,
    )  # fmt: skip


FINDINGS: Final = st.builds(
    _finding, st.sampled_from(sorted(KINDS)), _PATHS, st.sampled_from(Severity),
    st.sampled_from([0.45, 0.5, 0.9, 0.99]), st.sampled_from(["open", "open", "suspect", "suppressed"]),
)  # fmt: skip
CONSUMERS: Final = st.dictionaries(_PATHS, st.sampled_from(Usage), max_size=4).map(lambda usage: Consumer(usage=usage))
CLAIMED: Final = st.lists(st.one_of(VARIANTS, RECORDS.map(promise)), min_size=1, max_size=3)
CAME: Final = st.lists(st.one_of(SAMPLES, RECORDS.map(delivery)), max_size=3)
ECHOED: Final = st.lists(st.integers(0, 2), max_size=2)


def _compared(variants: Sequence[Expectation], came: Sequence[Observation], echoed: Sequence[int]) -> Comparison:
    """Some of the samples are the mock's own answers, so that as a rule something is looked at."""
    own = [echo(variants[number % len(variants)]) for number in echoed]
    return compare(a_claim(*variants), (*came, *own), Context())


@LAW
@given(variants=CLAIMED, came=CAME, echoed=ECHOED, found=st.lists(FINDINGS, max_size=4), more=FINDINGS, who=CONSUMERS)
def test_one_more_finding_never_raises_a_score(
    variants: list[Expectation], came: list[Observation], echoed: list[int], found: list[Finding], more: Finding,
    who: Consumer,
) -> None:  # fmt: skip
    """Neither the number nor any aspect rises, and how much was verified is no matter of findings."""
    comparison = _compared(variants, came, echoed)
    before, after = score(comparison, found, who), score(comparison, [*found, more], who)
    assert (before is None) == (after is None)
    if before is None or after is None:
        return
    assert after.fidelity <= before.fidelity
    assert after.uncapped <= before.uncapped
    assert after.verified_share == before.verified_share
    assert before.shares.keys() == after.shares.keys()
    assert all(after.shares[name] <= share for name, share in before.shares.items())


@LAW
@given(variants=CLAIMED, came=CAME, echoed=ECHOED, found=st.lists(FINDINGS, max_size=6), who=CONSUMERS, data=st.data())
def test_the_order_of_findings_does_not_matter(
    variants: list[Expectation], came: list[Observation], echoed: list[int], found: list[Finding], who: Consumer,
    data: st.DataObject,
) -> None:  # fmt: skip
    """The same findings in another order, some of them twice, come to the same score to the last digit."""
    comparison = _compared(variants, came, echoed)
    shuffled = data.draw(st.permutations(found))
    unique = list({finding.fingerprint: finding for finding in found}.values())
    assert score(comparison, shuffled, who) == score(comparison, found, who)
    assert score(comparison, [*unique, *unique], who) == score(comparison, unique, who)
    assert drift_score(unique[::-1], who) == drift_score(unique, who)


@LAW
@given(variants=CLAIMED, came=CAME, echoed=ECHOED)
def test_the_order_of_samples_does_not_matter(
    variants: list[Expectation], came: list[Observation], echoed: list[int]
) -> None:
    """A service that gave the same answers in another order is as right, and was looked at as far."""

    def told(samples: Sequence[Observation]) -> tuple[float, float, object] | None:
        comparison = compare(a_claim(*variants), tuple(samples), Context())
        scored = score(comparison, judge(comparison, Policy()), Consumer())
        return (scored.uncapped, scored.verified_share, scored.shares) if scored is not None else None

    samples = [*came, *(echo(variants[number % len(variants)]) for number in echoed)]
    assert told(samples) == told(samples[::-1])


@LAW
@given(variants=CLAIMED, came=CAME, echoed=ECHOED, found=st.lists(FINDINGS, max_size=4), who=CONSUMERS)
def test_a_score_is_what_its_parts_come_to(
    variants: list[Expectation], came: list[Observation], echoed: list[int], found: list[Finding], who: Consumer
) -> None:
    """A reader can reckon every number again from those that are told, and all are within bounds."""
    scored = score(_compared(variants, came, echoed), found, who)
    if scored is not None:
        _check(scored)


def _check(scored: Score) -> None:
    judged = [one for one in scored.aspects if one.value is not None]
    for one in judged:
        lost = sum(loss.weight * (1 - loss.held) for loss in one.losses)
        assert one.value == (1 - lost / one.total if one.losses else 1.0)
        assert all(0 < len(loss.paths) <= loss.count for loss in one.losses)
    weights = sum(one.weight for one in judged)
    assert scored.uncapped == 100 * sum(one.weight * (one.value or 0) for one in judged) / weights
    assert scored.fidelity == (scored.uncapped if scored.cap is None else scored.cap.limit) <= scored.uncapped
    assert 0 <= scored.fidelity <= 100
    assert 0 <= scored.verified_share <= 1
    assert all(0 <= one.verified <= 1 for one in scored.aspects)
    assert all(one.unseen or one.verified == 1 for one in scored.aspects if one.value is not None)


@LAW
@given(variants=CLAIMED, came=CAME)
def test_no_number_without_a_verified_interaction(variants: list[Expectation], came: list[Observation]) -> None:
    """Where no answer got as far as the question of its status there is no score, and never a full one by default."""
    comparison = compare(a_claim(*variants), tuple(came), Context())
    findings = judge(comparison, Policy())
    scored = score(comparison, findings, Consumer())
    if not any(sample.failure is None for sample in came):
        assert scored is None
    if scored is not None:
        assert any(one.value is not None and one.verified > 0 for one in scored.aspects)
    if scored is not None and scored.fidelity == 100:
        assert not any(finding.is_alarm for finding in findings if _is_of_mock(finding))


def _is_of_mock(finding: Finding) -> bool:
    kind = KINDS[finding.kind]
    return not kind.is_health and not kind.is_static


@LAW
@given(variants=CLAIMED, came=CAME, echoed=ECHOED)
def test_what_drifted_has_a_number(variants: list[Expectation], came: list[Observation], echoed: list[int]) -> None:
    """A verdict that is an answer comes with a score below 100 if it is drift."""
    comparison = _compared(variants, came, echoed)
    findings = judge(comparison, Policy())
    if verdict_of(findings)[0].value == "drifted":
        scored = score(comparison, findings, Consumer())
        assert scored is not None


@LAW
@given(claimed=RECORDS, real=RECORDS)
def test_what_is_harmless_weighs_as_nothing(claimed: Record, real: Record) -> None:
    """Findings that are all made harmless come to the same score as none: the short way and the long way agree."""
    comparison = compare(a_claim(promise(claimed)), (delivery(real),), Context())
    harmless = [replace(finding, severity=Severity.INFO) for finding in judge(comparison, Policy())]
    assert score(comparison, harmless, Consumer()) == score(comparison, (), Consumer())
