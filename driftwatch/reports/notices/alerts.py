"""An alarm as an alert: stable labels, and annotations with what may change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from driftwatch.model.notice import Ailment, Alarm, Alert, Telling
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.notices.words import foreign

OWN_LABELS: Final = ("alertname", "impact", "provider")
"""Labels that make the identity of an alert; nobody else may set them."""
DRIFT: Final = "DriftwatchDrift"
AILMENTS: Final = {
    Ailment.CANARY_MISSED: "DriftwatchCanaryMissed",
    Ailment.NOTHING_VERIFIED: "DriftwatchNothingVerified",
    Ailment.UNAUTHORIZED: "DriftwatchUnauthorized",
    Ailment.UNREACHABLE: "DriftwatchProviderUnreachable",
}
"""Named as the alerts that Prometheus would make of the metrics, so that one runbook serves both."""
_SUMMARIES: Final = {
    Ailment.CANARY_MISSED: "The audit missed a mock that was planted as false.",
    Ailment.NOTHING_VERIFIED: "No mock of a provider could be verified.",
    Ailment.UNAUTHORIZED: "A provider refuses the audit's credentials.",
    Ailment.UNREACHABLE: "A provider does not answer the audit; this is not drift.",
}


def alert_of(alarm: Alarm, telling: Telling, until: datetime, link: str) -> Alert:
    """The alert of an alarm that stands, which ends by itself at ``until``."""
    own = {"alertname": DRIFT, "provider": alarm.provider}
    if alarm.impact is not None:
        own["impact"] = alarm.impact.value
    if alarm.ailment is not None:
        own["alertname"] = AILMENTS[alarm.ailment]
    labels = {**dict(telling.labels), **own}
    return Alert(
        tuple(sorted(labels.items())), tuple(_annotations(alarm, telling, link).items()), alarm.since, until, link
    )


def sample_alert(now: datetime, labels: Mapping[str, str], link: str) -> Alert:
    """What ``driftwatch notify --test alertmanager`` sends; it ends by itself after five minutes."""
    own = {**labels, "alertname": "DriftwatchSample", "provider": "sample"}
    told = {"summary": "Somebody called `driftwatch notify --test`. No mock is meant."}
    return Alert(tuple(sorted(own.items())), tuple(told.items()), now, now + timedelta(minutes=5), link)


def _annotations(alarm: Alarm, telling: Telling, link: str) -> dict[str, str]:
    told = {"summary": "Mocks of a provider have drifted from the real service."}
    if alarm.ailment is not None:
        told["summary"] = _SUMMARIES[alarm.ailment]
    if alarm.impact is not None:
        standing = count(alarm.findings, f"{alarm.impact} finding")
        told["description"] = f"{standing} of {foreign(alarm.provider)}: see `driftwatch findings list`."
        told["findings"] = str(alarm.findings)
    if alarm.rollouts:
        named = (f"{one.name} {one.version} ({in_utc(one.at):%Y-%m-%d %H:%M} UTC)" for one in alarm.rollouts)
        told["rollouts"] = ", ".join(map(foreign, named))
    if telling.owner:
        told["owner"] = foreign(telling.owner)
    return told | ({"link": link} if link else {})
