"""Tools of Node.js for tests: found below ``.tools``, started with a free loopback port, waited for, stopped."""

import shutil
import socket
from contextlib import AbstractContextManager
from pathlib import Path

from tests.programs import answers, not_run, started

ROOT = Path(__file__).resolve().parent.parent


def package_file(package: str, version: str, file: str) -> Path:
    """A file of an npm package; skips, loudly, where it is missing (and fails where CI installed it)."""
    found = ROOT / ".tools" / "node_modules" / package / file
    if not shutil.which("node") or not found.is_file():
        not_run(f"needs Node.js and npm install --prefix .tools --no-package-lock {package}@{version}")
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def running(program: Path, *arguments: str, ready: str, folder: Path) -> AbstractContextManager[None]:
    """A server, once ``ready`` answers whatever it is asked; ended with the block. ``folder`` takes its log."""
    command = ["node", str(program), *arguments]
    return started(command, lambda: answers(ready), folder / f"{program.name}.log")
