"""A real Prometheus for tests, and where its companion promtool is."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.node import free_port

_READY_WITHIN = 60.0


def program(name: str) -> str:
    """``prometheus`` or ``promtool``; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = shutil.which(name)
    if found:
        return found
    reason = f"NOT RUN: needs {name} 2.42 or newer (Debian package prometheus)"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    command = [program("promtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@contextmanager
def prometheus(config: Path, data: Path) -> Iterator[str]:
    """The URL of a Prometheus with this config; ready when the block begins, gone when it ends."""
    url = f"http://127.0.0.1:{free_port()}"
    command = [
        program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={data}",
        f"--web.listen-address={url.removeprefix('http://')}",
    ]  # fmt: skip
    log = data.parent / "prometheus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=data.parent, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + _READY_WITHIN
        while not _is_ready(url):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Prometheus is not ready: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=2).ok
    except requests.ConnectionError:
        return False
