"""The whole way to a person: a mock drifts, a metric moves, our alert fires, a webhook rings; and it ends by repair.

Daemon, Prometheus and Alertmanager are the real ones, the rules those that come with the product. Only their waiting
times are cut: nobody waits ten minutes in a test, and promtool's tests hold those.
"""

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.alertmanager import alertmanager
from tests.cli.calling import write_stub
from tests.cli.test_serve import running, write_config
from tests.conftest import ROOT
from tests.prometheus import prometheus
from tests.servers import Received, json_answer, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(240)]

RULES = ROOT / "deploy" / "prometheus"
_WAITING = re.compile(r"^( +(?:for|keep_firing_for|interval)): .*$", re.MULTILINE)


def _impatient(folder: Path) -> list[Path]:
    """The product's own rules, which do not wait."""
    copies = []
    for rules in sorted(RULES.glob("*.yaml")):
        copy = folder / rules.name
        copy.write_text(_WAITING.sub(r"\1: 1s", rules.read_text(encoding="utf-8")), encoding="utf-8")
        copies.append(copy)
    assert len(copies) == 2
    return copies


def _rung(received: list[Received]) -> list[tuple[str, str, str]]:
    """What the webhook was told, in its order: status, alert and provider, each run of the same once."""
    told: list[tuple[str, str, str]] = []
    for request in received:
        document: dict[str, Any] = json.loads(request.body)
        for alert in document["alerts"]:
            labels = alert["labels"]
            if labels["alertname"] == "DriftwatchBreakingDrift":
                told.append((alert["status"], labels["alertname"], labels["provider"]))
    return [one for number, one in enumerate(told) if not number or told[number - 1] != one]


def test_drift_rings_and_repair_ends_it(tmp_path: Path) -> None:
    """From the mock to the webhook and back, with the labels that a routing tree needs."""
    name = "DriftwatchBreakingDrift"
    with (
        serve({"/payments/7": json_answer('{"id": 7}')}) as staging,
        serve({"/hook": json_answer("{}")}) as hook,
        alertmanager(tmp_path, f"{hook.url}/hook") as manager,
        running(write_config(tmp_path, staging, daemon={"grace": 2, "reload": 0.2})) as service,
    ):
        target = service.url.removeprefix("http://")
        jobs = [{"job_name": "driftwatch", "static_configs": [{"targets": [target]}]}]
        with prometheus(tmp_path, jobs, _impatient(tmp_path), manager.url.removeprefix("http://")) as server:
            wait_until(lambda: server.values('driftwatch_mock_findings{impact="breaking"}') == [0])
            assert not server.values(f'ALERTS{{alertname="{name}"}}')
            write_stub(tmp_path / "mocks", "/payments/7", {"id": 7, "state": "paid"})
            wait_until(lambda: server.values(f'ALERTS{{alertname="{name}",alertstate="firing"}}') == [1])
            wait_until(lambda: _rung(hook.received) == [("firing", name, "payments")])
            (alert,) = [one for one in manager.alerts() if one["labels"]["alertname"] == name]
            assert alert["labels"]["severity"] == "warning"
            assert alert["annotations"]["runbook_url"].endswith(f"#{name.lower()}")
            write_stub(tmp_path / "mocks", "/payments/7", {"id": 7})
            wait_until(lambda: _rung(hook.received)[-1] == ("resolved", name, "payments"))
            assert _rung(hook.received) == [("firing", name, "payments"), ("resolved", name, "payments")]
        assert service.end(signal.SIGTERM) == 0
