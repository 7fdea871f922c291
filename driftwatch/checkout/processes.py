"""A command of the team's, bounded in time and output; whatever it started is gone when it has ended."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

_KEPT: Final = 64
"""Pieces of 1 KiB of output that are kept, the last ones."""
_PIECE: Final = 1024
_MERCY: Final = 3.0
"""Seconds between the polite end and the other."""


class Ended(Struct, frozen=True):
    """How a command ended."""

    code: int | None
    """As a shell tells it, 128 + the signal's number; ``None`` if its time was over."""
    seconds: float
    output: str
    """The end of what it printed on both streams."""


def run(command: str, folder: Path, environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a command of the shell's in a folder and a process group of its own."""
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S602 - the user's own command line, as in `git bisect run`
        command,
        shell=True,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    pieces: deque[bytes] = deque(maxlen=_KEPT)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    reader = threading.Thread(target=_drain, args=(process.stdout, pieces), daemon=True)
    reader.start()
    code: int | None = None
    try:
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=seconds)
    finally:
        _end_group(process)
    reader.join(timeout=_MERCY)
    if code is not None and code < 0:
        code = 128 - code
    return Ended(code, time.monotonic() - started, b"".join(pieces).decode("utf-8", "replace"))


def _drain(stream: IO[bytes], pieces: "deque[bytes]") -> None:
    with stream:
        while piece := os.read(stream.fileno(), _PIECE):
            pieces.append(piece)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End whatever is left of the group: first asked, then not."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_MERCY)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
