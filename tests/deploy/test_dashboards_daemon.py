"""A real daemon, scraped by a real Prometheus that remembers a week of it, fills every panel of its dashboard."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.catalogue import ALERTS, RULES
from tests.deploy.promql import MACROS
from tests.deploy.test_dashboards import TARGETS
from tests.node import free_port
from tests.prometheus import configured, promtool
from tests.servers import Server, json_answer, serve
from tests.waiting import wait_until

pytestmark = [pytest.mark.prometheus, pytest.mark.timeout(240)]

WITHIN: Final = 90.0
TOKEN: Final = "token-of-a-pipeline"
HOUR: Final = 3600
WEEK: Final = 7 * 24 * HOUR
TRUTH: Final = {"/u/0": json_answer('{"id": 1}'), "/u/1": json_answer('{"id": 2}'), "/u/2": json_answer('{"id": 3}')}
"""What staging says; it takes notices as well."""


def _write_mocks(folder: Path) -> None:
    """One true stub, one that drifted, each with a delay of its own; and a recording, which has a date."""
    folder.mkdir()
    for number, body in enumerate(({"id": 1}, {"id": 2, "gone": True})):
        answer = {"status": 200, "jsonBody": body, "headers": {"Content-Type": "application/json"},
                  "fixedDelayMilliseconds": 5}  # fmt: skip
        stub = {"request": {"method": "GET", "url": f"/u/{number}"}, "response": answer}
        (folder / f"{number}.json").write_text(json.dumps(stub), encoding="utf-8")
    exchange = {
        "startedDateTime": "2026-01-05T10:00:00.000Z", "time": 12, "cache": {}, "timings": {"wait": 10},
        "request": {"method": "GET", "url": "https://users.example.com/u/2", "headers": [], "queryString": []},
        "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}],
                     "content": {"size": 9, "mimeType": "application/json", "text": '{"id": 9}'}},
    }  # fmt: skip
    log = {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": [exchange]}
    (folder / "users.har").write_text(json.dumps({"log": log}), encoding="utf-8")


def _write_lessons(folder: Path) -> None:
    """A suite that rests on both stubs, and an incident at the one that is false."""
    touches = [{"tool": "wiremock", "file": f"mocks/{number}.json"} for number in (0, 1)]
    uses = [{"test": "tests/test_users.py::test_name", "outcome": "passed", "touches": touches}]
    record = {"schema": "driftwatch.usage/1", "suite": "users", "uses": uses}
    (folder / "usage.json").write_text(json.dumps(record), encoding="utf-8")
    incident = {"schema": "driftwatch.incident/1", "title": "Users went away", "provider": "users", "path": "/u/1",
                "happened_at": "2026-01-05T10:00:00Z"}  # fmt: skip
    (folder / "incidents").mkdir()
    (folder / "incidents" / "users.yaml").write_text(yaml.safe_dump(incident), encoding="utf-8")


@contextmanager
def _daemon(folder: Path, staging: Server) -> Iterator[str]:
    """One that audits, remembers, tells of drift, and hears of rollouts and tests; its URL, once it has audited."""
    _write_mocks(folder / "mocks")
    _write_lessons(folder)
    (folder / "hook").write_text(f"{staging.url}/hook", encoding="utf-8")
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    port = free_port()
    config = {
        # the second audit is the first to know since when the drift is there: the first finds the store empty
        "providers": {"users": {"mocks": "mocks", "target": staging.url, "schedule": {"when": "10s"}}},
        "notify": {"channels": {"team": {"url": "${file:hook}", "format": "json"}}},
        "deploys": {"webhook": {"token": "${file:token}"}, "audit": False},
        "web": {"port": port},
        "incidents": "incidents",
    }
    (folder / "driftwatch.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    environment = {**os.environ, "DRIFTWATCH_STORE": f"sqlite:///{folder}/store.db"}
    command = [sys.executable, "-m", "driftwatch", "serve", "--config", "driftwatch.yaml"]
    told = [*command[:3], "tests", "import", "--config", "driftwatch.yaml", "usage.json"]
    subprocess.run(told, cwd=folder, env=environment, check=True, capture_output=True)
    with (folder / "daemon.log").open("wb") as log:
        daemon = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: "driftwatch_mock_fidelity_ratio{" in _exposed(url))
        with _rolling_out(url):
            yield url
    finally:
        daemon.terminate()
        daemon.wait(timeout=60)


@contextmanager
def _rolling_out(url: str) -> Iterator[None]:
    """A pipeline releases the provider again and again."""
    is_over = threading.Event()

    def release() -> None:
        for number in itertools.count():
            document = {"provider": "users", "version": f"1.{number}"}
            headers = {"Authorization": f"Bearer {TOKEN}"}
            assert requests.post(f"{url}/api/deploys", json=document, headers=headers, timeout=5).status_code == 202
            if is_over.wait(5):
                return

    pipeline = threading.Thread(target=release)
    pipeline.start()
    try:
        yield
    finally:
        is_over.set()
        pipeline.join()


def _exposed(url: str) -> str:
    try:
        return requests.get(f"{url}/metrics", timeout=5).text
    except requests.ConnectionError:  # not yet
        return ""


def _past(now: int) -> tuple[range, range]:
    """Each minute around what is a week ago, and around a full hour, at which the budget samples what it averages."""
    hour = now // HOUR * HOUR - 3 * HOUR
    return range(now - WEEK - 300, now - WEEK + 900, 60), range(hour - 240, hour + 120, 60)


def _write_past(folder: Path, url: str, now: int) -> None:
    """Blocks of what the daemon exposes, as if it had done so then.

    Moments that it tells are shifted with it. promtool takes OpenMetrics, in which a counter would need another name.
    """
    target = f'job="driftwatch",instance="{url.removeprefix("http://")}"'
    then = [moment for span in _past(now) for moment in span]
    series: dict[str, list[str]] = {}
    for family in text_string_to_metric_families(_exposed(url)):
        for sample in family.samples:
            own = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sample.labels.items())
            labels = ",".join([target, *own])
            is_moment = sample.name.endswith("_timestamp_seconds") and sample.value
            series.setdefault(sample.name, []).extend(
                f"{sample.name}{{{labels}}} {sample.value - (now - at) * bool(is_moment)} {at}" for at in then
            )
    lines = [line for name, samples in series.items() for line in (f"# TYPE {name} gauge", *samples)]
    (folder / "past.om").write_text("\n".join([*lines, "# EOF\n"]), encoding="utf-8")
    made = promtool("tsdb", "create-blocks-from", "openmetrics", folder / "past.om", folder / "data")
    assert made.returncode == 0, made.stderr


def _record_past(folder: Path, now: int) -> None:
    """What our recording rules would have recorded then: by promtool, as operators do for new rules.

    It does not see what it records itself, and a server sees new blocks when it starts; so each group, which may ask
    for what those before it record, has its turn.
    """
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        (folder / "group.yaml").write_text(yaml.safe_dump({"groups": [group]}), encoding="utf-8")
        with configured(folder / "prometheus.yml", folder / "data") as server:
            for span in _past(now):
                made = promtool(
                    "tsdb", "create-blocks-from", "rules", f"--url={server.url}", f"--start={span[0]}",
                    f"--end={span[-1]}", f"--eval-interval={span.step}s", f"--output-dir={folder / 'data'}",
                    folder / "group.yaml",
                )  # fmt: skip
                assert made.returncode == 0, made.stderr


@pytest.fixture
def scraped(tmp_path: Path) -> Iterator[str]:
    """A Prometheus with our rules that scrapes a daemon, and remembers it."""
    for path in (RULES, ALERTS):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group["interval"] = "1s"
        (tmp_path / path.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
    with serve(TRUTH) as staging, _daemon(tmp_path, staging) as url:
        now = int(time.time())
        _write_past(tmp_path, url, now)
        job = {"job_name": "driftwatch", "scrape_interval": "1s", "scrape_timeout": "1s",
               "static_configs": [{"targets": [url.removeprefix("http://")]}]}  # fmt: skip
        config = {
            "global": {"evaluation_interval": "1s"}, "rule_files": [RULES.name, ALERTS.name], "scrape_configs": [job],
        }  # fmt: skip
        (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        _record_past(tmp_path, now)
        with configured(tmp_path / "prometheus.yml", tmp_path / "data") as server:
            yield server.url


def test_a_daemon_fills_its_dashboard(scraped: str) -> None:
    """Every panel has data."""
    empty = {name: expr for name, expr in TARGETS.items() if name.startswith("driftwatch-overview: ")}
    assert len(empty) > 20
    deadline = time.monotonic() + WITHIN
    while empty and time.monotonic() < deadline:
        empty = {name: expr for name, expr in empty.items() if not _answer(scraped, expr)}
        time.sleep(0.2)
    assert not empty


def _answer(url: str, expr: str) -> list[object]:
    for macro, value in {**MACROS, "$__rate_interval": "30s"}.items():
        expr = expr.replace(macro, value)
    reply = requests.post(f"{url}/api/v1/query", data={"query": expr}, timeout=30).json()
    assert reply["status"] == "success", reply
    found: list[object] = reply["data"]["result"]
    return found
