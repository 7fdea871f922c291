"""What more than one report asks of a summary: a provider's findings, what was not looked at, who lies and how much."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Interaction, Unreadable
from driftwatch.model.summary import ProviderSummary, Result, Summary, Verdict

AUDIT_KINDS: Final = frozenset({"service-unavailable", "access-denied", "unverifiable"})
"""Kinds that describe the audit and not the mock; they never count as drift (drift semantics 7, decision 2)."""
STATIC_KINDS: Final = frozenset({"mock-shadowed", "mock-stale"})
"""Kinds that rest on the mock alone: whether what it says is true is another question."""


class Gap(Struct, frozen=True):
    """One interaction that was not compared, and why."""

    provider: str
    interaction: Interaction
    verdict: Verdict
    reason: str


def gaps(summary: Summary) -> Iterator[Gap]:
    """Every interaction without an answer, provider by provider, in the order of the summary."""
    for provider in summary.providers:
        for result in provider.results:
            if not result.verdict.is_answer:
                yield Gap(provider.name, result.interaction, result.verdict, result.reason)


def unreadable_files(summary: Summary) -> dict[str, list[Unreadable]]:
    """What could not be read, by file: several stubs of one file are one file."""
    files: dict[str, list[Unreadable]] = {}
    for unreadable in summary.unreadable:
        files.setdefault(unreadable.file, []).append(unreadable)
    return files


def distinct(results: Iterable[Result]) -> tuple[Finding, ...]:
    """Findings of these results that nobody suppressed, each once, in order of first appearance.

    Mocks of one claim share theirs.
    """
    found = (finding for result in results for finding in result.findings if not finding.is_suppressed)
    return tuple({finding.fingerprint: finding for finding in found}.values())


def is_drift(finding: Finding) -> bool:
    """Whether a finding speaks of the mock, rather than of the audit's own trouble."""
    return finding.kind not in AUDIT_KINDS


def worst_drift(result: Result) -> Severity | None:
    """How badly one mock strays from the truth, as far as people want to know; ``None`` if nothing speaks against it.

    A mock that is said to have drifted without a finding to show for it counts as a warning: never as fine.
    """
    about_truth = [one for one in result.findings if is_drift(one) and one.kind not in STATIC_KINDS]
    severities = (finding.severity for finding in about_truth if not finding.is_suppressed)
    worst = max(severities, key=lambda severity: severity.rank, default=None)
    is_mute = result.verdict is Verdict.DRIFTED and not any(finding.is_alarm for finding in about_truth)
    return Severity.WARNING if worst is None and is_mute else worst


def is_doubtful(result: Result) -> bool:
    """Whether a mock, true or not, is not to be relied on: it never answers, or nobody verified it for long."""
    alarms = (one for one in result.findings if one.is_alarm and not one.is_suppressed)
    return any(finding.kind in STATIC_KINDS for finding in alarms)


def checked(provider: ProviderSummary) -> int:
    """How many of a provider's interactions were really compared."""
    return sum(result.verdict.is_answer for result in provider.results)


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC. Without a zone it is taken for UTC, never for the zone of the machine that renders."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # a mock may claim to be recorded in the first hours of year 1, east of Greenwich
        return moment


def count(number: int, noun: str) -> str:
    """``1 mock``, ``2 mocks``, ``2 entries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
