"""Every query of every panel, put to a real Prometheus that scraped the full catalogue, has an answer."""

import itertools
import time
from collections.abc import Iterator
from typing import Final

import pytest
import requests
import yaml

from tests.deploy import exporter
from tests.deploy.catalogue import ALERTS, RULES
from tests.deploy.promql import MACROS
from tests.deploy.test_dashboards import DASHBOARDS, TARGETS
from tests.prometheus import configured, promtool
from tests.servers import Answer, serve

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(300), pytest.mark.xdist_group("prometheus")]
WITHIN: Final = 100.0
"""Seconds; the mark of an audit compares with what was a minute ago."""
EVERY: Final = "5s"
"""How often rules are evaluated: all of them each second would keep a core busy, and be done no sooner."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus with a week of history, our rules, and a scrape each second."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history.om").write_text(exporter.history(exporter.now()), encoding="utf-8")
    filled = promtool("tsdb", "create-blocks-from", "openmetrics", folder / "history.om", folder / "data")
    assert filled.returncode == 0, filled.stdout + filled.stderr
    for path in (RULES, ALERTS):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group["interval"] = EVERY
        (folder / path.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
    scrapes = itertools.count(1)
    kind = (("Content-Type", "text/plain; version=0.0.4"),)
    with serve(lambda _: Answer(200, kind, exporter.exposed(exporter.now(), next(scrapes)).encode())) as target:
        scraped = {
            "job_name": "driftwatch", "honor_labels": True, "scrape_interval": "1s", "scrape_timeout": "1s",
            "static_configs": [{"targets": [f"127.0.0.1:{target.port}"]}],
        }  # fmt: skip
        config = {
            "global": {"evaluation_interval": EVERY}, "rule_files": [RULES.name, ALERTS.name],
            "scrape_configs": [scraped],
        }  # fmt: skip
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        with configured(folder / "prometheus.yml", folder / "data") as server:
            yield server.url


def _answer(url: str, expr: str) -> list[object]:
    """What Prometheus says to a query, as Grafana would put it with everything chosen."""
    for macro, value in {**MACROS, "$__rate_interval": "30s"}.items():
        expr = expr.replace(macro, value)
    reply = requests.post(f"{url}/api/v1/query", data={"query": expr}, timeout=30).json()
    assert reply["status"] == "success", reply
    found: list[object] = reply["data"]["result"]
    return found


def test_every_query_has_an_answer(server: str) -> None:
    """No panel stays empty once there is something to show, and no join fails."""
    waiting = dict(TARGETS)
    deadline = time.monotonic() + WITHIN
    while waiting and time.monotonic() < deadline:
        waiting = {name: expr for name, expr in waiting.items() if not _answer(server, expr)}
        time.sleep(0.5)  # half the time between two scrapes: more questions have no more answers, and cost a core
    assert not waiting


def test_every_variable_has_values(server: str) -> None:
    """But for the namespace, which only Kubernetes knows."""
    for dashboard in DASHBOARDS.values():
        for variable in dashboard["templating"]["list"][1:]:
            query = {"match[]": "driftwatch_mock_operations"}
            reply = requests.get(f"{server}/api/v1/label/{variable['name']}/values", params=query, timeout=30).json()
            assert reply["data"] or variable["name"] == "namespace"


def test_rules_are_evaluated_without_an_error(server: str) -> None:
    """None meets two series where it expects one."""
    groups = requests.get(f"{server}/api/v1/rules", timeout=30).json()["data"]["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} <= {"ok", "unknown"}
    assert len(groups) == sum(len(yaml.safe_load(path.read_text())["groups"]) for path in (RULES, ALERTS))
