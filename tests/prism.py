"""A real Prism for tests: started on a free loopback port with one OpenAPI description, stopped when done."""

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


def program() -> Path:
    """Prism's command line; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = ROOT / ".tools" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if shutil.which("node") and found.is_file():
        return found
    reason = "NOT RUN: needs Node.js and Prism: npm install --prefix .tools @stoplight/prism-cli@5.14.2"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def prism(description: Path) -> Iterator[str]:
    """The URL at which ``prism mock`` serves a description; ready when the block begins, gone when it ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["node", str(program()), "mock", str(description), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until it answers, be it that there is no such route."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"Prism ended with {process.returncode} before it was ready")
        try:
            requests.get(url, timeout=2).close()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Prism was not ready in time")
