"""Real programs for tests: found, started, awaited by their readiness page, stopped."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import requests

from tests.waiting import wait_until


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
def started(command: Sequence[str], url: str, log: Path) -> Iterator[str]:
    """A program that answers at a URL; ready when the block begins, gone when it ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=log.parent, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: _is_ready(url) or process.poll() is not None)
        if process.poll() is not None:
            pytest.fail(f"{command[0]} ended: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=2).ok
    except requests.RequestException:
        return False
