"""A real Prometheus for tests: started on a free loopback port with scrape jobs, asked through its API, stopped."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.daemon.running import wait_until
from tests.servers import closed_port


def program(name: str, package: str) -> str:
    """Where a program is; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = shutil.which(name)
    if found is not None:
        return found
    reason = f"NOT RUN: needs {name} (Debian: {package})"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One that runs."""

    url: str

    def ask(self, path: str, **parameters: str) -> Any:
        """The answer's data."""
        return requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=10).json()["data"]

    def values(self, query: str) -> list[float]:
        """The values of an instant query, in no order."""
        return [float(one["value"][1]) for one in self.ask("query", query=query)["result"]]

    def errors(self) -> list[str]:
        """Why scrapes failed."""
        return [one["lastError"] for one in self.ask("targets")["activeTargets"] if one["lastError"]]


@contextmanager
def prometheus(
    folder: Path, jobs: Sequence[Mapping[str, object]], rules: Sequence[Path] = (), alertmanager: str = ""
) -> Iterator[Prometheus]:
    """One that scrapes these jobs each second, with exemplars, and tells an Alertmanager, if any; JSON is YAML."""
    binary = program("prometheus", "prometheus")
    config = folder / "prometheus.json"
    settings: dict[str, object] = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "scrape_configs": jobs,
        "rule_files": [str(path) for path in rules],
    }
    if alertmanager:
        settings["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    config.write_text(json.dumps(settings), encoding="utf-8")
    url = f"http://127.0.0.1:{(port := closed_port())}"
    command = [
        binary, f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: _is_ready(url))
        yield Prometheus(url)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=2).ok
    except requests.RequestException:
        return False
