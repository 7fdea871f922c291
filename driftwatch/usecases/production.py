"""Production beside staging: which of mock, staging and production is alone where a finding is.

Production is asked after staging, and only what staging answered; first where staging parts from the mock. It is a
witness: what it does not say is told beside the findings and never makes a mock look verified. Where mock and staging
agree and production does not, that is a finding of its own: tests and staging pass, and what is live does otherwise.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Comparison
from driftwatch.drift.judge import judge
from driftwatch.drift.three_sides import STATUS, Witness, advise, agree, is_of_three, places_of
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.agreement import InProduction, stands_in_production
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation
from driftwatch.model.policy import Policy, ProbingPolicy
from driftwatch.model.probe import Evidence, Observation, Probe, Stage, Tier, Unreachable
from driftwatch.model.summary import ProductionSummary, Result
from driftwatch.probes.plan import plan
from driftwatch.probes.safety import tier_of
from driftwatch.usecases.judgement import compare

_ROOM: Final = 64 * 1024 * 1024
"""Bytes of staging's answers that are kept until production has answered, for one provider."""
_TOO_LARGE: Final = "staging's answers are too large to be kept until production has answered"
_UNSAFE: Final = "production gets requests of safe methods only, whatever is consented to for staging"
_OF_ITS_OWN: Final = frozenset({401, 403, 404, 429})
"""Statuses that speak of the records and rights there, as any 5xx does, and of no promise."""


class Production(Struct, frozen=True):
    """Where the service is live, and what may be asked there."""

    target: str
    """Its base URL for a reader."""
    base_path: str
    probing: ProbingPolicy


class _Staged(Struct, frozen=True):
    """A claim as staging left it."""

    claim: Claim
    findings: tuple[Finding, ...]
    """Those that production could have a word on."""
    samples: tuple[Observation, ...]
    """What staging answered, equal answers once; nothing if no finding needs it."""


class Beside(Struct):
    """One provider's production in one run."""

    production: Production
    policy: Policy
    _staged: dict[int, _Staged] = field(default_factory=dict)
    """By identity of the claim: two mocks may be equal to the letter."""
    _held: int = 0
    _asked: int = 0
    _answered: int = 0
    _silent: Counter[str] = field(default_factory=Counter)

    def keep(self, claim: Claim, samples: Sequence[Observation], findings: Sequence[Finding]) -> None:
        """Staging was compared with this claim: production will be asked the same."""
        self._asked += len(claim.interactions)
        open_ones = tuple(filter(is_of_three, findings))
        kept = tuple(dict.fromkeys(map(_answer, samples))) if open_ones else ()
        size = sum(len(one.body) for one in kept)
        if self._held + size > _ROOM:
            self._silent[_TOO_LARGE] += len(claim.interactions)
            return
        self._held += size
        self._staged[id(claim)] = _Staged(claim, open_ones, kept)

    def spare(self, claim: Claim, reason: str) -> None:
        """Staging was compared with this claim, and production is not asked the same."""
        self._asked += len(claim.interactions)
        self._silent[reason] += len(claim.interactions)

    def probes(self) -> tuple[Probe, ...]:
        """What to ask of production; what its own policy forbids is told as unsaid."""
        ordered = sorted(self._staged.values(), key=lambda staged: not staged.findings)
        asked, skipped = plan((staged.claim for staged in ordered), self.production.probing)
        for one in skipped:
            tier, _ = tier_of(one.claim.request, self.production.probing)
            self._silent[_UNSAFE if tier > Tier.SAFE else one.reason] += len(one.claim.interactions)
            self._forget(one.claim)
        return tuple(replace(probe, stage=Stage.PRODUCTION) for probe in asked)

    def hear(self, outcome: Evidence | Unreachable, context: Context) -> Iterator[tuple[Claim, "Revision"]]:
        """What production's answer changes in the results of each claim it was asked for."""
        here = replace(context, base_path=self.production.base_path)
        for claim in outcome.probe.claims:
            staged = self._forget(claim)
            if isinstance(outcome, Unreachable):
                self._silent[outcome.reason] += len(claim.interactions)
                continue
            yield claim, self._confront(staged, outcome.samples, here)

    def summary(self) -> ProductionSummary:
        """How much of what it was to say it said."""
        silent = self._silent + Counter(
            {"the audit ended before this was asked": sum(len(s.claim.interactions) for s in self._staged.values())}
        )
        return ProductionSummary(self.production.target, self._asked, self._answered, dict(silent.most_common()))

    def _forget(self, claim: Claim) -> _Staged:
        staged = self._staged.pop(id(claim))
        self._held -= sum(len(one.body) for one in staged.samples)
        return staged

    def _confront(self, staged: _Staged, samples: tuple[Observation, ...], context: Context) -> "Revision":
        comparison = compare(staged.claim, samples, context)
        found = judge(comparison, self.policy)
        statuses = _statuses(samples)
        believed, shared = [Witness(comparison)], _with_staging(staged, comparison)
        told = {
            one.fingerprint: _by_status(staged, statuses) if one.path == STATUS else _by_form(one, believed, shared)
            for one in staged.findings
        }
        is_answer = comparison.is_compared or any(told.values())
        if is_answer:
            self._answered += len(staged.claim.interactions)
        else:
            self._silent[verdict_of(found)[1] or "no answer that could be compared"] += len(staged.claim.interactions)
        apart = tuple(
            _with(one, InProduction.PRODUCTION_APART)
            for one in found
            if is_of_three(one) and (one.path != STATUS or _is_a_promise_broken(statuses))
        )
        return Revision(told, apart)


class Revision(Struct, frozen=True):
    """What production adds to the results of one claim."""

    told: dict[str, InProduction | None]
    """How the three stand at staging's findings, by fingerprint."""
    apart: tuple[Finding, ...]
    """What is found between the mock and production."""

    def of(self, result: Result) -> Result:
        """The result with production's word: where staging has a finding, that one says how all three stand."""
        here = [one for one in self.apart if one.origin == result.interaction.origin]
        known = {one.path for one in result.findings if is_of_three(one)}
        apart = tuple(one for one in here if one.path not in known)
        findings = (*(_with(one, self.told.get(one.fingerprint)) for one in result.findings), *apart)
        if not any(one.is_alarm for one in apart):
            return replace(result, findings=findings)
        verdict, reason = verdict_of(findings)
        return replace(result, findings=findings, verdict=verdict, reason=reason)


def _with(finding: Finding, stands: InProduction | None) -> Finding:
    return advise(replace(finding, production=stands)) if stands is not None else finding


def _answer(sample: Observation) -> Observation:
    """What was answered, without when and how fast."""
    return Observation(sample.status, sample.headers, sample.body, sample.is_truncated, failure=sample.failure)


def _by_form(finding: Finding, mock: Sequence[Witness], staging: Sequence[Witness]) -> InProduction | None:
    """What comparisons of the mock, and of staging, with production say at the places of a finding."""
    places = places_of(finding)
    believed, shared = agree(mock, places), agree(staging, places)
    if believed is None or shared is None:
        return None
    return stands_in_production(mock_production=believed, staging_production=shared)


def _with_staging(staged: _Staged, comparison: Comparison) -> list[Witness]:
    """Staging's answers, as if they were a mock, against production's; nothing where no finding needs it."""
    answers = [one for one in staged.samples if one.failure is None and not one.is_truncated]
    if not answers:
        return []
    variants = tuple(Expectation(one.status, one.headers, one.body) for one in answers)
    claim = Claim((dataclasses.replace(staged.claim.interactions[0], variants=variants, specification=None),))
    return [Witness(compare(claim, comparison.samples, comparison.context))]


def _by_status(staged: _Staged, statuses: frozenset[int]) -> InProduction | None:
    mocked = {variant.status for variant in staged.claim.variants}
    as_mocked, as_staged = statuses <= mocked, statuses <= _statuses(staged.samples)
    if not statuses or not (as_mocked or as_staged or _is_a_promise_broken(statuses)):
        return None
    return stands_in_production(mock_production=as_mocked, staging_production=as_staged)


def _is_a_promise_broken(statuses: Iterable[int]) -> bool:
    return not any(status in _OF_ITS_OWN or status >= 500 for status in statuses)


def _statuses(samples: Iterable[Observation]) -> frozenset[int]:
    return frozenset(one.status for one in samples if one.failure is None)
