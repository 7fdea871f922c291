"""A claim that was answered: compared, judged, and what that means for each of its mocks."""

from msgspec import Struct

from driftwatch.drift.difference import Comparison
from driftwatch.drift.score import score
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.model.summary import Result
from driftwatch.usecases.judgement import compare, findings_beside, weigh
from driftwatch.usecases.operations import Operations
from driftwatch.usecases.piles import about
from driftwatch.usecases.three_sides import with_agreement


class Answered(Struct, frozen=True):
    """What the answers to a claim come to."""

    comparison: Comparison
    findings: tuple[Finding, ...]
    """Between the claim and the answers."""
    results: tuple[Result, ...]
    """One for each of its interactions, with what is found of that mock beside its answers."""

    @property
    def is_answer(self) -> bool:
        """Whether the claim was really compared."""
        return self.results[0].verdict.is_answer


def answered(
    claim: Claim, asked: Claim, samples: tuple[Observation, ...], context: Context, policy: Policy,
    operations: Operations,
) -> Answered:  # fmt: skip
    """Judge a claim by these samples; ``asked`` is the claim of the request that was really sent."""
    comparison = compare(asked, samples, context)
    findings = with_agreement(weigh(comparison, policy), comparison, operations, compare)
    verdict, reason = verdict_of(findings)
    beside = findings_beside(claim, context, policy, is_verified=comparison.is_compared or verdict.is_answer)
    fidelity = score(comparison, findings, policy.consumer) if verdict.is_answer else None
    results = tuple(
        Result(one, verdict, reason, (*findings, *about(one, beside)), fidelity, samples=len(samples))
        for one in claim.interactions
    )
    return Answered(comparison, findings, results)
