"""A command of the team's, bounded in time and output; whatever it started is gone when it has ended."""

import os
import secrets
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

_KEPT: Final = 64
"""Pieces of 1 KiB of output that are kept, the last ones."""
_PIECE: Final = 1024
_MERCY: Final = 3.0
"""Seconds between the polite end and the other."""
_TAG: Final = "DRIFTWATCH_REHEARSAL"
"""What all that a command starts has in its environment: a process that left the group is known by it (proc(5))."""
_LOOKS: Final = 20
"""How often is looked for those, since each may start another meanwhile."""


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
    child = _Child(command, folder, environment)
    code: int | None = None
    try:
        child.start()
        process = child.process()
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=seconds)
    finally:
        child.end()
    if code is not None and code < 0:
        code = 128 - code
    return Ended(code, time.monotonic() - started, b"".join(child.pieces).decode("utf-8", "replace"))


class _Child:
    """The command and the thread that started it and listens to it.

    Signals interrupt the main thread alone: a command that another thread starts is known, and so can be ended, even if
    Ctrl-C comes in the very moment of its start.
    """

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.pieces: deque[bytes] = deque(maxlen=_KEPT)
        self._tag = secrets.token_hex(16)
        self._asked = (command, folder, {**environment, _TAG: self._tag})
        self._process: subprocess.Popen[bytes] | None = None
        self._error: OSError | None = None
        self._is_settled = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def process(self) -> "subprocess.Popen[bytes]":
        """Once it runs; raises ``OSError`` if it does not."""
        self._is_settled.wait()
        if self._process is None:
            raise self._error or OSError("no process was started")
        return self._process

    def end(self) -> None:
        """Nothing of it is left."""
        if self._is_settled.wait(timeout=_MERCY) and self._process is not None:
            _end_group(self._process)
            _end_strays(f"{_TAG}={self._tag}".encode())
            self._thread.join(timeout=_MERCY)

    def _run(self) -> None:
        try:
            command, folder, environment = self._asked
            self._process = subprocess.Popen(  # noqa: S602 - the user's own command line, as in `git bisect run`
                command,
                shell=True,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._error = error
        finally:
            self._is_settled.set()
        if self._process is not None and self._process.stdout is not None:
            with self._process.stdout as stream:
                while piece := os.read(stream.fileno(), _PIECE):
                    self.pieces.append(piece)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End whatever is left of the group: first asked, then not."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_MERCY)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_strays(tag: bytes) -> None:
    """End what left the group, as daemons do; where there is no ``/proc``, nobody knows of it."""
    for _ in range(_LOOKS):
        strays = list(_strays(tag))
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not strays:
            return


def _strays(tag: bytes) -> Iterator[int]:
    """Processes of ours that were started with this in their environment."""
    try:
        pids = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
    except OSError:
        return
    for pid in pids:
        with suppress(OSError):  # of somebody else, or gone
            if tag in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                yield pid
