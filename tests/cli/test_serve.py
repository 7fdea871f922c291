"""``driftwatch serve`` as a process: it becomes ready, heeds signals, and ends as it should."""

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from driftwatch.model.password import fits
from tests.cli.calling import PATIENCE, spawn, start, stop, write_stub
from tests.servers import Server, json_answer, misbehave, serve
from tests.waiting import wait_until

PAYMENT = json_answer('{"id": 7}')


@dataclass
class Service:
    """A running daemon."""

    process: "subprocess.Popen[str]"
    log: Path
    url: str = ""

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """What was logged so far, in whole lines."""
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [event for event in found if not name or event["event"] == name]

    def get(self, path: str) -> requests.Response:
        """Ask it."""
        return requests.get(f"{self.url}{path}", timeout=PATIENCE)

    def value(self, series: str) -> float | None:
        """One series of its metrics."""
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(f"{series} "):
                return float(line.rpartition(" ")[2])
        return None

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


def write_config(folder: Path, staging: Server, **more: object) -> Path:
    """A daemon on a free port, with one provider."""
    write_stub(folder / "mocks", "/payments/7", {"id": 7})
    config = folder / "driftwatch.yaml"
    settings: dict[str, object] = {
        "probing": {"samples": 1, "spacing_seconds": 0, "rate": 10_000},
        "schedule": {"when": "700h"},
        "daemon": {"grace": 2, "reload": 0},
        "web": {"port": 0},
        "providers": {"payments": {"mocks": "mocks", "target": staging.url}},
        **more,
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    return config


@contextmanager
def running(config: Path, *options: str, **environment: str) -> Iterator[Service]:
    """A daemon that listens; killed afterwards if it still runs."""
    log = config.parent / "log"
    with log.open("wb") as stream:
        process = start("serve", "--config", config, *options, environment=environment, stderr=stream.fileno())
    service = Service(process, log)
    try:
        wait_until(lambda: bool(service.events("daemon.started")) or process.poll() is not None)
        (started,) = service.events("web.started")
        service.url = started["url"]
        yield service
    finally:
        stop(process)


def test_it_audits_serves_and_ends_at_sigterm(tmp_path: Path) -> None:
    """With 0, and everything it did is in the log."""
    with serve({"/payments/7": PAYMENT}) as staging, running(write_config(tmp_path, staging)) as service:
        wait_until(lambda: bool(service.events("audit.finished")))
        wait_until(lambda: service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1)
        assert service.get("/readyz").json()["status"] == "well"
        assert service.end(signal.SIGTERM) == 0
        names = [event["event"] for event in service.events()]
        assert names[-2:] == ["daemon.stopping", "daemon.stopped"]
        assert not [event for event in service.events() if event["level"] not in ("info", "debug")]


def test_ctrl_c_ends_it_alike(tmp_path: Path) -> None:
    """For whoever runs it at a terminal."""
    with serve({"/payments/7": PAYMENT}) as staging, running(write_config(tmp_path, staging)) as service:
        assert service.end(signal.SIGINT) == 0


def test_sighup_reads_the_config_anew(tmp_path: Path) -> None:
    """A bad one is told and the old one holds; a good one holds."""
    with serve({"/payments/7": PAYMENT}) as staging:
        config = write_config(tmp_path, staging)
        with running(config) as service:
            good = config.read_text(encoding="utf-8")
            config.write_text(good.replace('"700h"', '"0 0 31 2 *"'), encoding="utf-8")
            service.process.send_signal(signal.SIGHUP)
            wait_until(lambda: bool(service.events("config.rejected")))  # told after it is counted
            assert service.value("driftwatch_config_last_reload_successful") == 0
            (rejected,) = service.events("config.rejected")
            assert "schedule.when" in rejected["mistakes"][0]
            assert service.value('driftwatch_log_messages_total{level="error"}') == 1
            assert service.get("/readyz").status_code == 200
            assert service.get("/readyz").json()["checks"]["config"]["status"] == "impaired"
            config.write_text(good.replace('"700h"', '"30m"'), encoding="utf-8")
            service.process.send_signal(signal.SIGHUP)
            wait_until(lambda: service.value("driftwatch_config_last_reload_successful") == 1)
            assert service.value('driftwatch_audit_interval_seconds{provider="payments"}') == 1800


def test_a_service_that_never_answers_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """The audit is given up within the grace period, recorded as interrupted, and the exit code is 0."""
    with misbehave(lambda caller: caller.hold()) as staging:
        config = write_config(tmp_path, staging, daemon={"grace": 1})
        with running(config) as service:
            wait_until(lambda: bool(staging.callers))
            assert service.end(signal.SIGTERM) == 0
            (stopped,) = service.events("daemon.stopped")
            assert stopped["unfinished"] == ["payments"]


def test_what_was_given_up_is_remembered_as_interrupted_and_the_last_success_as_well(tmp_path: Path) -> None:
    """In the store, so that the next process knows both from its start."""
    store, config = tmp_path / "memory.db", tmp_path / "driftwatch.yaml"
    with serve({"/payments/7": PAYMENT}) as staging:
        write_config(tmp_path, staging, store=str(store))
        with running(config) as service:
            wait_until(lambda: bool(service.events("store.recorded")))
            wait_until(lambda: service.value("driftwatch_state_last_write_timestamp_seconds") != 0)
            wait_until(lambda: service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1)
            succeeded = service.value('driftwatch_mock_last_success_timestamp_seconds{provider="payments"}')
            assert service.get("/readyz").json()["checks"]["store"]["status"] == "well"
            assert service.end(signal.SIGTERM) == 0
    with misbehave(lambda caller: caller.hold()) as silent:
        write_config(tmp_path, silent, store=str(store), daemon={"grace": 1})
        with running(config) as service:
            wait_until(lambda: bool(silent.callers))
            recalled = service.value('driftwatch_mock_last_success_timestamp_seconds{provider="payments"}')
            assert succeeded is not None
            assert recalled == pytest.approx(succeeded, abs=1)
            assert service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1, "before any audit ended"
            assert service.end(signal.SIGTERM) == 0
    with sqlite3.connect(store) as memory:
        found = memory.execute("SELECT status FROM runs ORDER BY started_at").fetchall()
    memory.close()
    assert found == [("complete",), ("interrupted",)]


def test_a_store_that_is_down_is_seen(tmp_path: Path) -> None:
    """In readiness, metrics and log; the audits go on, and what they found is shown."""
    (tmp_path / "file").write_text("no folder")
    with serve({"/payments/7": PAYMENT}) as staging:
        config = write_config(tmp_path, staging, store=str(tmp_path / "file" / "memory.db"))
        with running(config) as service:
            wait_until(lambda: service.value("driftwatch_state_write_failures_total") == 1)
            health = service.get("/readyz")
            assert health.status_code == 503
            assert "memory.db" in health.json()["checks"]["store"]["reason"]
            assert service.get("/livez").status_code == 200
            wait_until(lambda: service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1)
            assert service.events("store.failed")


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    """As if nobody had handled it, whatever the grace period says."""
    with misbehave(lambda caller: caller.hold()) as staging:
        config = write_config(tmp_path, staging, daemon={"grace": 3600})
        with running(config) as service:
            wait_until(lambda: bool(staging.callers))
            service.process.send_signal(signal.SIGTERM)
            wait_until(lambda: bool(service.events("daemon.stopping")))
            assert service.end(signal.SIGTERM) == -signal.SIGTERM


def test_a_port_that_is_taken_and_a_bad_config_are_usage(tmp_path: Path) -> None:
    """Told like any mistake, with 2, before anything is audited."""
    with serve({}) as staging:
        config = write_config(tmp_path, staging, web={"port": staging.port})
        ran = spawn("serve", "--config", config)
        assert ran.code == 2
        assert f"port {staging.port}" in ran.err
        ran = spawn("serve", "--config", write_config(tmp_path, staging, schedule={"when": "0 0 31 2 *"}))
        assert ran.code == 2
        assert "it never happens" in ran.err
        assert staging.received == []


@pytest.mark.parametrize("ending", ["\n", ""])
def test_a_password_is_hashed_from_standard_input(ending: str, tmp_path: Path) -> None:
    """One line that the config may refer to; the password is not in it."""
    told = tmp_path / "password"
    told.write_text(f"correct horse{ending}", encoding="utf-8")
    with told.open() as stream, start("config", "hash-password", stdin=stream.fileno()) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert fits("correct horse", out.removesuffix("\n"))
    with open(os.devnull) as nothing, start("config", "hash-password", stdin=nothing.fileno()) as process:  # noqa: PTH123
        assert process.wait(timeout=PATIENCE) == 2


def test_a_run_can_wait_until_it_was_scraped(tmp_path: Path) -> None:
    """The metrics are served until somebody took them whole; then the command ends as it would have."""
    with serve({"/payments/7": PAYMENT}) as staging:
        config = write_config(tmp_path, staging)
        log = tmp_path / "log"
        with log.open("wb") as stream:
            process = start("audit", "--config", config, "--serve-until-scraped", "60", stderr=stream.fileno())
        service = Service(process, log)
        try:
            wait_until(lambda: bool(service.events("web.started")))
            service.url = service.events("web.started")[0]["url"]
            assert service.get("/livez").status_code == 200
            assert process.poll() is None
            assert service.value('driftwatch_mock_verified_ratio{provider="payments"}') == 1
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            stop(process)


def test_nobody_scrapes(tmp_path: Path) -> None:
    """That is told, and changes no exit code."""
    with serve({"/payments/7": PAYMENT}) as staging:
        ran = spawn("audit", "--config", write_config(tmp_path, staging), "--serve-until-scraped", "0.1")
    assert ran.code == 0
    assert "Nobody scraped" in ran.err


def test_a_textfile_is_written_beside_the_report(tmp_path: Path) -> None:
    """Whole, and nothing else is left in the folder."""
    place = tmp_path / "collector" / "driftwatch.prom"
    place.parent.mkdir()
    with serve({"/payments/7": PAYMENT}) as staging:
        ran = spawn("audit", "--config", write_config(tmp_path, staging), "--textfile", place)
    assert ran.code == 0
    assert [path.name for path in place.parent.iterdir()] == ["driftwatch.prom"]
    assert 'driftwatch_mock_verified_ratio{provider="payments"} 1.0\n' in place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--textfile", "x.txt"), ".prom"),
        (("--textfile", "absent/x.prom"), "--textfile"),
        (("--push-gateway", "ftp://x"), "--push-gateway"),
        (("--push-gateway", "http://user:hunter2@x"), "--push-gateway"),
        (("--serve-until-scraped", "0"), "--serve-until-scraped"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else part,
)
def test_what_cannot_be_delivered_is_told_before_the_audit(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """With 2, without a question asked and without a secret repeated."""
    with serve({}) as staging:
        ran = spawn("audit", "--config", write_config(tmp_path, staging), *words, cwd=tmp_path)
        assert staging.received == []
    assert ran.code == 2
    assert told in ran.err
    assert "hunter2" not in ran.err
