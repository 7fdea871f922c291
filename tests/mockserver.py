"""A real MockServer for tests: started on a free loopback port, with files of expectations or without, and stopped."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.node import ROOT, free_port

PACKAGES = {"5.15.0": "mockserver-node-5", "8.0.0": "mockserver-node"}
"""The versions the facts are from: the last of the 5.x that most teams still run, and a new one."""
_READY_WITHIN = 90.0


def jar(version: str) -> Path:
    """MockServer's jar; where Java or the jar is missing, skips loudly, or fails if all must run."""
    package = PACKAGES[version]
    found = ROOT / ".tools" / "node_modules" / package / f"mockserver-netty-{version}-jar-with-dependencies.jar"
    if shutil.which("java") and found.is_file():
        return found
    alias = "" if package == "mockserver-node" else f"{package}@npm:"
    reason = f"NOT RUN: needs Java and npm install --prefix .tools --no-package-lock {alias}mockserver-node@{version}"
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def mockserver(version: str, work: Path, pattern: str = "") -> Iterator[str]:
    """The URL of a MockServer in a folder, loaded with the files below it that ``pattern`` names."""
    port = free_port()
    options = [f"-Dmockserver.initializationJsonPath={work}/{pattern}"] if pattern else []
    command = ["java", "-Xmx256m", "-Dmockserver.logLevel=WARN", "-Dmockserver.disableSystemOut=true", *options]
    log = work / "mockserver.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "-jar", str(jar(version)), "-serverPort", str(port)],
            cwd=work,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until it answers: its files are loaded before it listens."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"MockServer ended with {process.returncode} before it was ready: {log.read_text()[-2000:]}")
        try:
            if requests.put(f"{url}/mockserver/status", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    pytest.fail(f"MockServer was not ready in time: {log.read_text()[-2000:]}")
