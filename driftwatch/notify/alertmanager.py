"""Takes alerts to one replica of Alertmanager, by version 2 of its API.

Each replica is told by itself, for replicas tell each other of notifications and not of alerts. The label set is the
identity of an alert: it ends only under the labels it began with. What was measured against 0.25: one bad alert in a
batch is answered with 400 though the others are kept, so such an answer is told and not sent again; a moment without a
zone is taken for some other moment, so none is ever written.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from msgspec import Struct

from driftwatch.model.notice import Alert
from driftwatch.model.parcel import Delivered, Outcome, Parcel
from driftwatch.model.secret import Secret
from driftwatch.notify.http import post
from driftwatch.ports import Clock


class Alertmanager(Struct, frozen=True):
    """One replica; ``url`` is its base, without user info."""

    name: str
    url: str
    clock: Clock
    authorization: Secret | None = None
    """The whole value of the header."""
    verify: str | bool = True

    def deliver(self, parcel: Parcel) -> Outcome:
        """Tell it of the alerts. The end of one that has passed meanwhile is still an end."""
        headers: Mapping[str, str] = {}
        if self.authorization is not None:
            headers = {"Authorization": self.authorization.reveal()}
        url = f"{self.url}/api/v2/alerts"
        outcome = post(url, written(parcel.alerts), self.clock, headers=headers, verify=self.verify, quotes=True)
        if not isinstance(outcome, Delivered):
            log: Any = structlog.get_logger()
            log.warning("alerts.rejected", channel=self.name, alerts=len(parcel.alerts), reason=outcome.reason)
        return outcome


def basic(username: str, password: str) -> Secret:
    """The header's value for HTTP Basic (RFC 7617)."""
    return Secret("Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii"))


def written(alerts: Iterable[Alert]) -> str:
    """The body of a request, in ASCII."""
    return json.dumps([_alert(alert) for alert in alerts], separators=(",", ":"))


def _alert(alert: Alert) -> dict[str, object]:
    told: dict[str, object] = {
        "labels": {name: _text(value) for name, value in alert.labels if value},
        "annotations": {name: _text(value) for name, value in alert.annotations},
        "startsAt": stamp(alert.starts_at),
        "endsAt": stamp(max(alert.ends_at, alert.starts_at)),
    }
    return told | ({"generatorURL": alert.generator_url} if alert.generator_url else {})


def _text(text: str) -> str:
    """Without lone surrogates, which JSON can spell and Go cannot read."""
    return text.encode("utf-8", "replace").decode("utf-8")


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC. Raises ``ValueError`` for a moment without a zone, which would be taken for another one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is none")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
