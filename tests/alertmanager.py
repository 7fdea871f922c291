"""A real Alertmanager for tests: started on a free loopback port with one webhook receiver, asked through its API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.programs import is_fine, program, started
from tests.servers import closed_port


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """One that runs."""

    url: str

    def alerts(self) -> list[dict[str, Any]]:
        """Those that it holds for firing."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/api/v2/alerts", timeout=10).json()
        return found


@contextmanager
def alertmanager(folder: Path, hook: str = "http://127.0.0.1:9/") -> Iterator[Alertmanager]:
    """One without a cluster, which posts each change to ``hook`` at once; JSON is YAML."""
    binary = program("prometheus-alertmanager", "prometheus-alertmanager")
    route = {"receiver": "hook", "group_by": ["..."], "group_wait": "0s", "group_interval": "1s"}
    receivers = [{"name": "hook", "webhook_configs": [{"url": hook, "send_resolved": True}]}]
    config = folder / "alertmanager.json"
    config.write_text(json.dumps({"route": route, "receivers": receivers}), encoding="utf-8")
    url = f"http://127.0.0.1:{closed_port()}"
    command = [
        binary, f"--config.file={config}", f"--storage.path={folder / 'alertmanager'}", "--cluster.listen-address=",
        f"--web.listen-address={url.removeprefix('http://')}",
    ]  # fmt: skip
    with started(command, lambda: is_fine(f"{url}/-/ready"), folder / "alertmanager.log"):
        yield Alertmanager(url)
