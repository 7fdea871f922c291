"""A real Prometheus for tests: started on a free loopback port with scrape jobs, asked through its API, stopped."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.programs import is_fine, program, started
from tests.servers import closed_port


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
    config = folder / "prometheus.json"
    settings: dict[str, object] = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "scrape_configs": jobs,
        "rule_files": [str(path) for path in rules],
    }
    if alertmanager:
        settings["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    config.write_text(json.dumps(settings), encoding="utf-8")
    with configured(config, folder / "tsdb") as server:
        yield server


@contextmanager
def configured(config: Path, data: Path) -> Iterator[Prometheus]:
    """One with a config of its own, over what may lie in its data folder already."""
    url = f"http://127.0.0.1:{closed_port()}"
    command = [
        program("prometheus", "prometheus"), f"--config.file={config}", f"--storage.tsdb.path={data}",
        f"--web.listen-address={url.removeprefix('http://')}", "--enable-feature=exemplar-storage",
    ]  # fmt: skip
    with started(command, lambda: is_fine(f"{url}/-/ready"), data.parent / "prometheus.log"):
        yield Prometheus(url)


def promtool(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run it to its end."""
    command = [program("promtool", "prometheus"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
