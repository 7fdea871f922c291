"""One audit's findings and gaps; how they sort and count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Ignored, Interaction, Unreadable


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


@dataclass(frozen=True, slots=True)
class Score:
    """How right is what could be checked (0 to 100); no score exists where nothing was verified."""

    fidelity: float
    aspects: Mapping[str, float] = field(default_factory=dict)
    """Share of each aspect that holds, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Result:
    """One interaction's verdict in one run."""

    interaction: Interaction
    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    score: Score | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Canary:
    """Whether the mock that is known to be false was caught in this run."""

    planted: int = 0
    caught: int = 0

    @property
    def is_alive(self) -> bool:
        """An audit that misses its own planted drift proves nothing."""
        return self.planted > 0 and self.caught == self.planted


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """What one run says of one provider."""

    name: str
    target: str
    """Base URL without user info or query."""
    results: tuple[Result, ...]

    @property
    def fidelity(self) -> float | None:
        """Mean fidelity of what was verified; ``None`` if nothing was."""
        scores = [result.score.fidelity for result in self.results if result.score is not None]
        return sum(scores) / len(scores) if scores else None

    @property
    def verified_share(self) -> float:
        """Share of interactions that were really compared."""
        answered = sum(result.verdict.is_answer for result in self.results)
        return answered / len(self.results) if self.results else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
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

    @property
    def results(self) -> Iterable[Result]:
        """Every interaction's result, provider by provider."""
        return (result for provider in self.providers for result in provider.results)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, the worst first, then by place."""
        unique = {finding.fingerprint: finding for result in self.results for finding in result.findings}
        return tuple(sorted(unique.values(), key=_by_weight))

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many interactions ended with each verdict; every verdict is there, zero included."""
        seen = Counter(result.verdict for result in self.results)
        return {verdict: seen[verdict] for verdict in Verdict}

    @property
    def severities(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity; every severity is there, zero included."""
        seen = Counter(finding.severity for finding in self.findings)
        return {severity: seen[severity] for severity in reversed(Severity)}

    def is_incomplete(self) -> bool:
        """Something that should have been checked was not, nothing was checked at all, or the canary was missed."""
        verdicts = self.verdicts
        nothing = not any(verdicts[verdict] for verdict in Verdict if verdict.is_answer)
        failed = any(verdicts[verdict] for verdict in Verdict if verdict.is_failure_to_check)
        return nothing or failed or bool(self.unreadable) or not self.canary.is_alive


def _by_weight(finding: Finding) -> tuple[object, ...]:
    return (-finding.severity.rank, finding.provider, finding.origin, finding.path, finding.kind)
