"""Real programs for tests: found, started, awaited by their readiness page, stopped."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import pytest
import requests

from tests.waiting import wait_until

JAVA: Final = ("java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
"""For a server that answers some hundred requests: what the second compiler, and threads that collect, would cost is
never got back."""
_READY_WITHIN: Final = 90.0
"""Seconds: Java takes its time on a busy machine."""


def program(name: str, package: str) -> str:
    """Where a program is; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = shutil.which(name)
    if found is None:
        not_run(f"needs {name} (Debian: {package})")
    return found


def not_run(reason: str) -> NoReturn:
    """Skips, loudly, and fails where CI has seen to it that everything can run."""
    if os.environ.get("DRIFTWATCH_TESTS_NEED_ALL"):
        pytest.fail(f"NOT RUN: {reason}")
    pytest.skip(f"NOT RUN: {reason}")


@contextmanager
def started(command: Sequence[str], is_ready: Callable[[], bool], log: Path) -> Iterator[None]:
    """A program that runs in the folder of its log; ready when the block begins, gone when it ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=log.parent, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: is_ready() or process.poll() is not None, _READY_WITHIN)
        if process.poll() is not None:
            pytest.fail(f"{command[0]} ended: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(url: str, method: str = "GET") -> bool:
    """Whether somebody answers there, be it that there is no such route."""
    return _asked(url, method) is not None


def is_fine(url: str, method: str = "GET") -> bool:
    """Whether the answer there is a success."""
    return bool(_asked(url, method))


def _asked(url: str, method: str) -> requests.Response | None:
    try:
        return requests.request(method, url, timeout=2)
    except requests.RequestException:
        return None
