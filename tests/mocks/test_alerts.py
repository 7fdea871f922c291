"""Alerts of a webhook: what is taken of them, and what never is."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.mocks.traffic.alert import Alert, read_alert

BEGUN: Final = "2026-05-04T09:15:00Z"
AT: Final = datetime(2026, 5, 4, 9, 15, tzinfo=UTC)


def read(folder: Path, told: Any) -> Alert | None:
    """The alert of a payload."""
    file = folder / "alert.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return read_alert(file)


def payload(labels: Any = None, **more: Any) -> dict[str, Any]:
    """One alert as Alertmanager sends it."""
    return {"version": "4", "alerts": [{"labels": labels or {}, "startsAt": BEGUN, **more}]}


TAKEN: Final[dict[str, tuple[Any, Alert]]] = {
    "alertmanager": (
        payload(
            {"alertname": "Http5xxRateHigh", "service": "shop", "job": "x", "method": "post", "handler": "/a/{b}",
             "code": "503"},
            endsAt="2026-05-04T10:00:00Z",
        ),
        Alert("Http5xxRateHigh", AT, AT.replace(hour=10, minute=0), ("shop",), "POST", "/a/{b}", 503),
    ),
    "no end": (payload(endsAt="0001-01-01T00:00:00Z"), Alert(begun=AT)),
    "an end before the beginning": (payload(endsAt="2026-05-01T00:00:00Z"), Alert(begun=AT)),
    "the list of the api": (
        [{"labels": {"route": "/users/42"}, "startsAt": BEGUN}], Alert(begun=AT, path="/users/{id}"),
    ),
    "the earliest of several": (
        {"alerts": [{"labels": {"alertname": "B"}, "startsAt": "2026-05-05T00:00:00Z"}, *payload()["alerts"]]},
        Alert(begun=AT, others=1),
    ),
    "grafana": (
        {"title": "[FIRING:1] for jane@corp.example", "message": "token s3cr3t", "orgId": 1, "alerts": [
            {"labels": {"alertname": "checkout_errors"}, "startsAt": "2026-05-04T11:15:00.123456789+02:00",
             "dashboardURL": "https://grafana.example.com/d/abc123/checkout?orgId=1&auth_token=s3cr3t",
             "silenceURL": "https://grafana.example.com/alerting/silence/new?matcher=jane", "values": {"A": 1}},
        ]},
        Alert("checkout_errors", AT.replace(microsecond=123456),
              links=("https://grafana.example.com/d/abc123/checkout",)),
    ),
    "a name that is prose": (payload({"alertname": "Jane Doe cannot pay"}), Alert(begun=AT)),
    "a name that is a key": (payload({"alertname": "AKIAIOSFODNN7EXAMPLE"}), Alert(begun=AT)),
    "a name that is a token": (payload({"alertname": "ghp_16C7e42F292c6912E7710c838347Ae178B4a"}), Alert(begun=AT)),
    "somebody in a path": (payload({"path": "/users/jane.doe/cards"}), Alert(begun=AT, path="/users/{id}/cards")),
    "a query": (payload({"path": "/users?token=s3cr3t"}), Alert(begun=AT)),
    "a class of statuses": (payload({"status": "5xx", "code": "502"}), Alert(begun=AT, status=502)),
    "a hook with its secret": (
        payload(annotations={"runbook_url": "https://hooks.example.com/services/T0123/B0123/abcdEFGH1234567890abcdEF"}),
        Alert(begun=AT, links=("https://hooks.example.com",)),
    ),
    "no web link": (payload(generatorURL="javascript:alert(1)", dashboardURL="https://[::1"), Alert(begun=AT)),
    "labels of other types": (payload({"alertname": 7, "path": ["/x"], "status": 500}), Alert(begun=AT)),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_of_an_alert(name: str, tmp_path: Path) -> None:
    """When, which endpoint, which status, links without what opens doors; never prose."""
    told, wanted = TAKEN[name]
    found = read(tmp_path, told)
    assert found == wanted
    assert not [word for word in ("jane", "s3cr3t", "corp.example") if word in str(found)]


NONE: Final[dict[str, Any]] = {
    "a har": {"log": {"version": "1.2", "entries": []}},
    "no moment": {"alerts": [{"labels": {}, "startsAt": "lately"}]},
    "a moment without a zone": {"alerts": [{"labels": {}, "startsAt": "2026-05-04T09:15:00"}]},
    "no labels": {"alerts": [{"startsAt": BEGUN}]},
    "no alerts": {"alerts": {}},
    "lines": '{"a": 1}\n{"a": 2}\n',
    "no json": "alerts: []",
    "too deep": "[" * 100_000,
    "nested": {"alerts": [{"labels": {"a": json.loads("[" * 60 + "]" * 60)}, "startsAt": BEGUN}]},
    "too long": '{"alerts": [' + " " * (4 << 20) + "]}",
    "a number": "7",
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_alert(name: str, tmp_path: Path) -> None:
    """Another file is left to other readers, a stranger's costs no time."""
    assert read(tmp_path, NONE[name]) is None
