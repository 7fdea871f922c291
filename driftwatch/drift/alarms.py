"""What stands after a run and is worth an alarm, and how that goes on from run to run.

An alarm ends only when somebody looked: a service that is down has not mended its drift.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.catalog import KINDS
from driftwatch.model.finding import Finding, Severity
from driftwatch.model.lifecycle import ACKNOWLEDGED, FLAPPING, OPEN, Life, State
from driftwatch.model.notice import Ailment, Alarm, Alert, Telling
from driftwatch.model.rollout import Rollout
from driftwatch.model.summary import ProviderSummary

_REPEATED: Final = timedelta(minutes=15)
"""How long an end is told again and again: whoever receives alerts may have been restarting."""
_NAMED: Final = 3
"""Rollouts that an alarm names."""
IMPACT: Final = "impact"
"""The label of drift that tells how bad it is; an ailment has none."""
Standing = tuple[Finding, datetime]
"""A finding, and since when it is known."""


def remembered(provider: str, lives: Iterable[Life], now: datetime) -> Iterator[Standing]:
    """The findings of a provider that stand, by what is known of all runs; nobody looked at some of them in the last.

    One that comes and goes stands until it holds still.
    """
    today = now.date()
    for life in lives:
        hidden = (life.suppressed, life.acknowledged)
        is_known = any(one is not None and one.until >= today for one in hidden)
        is_there = life.opened_at is not None and (life.state is State.OPEN or life.is_flapping)
        if life.finding.provider == provider and is_there and not is_known:
            yield replace(life.finding, began_with=life.began_with), life.first_seen


def seen(provider: ProviderSummary, now: datetime) -> Iterator[Standing]:
    """The findings of a provider that stand, by one run alone."""
    findings = {one.fingerprint: one for result in provider.results for one in result.findings}
    for finding in findings.values():
        if finding.state in (OPEN, FLAPPING) and finding.is_confirmed and finding.state != ACKNOWLEDGED:
            yield finding, finding.first_seen or now


def alarms_of(
    provider: str, standing: Iterable[Standing], ailments: Iterable[Ailment], telling: Telling, now: datetime
) -> tuple[Alarm, ...]:
    """One alarm for each severity of what stands, the worst first, and one for each ailment."""
    by_severity: dict[Severity, list[Standing]] = defaultdict(list)
    for finding, since in standing:
        kind = KINDS.get(finding.kind)
        if finding.severity >= telling.least and not (kind is not None and kind.is_health):
            by_severity[finding.severity].append((finding, since))
    drift = (
        Alarm(
            provider, min(*(since for _, since in mine), now), impact=severity, findings=len(mine),
            rollouts=_rollouts(finding for finding, _ in mine),
        )
        for severity, mine in sorted(by_severity.items(), reverse=True)
    )  # fmt: skip
    return (*drift, *(Alarm(provider, now, ailment=ailment) for ailment in ailments))


def _rollouts(findings: Iterable[Finding]) -> tuple[Rollout, ...]:
    began = (finding.began_with.rollout for finding in findings if finding.began_with is not None)
    told = sorted({one for one in began if one is not None}, key=lambda one: (one.at, one.name), reverse=True)
    return tuple(told[:_NAMED])


def continued(
    before: Iterable[Alert], firing: Iterable[Alert], now: datetime, telling: Telling, *, is_sure: bool
) -> tuple[Alert, ...]:
    """What is to be told of a provider's alerts now: those that fire, and the ends of those that do not any more.

    Labels are compared, and nothing else. Without ``is_sure`` drift that was told before goes on, since not everybody
    was asked; an ailment is always looked at.
    """
    known = {alert.labels: alert for alert in before}
    told = {alert.labels: _since(alert, known.get(alert.labels)) for alert in firing}
    for labels, alert in known.items():
        if labels in told:
            continue
        if alert.is_resolved:
            if now - alert.ends_at < max(_REPEATED, 2 * telling.interval):
                told[labels] = alert
        elif is_sure or IMPACT not in dict(labels):
            told[labels] = replace(alert, ends_at=max(now, alert.starts_at), is_resolved=True)
        else:
            told[labels] = replace(alert, ends_at=lasting(now, telling))
    return tuple(told.values())


def lasting(now: datetime, telling: Telling) -> datetime:
    """When an alert ends by itself: three audits later, so that one that is missed ends nothing."""
    return now + 3 * telling.interval


def _since(alert: Alert, before: Alert | None) -> Alert:
    if before is None or before.is_resolved:
        return alert
    return replace(alert, starts_at=min(alert.starts_at, before.starts_at))
