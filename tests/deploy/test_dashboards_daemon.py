"""A real daemon, scraped by a real Prometheus, fills the panels of its dashboard."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import requests
import yaml

from tests.deploy.promql import MACROS
from tests.deploy.test_dashboards import TARGETS
from tests.node import free_port
from tests.prometheus import configured
from tests.servers import json_answer, serve

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(180)]

NOT_YET: Final = {
    "Age of the recordings A": "these mocks have no dates",
    "Budget of untruth left A": "is recorded, from the first full hour on",
    "Fidelity against a week ago A": "needs a week",
    "More or fewer findings than a week ago A": "needs a week",
    "Notices A": "no channel is configured",
    "Notices B": "no channel is configured",
    "Notices C": "no channel is configured",
}
"""Panels that a daemon of a minute cannot fill, and why; all have an answer in ``test_dashboards_answer``."""


@pytest.fixture
def scraped(tmp_path: Path) -> Iterator[str]:
    """A Prometheus that scrapes a daemon that audits one true mock and one that drifted."""
    truth = {"/u/0": json_answer('{"id": 1}'), "/u/1": json_answer('{"id": 2}')}
    (tmp_path / "mocks").mkdir()
    for number, body in enumerate(({"id": 1}, {"id": 2, "gone": True})):
        answer = {"status": 200, "jsonBody": body, "headers": {"Content-Type": "application/json"},
                  "fixedDelayMilliseconds": 5}  # fmt: skip
        stub = {"request": {"method": "GET", "url": f"/u/{number}"}, "response": answer}
        (tmp_path / "mocks" / f"{number}.json").write_text(json.dumps(stub), encoding="utf-8")
    port = free_port()
    job = {"job_name": "driftwatch", "scrape_interval": "1s", "scrape_timeout": "1s",
           "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}  # fmt: skip
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": [job]}), encoding="utf-8")
    with serve(truth) as staging:
        # the second audit is the first to know since when the drift is there: the first finds the store empty
        users = {"mocks": "mocks", "target": staging.url, "schedule": {"when": "5s"}}
        config = {"providers": {"users": users}, "web": {"port": port}}
        (tmp_path / "driftwatch.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        environment = {**os.environ, "DRIFTWATCH_STORE": f"sqlite:///{tmp_path}/store.db"}
        command = [sys.executable, "-m", "driftwatch", "serve", "--config", "driftwatch.yaml"]
        with (tmp_path / "daemon.log").open("wb") as log:
            daemon = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            with configured(tmp_path / "prometheus.yml", tmp_path / "data") as server:
                yield server.url
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)


def test_a_daemon_fills_its_dashboard(scraped: str) -> None:
    """Every panel has data, but for those that need what this daemon does not have."""
    mine = {name.split(": ", 1)[1]: expr for name, expr in TARGETS.items() if name.startswith("driftwatch-overview")}
    empty, deadline = set(mine), time.monotonic() + 60
    while empty - NOT_YET.keys() and time.monotonic() < deadline:
        empty = {name for name in empty if not _answer(scraped, mine[name])}
        time.sleep(0.2)
    assert empty <= NOT_YET.keys()
    assert mine.keys() >= NOT_YET.keys()


def _answer(url: str, expr: str) -> list[object]:
    for macro, value in {**MACROS, "$__rate_interval": "30s"}.items():
        expr = expr.replace(macro, value)
    reply = requests.post(f"{url}/api/v1/query", data={"query": expr}, timeout=30).json()
    assert reply["status"] == "success", reply
    found: list[object] = reply["data"]["result"]
    return found
