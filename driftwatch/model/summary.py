"""One audit's findings and gaps; how they sort and count."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.guard import Guarded
from driftwatch.model.interaction import Ignored, Interaction, Unreadable
from driftwatch.model.journey import Trouble
from driftwatch.model.remark import Remark
from driftwatch.model.score import Score
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.suppression import Reviewed
from driftwatch.model.traffic import RestsOn


class Verdict(StrEnum):
    """What one run can say of one interaction: exactly one of these."""

    VERIFIED = "verified"
    DRIFTED = "drifted"
    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    SKIPPED = "skipped"
    UNVERIFIABLE = "unverifiable"

    @property
    def is_answer(self) -> bool:
        """Whether the interaction was really compared."""
        return self in (Verdict.VERIFIED, Verdict.DRIFTED)

    @property
    def is_failure_to_check(self) -> bool:
        """It should have been checked and was not: the audit is incomplete. What policy skips is no failure."""
        return self in (Verdict.UNREACHABLE, Verdict.UNAUTHORIZED, Verdict.UNVERIFIABLE)


class Result(Struct, frozen=True):
    """One interaction's verdict in one run."""

    interaction: Interaction
    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    score: Score | None = None
    """``None`` unless the interaction was really compared."""
    samples: int = 0
    calls: int | None = None
    """How often the consumer was seen to make this call; ``None`` if nobody knows."""
    drift_score: float = 0.0
    """How urgent its open findings are together; only to rank by."""
    rests_on: RestsOn | None = None
    """The recordings that it was judged by; ``None`` where the service itself was asked, or nobody was."""
    remarks: tuple[Remark, ...] = ()
    """What was learnt of the service that no mock can say."""

    @property
    def verified_share(self) -> float:
        """How much of what the mock claims could be checked, 0 to 1."""
        return 0.0 if self.score is None else self.score.verified_share


class Canary(Struct, frozen=True):
    """Whether the mock that is known to be false was caught in this run."""

    planted: int = 0
    caught: int = 0

    @property
    def is_alive(self) -> bool:
        """An audit that misses its own planted drift proves nothing."""
        return self.planted > 0 and self.caught == self.planted


class IncidentMark(Struct, frozen=True):
    """One incident of a provider, as one of many: what metrics tell of it."""

    cause: str
    """See ``model.incident.Cause``."""
    seen: str
    """``before``, ``after``, ``never`` or ``unknown``: when audits saw it, against when it happened."""
    lead_seconds: float | None = None
    """How long before it happened an audit saw it first, negative if later; ``None`` if none did."""


class ProductionSummary(Struct, frozen=True):
    """How much production said beside staging. It is a witness: no interaction is verified by it."""

    target: str
    """Base URL without user info or query."""
    asked: int
    """Interactions that staging answered, for each of which production was to be asked."""
    answered: int
    silent: Mapping[str, int]
    """The others, by the reason why production says nothing of them."""


class ProviderSummary(Struct, frozen=True):
    """What one run says of one provider."""

    name: str
    target: str
    """Base URL without user info or query."""
    results: tuple[Result, ...]
    drift_score: float = 0.0
    """How urgent the open findings of all its interactions are together; only to rank by."""
    production: ProductionSummary | None = None
    """``None`` where the config names none."""
    mocked_delay_ms: float | None = None
    """Median of the delays that its compared mocks claim; ``None`` if none claims any."""
    owner: str = ""
    """The team that looks after the mocks, as the config names it."""
    never_verified: int | None = None
    """How many of its mocks no run ever compared; ``None`` where nobody remembers."""
    revision: str = ""
    """The commit that the mocks were read from, where their place tells it."""
    guards: tuple[Guarded, ...] = ()
    """What the run says of the guards that the config names."""
    tests: Mapping[str, int] | None = None
    """How many passed tests rest on its mocks, by ``Trust``; ``None`` where nobody told of any."""
    incidents: tuple[IncidentMark, ...] | None = None
    """The incidents with it that the team wrote down; ``None`` where the config names none."""

    @property
    def fidelity(self) -> float | None:
        """Mean fidelity of what was verified; ``None`` if nothing was.

        Each counts as often as it is called, where that is known of all of them, and else all count the same.
        """
        scored = [(result.score.fidelity, result.calls) for result in self.results if result.score is not None]
        if not scored:
            return None
        is_known = all(calls is not None for _, calls in scored) and any(calls for _, calls in scored)
        weights = [calls or 0 if is_known else 1 for _, calls in scored]
        weighed = math.fsum(fidelity * weight for (fidelity, _), weight in zip(scored, weights, strict=True))
        return weighed / sum(weights)

    @property
    def verified_share(self) -> float:
        """Share of interactions that were really compared."""
        answered = sum(result.verdict.is_answer for result in self.results)
        return answered / len(self.results) if self.results else 0.0


class Summary(Struct, frozen=True):
    """An audit's result."""

    run_id: str
    started_at: datetime
    seconds: float
    version: str
    config_digest: str
    providers: tuple[ProviderSummary, ...]
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    canary: Canary = Canary()
    requests_sent: int = 0
    suppressions: tuple[Reviewed, ...] = ()
    is_remembered: bool = False
    """Whether its findings were held against a memory of earlier runs, so that what seems new is new."""
    shard: Shard = WHOLE
    """Whose share of the run this is, where it is not all of it."""
    troubles: tuple[Trouble, ...] = ()
    """What went wrong with journeys, beside the verdicts of their mocks."""

    @property
    def results(self) -> Iterable[Result]:
        """Every interaction's result, provider by provider."""
        return (result for provider in self.providers for result in provider.results)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, suppressed ones too, the worst first, then by place."""
        unique = {finding.fingerprint: finding for result in self.results for finding in result.findings}
        return tuple(sorted(unique.values(), key=_by_weight))

    @property
    def guards(self) -> tuple[Guarded, ...]:
        """The guards of all providers."""
        return tuple(guarded for provider in self.providers for guarded in provider.guards)

    @property
    def standing(self) -> tuple[Finding, ...]:
        """The findings that nobody suppressed."""
        return tuple(finding for finding in self.findings if not finding.is_suppressed)

    @property
    def suppressed(self) -> tuple[Finding, ...]:
        """The findings that somebody suppressed."""
        return tuple(finding for finding in self.findings if finding.is_suppressed)

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many interactions ended with each verdict; every verdict is there, zero included."""
        seen = Counter(result.verdict for result in self.results)
        return {verdict: seen[verdict] for verdict in Verdict}

    @property
    def severities(self) -> Mapping[Severity, int]:
        """How many findings stand of each severity, zero included; suppressed ones are not among them."""
        seen = Counter(finding.severity for finding in self.standing)
        return {severity: seen[severity] for severity in reversed(Severity)}

    def is_incomplete(self) -> bool:
        """Something that should have been checked was not, nothing was checked at all, or the canary was missed.

        A production that was to be asked and said nothing at all counts as well: its operator would think it agrees. So
        does a journey that broke off, or left something behind, and a guard that nobody looked at.
        """
        verdicts = self.verdicts
        is_empty_share = not self.shard.is_whole and not any(verdicts.values())
        nothing = not is_empty_share and not any(verdicts[verdict] for verdict in Verdict if verdict.is_answer)
        failed = any(verdicts[verdict] for verdict in Verdict if verdict.is_failure_to_check)
        productions = [provider.production for provider in self.providers if provider.production is not None]
        is_silent = any(one.asked and not one.answered for one in productions)
        is_broken = bool(self.troubles) or not self.canary.is_alive
        is_broken = is_broken or not all(guarded.is_answered for guarded in self.guards)
        return nothing or failed or is_silent or bool(self.unreadable) or is_broken


def _by_weight(finding: Finding) -> tuple[object, ...]:
    return (-finding.severity.rank, finding.provider, finding.origin, finding.path, finding.kind)
