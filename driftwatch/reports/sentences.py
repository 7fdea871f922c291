"""Sentences that more than one report for people says, so that they say the same."""

import math
from datetime import datetime
from typing import Final

from driftwatch.model.finding import Finding, Prevalence
from driftwatch.model.summary import Canary, ProductionSummary, ProviderSummary
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


def since(finding: Finding, now: datetime) -> str:
    """The day on which it was first seen; empty if that is today, or not known."""
    if finding.first_seen is None or in_utc(finding.first_seen).date() >= in_utc(now).date():
        return ""
    return f"{in_utc(finding.first_seen).date()}"


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
