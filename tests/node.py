"""Tools of Node.js for tests: found below ``.tools``, started with a free loopback port, waited for, stopped."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent
_READY_WITHIN = 60.0


def package_file(package: str, version: str, file: str) -> Path:
    """A file of an npm package; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = ROOT / ".tools" / "node_modules" / package / file
    if shutil.which("node") and found.is_file():
        return found
    reason = f"NOT RUN: needs Node.js and npm install --prefix .tools --no-package-lock {package}@{version}"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port of the loopback interface that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(program: Path, *arguments: str, ready: str, folder: Path) -> Iterator[None]:
    """A server, once ``ready`` answers whatever it is asked; ended with the block. ``folder`` takes its log."""
    log = folder / f"{program.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["node", str(program), *arguments], cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(ready, process, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"ended with {process.returncode} before it was ready: {log.read_text()[-2000:]}")
        try:
            requests.get(url, timeout=2).close()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"not ready in time: {log.read_text()[-2000:]}")
