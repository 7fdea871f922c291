"""Sentences that more than one report for people says, so that they say the same."""

import math
from datetime import datetime
from typing import Final

from driftwatch.model.finding import Finding, Prevalence
from driftwatch.model.rollout import Beginning
from driftwatch.model.summary import Canary, ProductionSummary, ProviderSummary
from driftwatch.model.traffic import Medium, RestsOn
from driftwatch.reports.digest import checked, count, in_utc

_REASONS: Final = 3
"""Reasons of a silent production that are named."""


def how_often(finding: Finding) -> str:
    """Prevalence in words: what was seen, and what that says of the answers that were not; empty if nobody counted."""
    prevalence = finding.prevalence
    if prevalence is None or not prevalence.n:
        return ""
    return f"{prevalence.k} of {count(prevalence.n, _noun(finding.path))}; the true share is {_bounds(prevalence)}"


def _noun(path: str) -> str:
    """What is counted: in bodies no answers, since repeats about one record are one observation."""
    if "*" in path.split("/"):
        return "entry"
    return "observation" if not path or path.startswith("/") else "answer"


def _bounds(prevalence: Prevalence) -> str:
    if prevalence.k == prevalence.n:
        return f"at least {_percent(prevalence.low)}"
    if not prevalence.k:
        return f"at most {_percent(prevalence.high)}"
    return f"{_percent(prevalence.low)} to {_percent(prevalence.high)}"


def _percent(share: float) -> str:
    """Whole percents, but near the ends one decimal: a sample never proves "always" or "never"."""
    if 0.01 <= share <= 0.99:
        return f"{100 * share:.0f} %"
    return f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def read_by(finding: Finding) -> str:
    """What the consumer's tests make of the place, and with it of the severity; empty if nobody can say."""
    seen = finding.read_by
    if seen is None:
        return ""
    if seen.tests:
        return f"{count(seen.tests, 'test')} of {seen.of}, without a default"
    return f"no test of the {seen.of} that {'uses' if seen.of == 1 else 'use'} it"


def since(finding: Finding, now: datetime) -> str:
    """The day on which it was first seen; empty if that is today, or not known."""
    if finding.first_seen is None or in_utc(finding.first_seen).date() >= in_utc(now).date():
        return ""
    return f"{in_utc(finding.first_seen).date()}"


def began_with(beginning: Beginning | None, now: datetime) -> str:
    """The rollout that a finding began with; empty if nobody can tell."""
    if beginning is None or beginning.rollout is None:
        return ""
    rollout = beginning.rollout
    others = f"; {count(beginning.others, 'other')} since the mock was last verified" if beginning.others else ""
    return f"rollout {rollout.name} {rollout.version}, {ago(rollout.at, now)}{others}"


_RECORDED: Final = {
    Medium.HAR: "recorded exchange", Medium.KEPLOY: "exchange recorded by Keploy", Medium.ACCESS_LOG: "line",
    Medium.OTEL: "span", Medium.ASKED: "answer",
}  # fmt: skip


def resting_on(evidence: RestsOn | None, now: datetime | None) -> str:
    """The recordings that something rests on, and their age; empty where the audit asked itself."""
    if evidence is None or not evidence.is_recorded:
        return ""
    files = f"{evidence.file} and {count(evidence.others, 'other file')}" if evidence.others else evidence.file
    told = f"{_exchanges(evidence)} of {files}"
    if evidence.newest is None or now is None:
        return f"{told}, of unknown age"
    age = ago(evidence.newest, now)
    return f"{told}, the newest {age}" if evidence.exchanges > 1 else f"{told}, {age}"


def _exchanges(evidence: RestsOn) -> str:
    one, *more = _RECORDED[evidence.kind].split(" ", 1)
    if one == "exchange":
        return f"{count(evidence.exchanges, 'exchange')} {more[0]}"
    return count(evidence.exchanges, _RECORDED[evidence.kind])


def ago(at: datetime, now: datetime) -> str:
    """How long a moment is past, in one unit, rounded down."""
    seconds = max(0, int((in_utc(now) - in_utc(at)).total_seconds()))
    for unit, size, least in (("d", 86_400, 2 * 86_400), ("h", 3600, 2 * 3600), ("min", 60, 120)):
        if seconds >= least:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def share(provider: ProviderSummary) -> str:
    """Both numbers, always together: how right is what could be checked, and how much could be."""
    coverage = f"{checked(provider)} of {count(len(provider.results), 'interaction')} checked"
    if provider.fidelity is None:
        return f"no fidelity, since nothing could be compared; {coverage}"
    return f"fidelity {math.floor(provider.fidelity)} of what could be checked; {coverage}"


def witnessed(production: ProductionSummary) -> str:
    """What production said beside staging, and why it did not say more."""
    asked = count(production.asked, "interaction")
    said = f"production {production.target} answered for {production.answered} of {asked}"
    reasons = [f"{reason} ({number})" for reason, number in production.silent.items()]
    return "; ".join([said, *reasons[:_REASONS]])


def of_canary(canary: Canary) -> str:
    """Whether the run would have noticed a false mock; loud if that is not proven."""
    if canary.is_alive:
        return f"caught, {canary.caught} of {canary.planted}"
    if canary.planted:
        missed = count(canary.planted, "planted false mock")
        return f"MISSED: {canary.planted - canary.caught} of {missed} not noticed"
    return "NOT PLANTED: nothing proves that a false mock would be noticed"
