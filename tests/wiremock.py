"""A real WireMock for tests: started on a free loopback port with a folder of mappings, and stopped."""

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


def jar() -> Path:
    """WireMock's standalone jar; where Java or the jar is missing, skips loudly, or fails if all must run."""
    jars = sorted((ROOT / ".tools" / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar"))
    if shutil.which("java") and jars:
        return jars[-1]
    reason = "NOT RUN: needs Java and WireMock's jar: npm install --prefix .tools wiremock@3.13.2"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


class WireMock:
    """A running WireMock."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        """Its root: ``mappings`` and ``__files`` are below."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def wiremock(folder: Path, *options: str) -> Iterator[WireMock]:
    """Serve a folder; ready when the block begins, gone when it ends."""
    port = _free_port()
    arguments = ["--port", str(port), "--bind-address", "127.0.0.1", "--root-dir", str(folder), "--disable-banner"]
    process = subprocess.Popen(
        ["java", "-Xmx256m", "-jar", str(jar()), *arguments, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process)
        yield WireMock(url, folder)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until it answers: the readiness URL decides, not a guess at how long Java takes."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"WireMock ended with {process.returncode} before it was ready")
        try:
            if requests.get(f"{url}/__admin/mappings", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("WireMock was not ready in time")
