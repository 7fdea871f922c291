"""Calls the command line: in this process, in a process of its own, and in one whose streams are a terminal."""

import errno
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from driftwatch.cli.main import run

_OURS = ("DRIFTWATCH_", "NO_COLOR", "COLUMNS", "LINES", "TERM", "FORCE_COLOR", "PYTHONWARNINGS")
PATIENCE = 30.0
"""Seconds after which a process that should have ended is taken for hanging."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, object]]:
        """The log on standard error; every line of it must be an event."""
        return [json.loads(line) for line in self.err.splitlines()]


@contextmanager
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands in this process find no settings of the developer, and leave no log that writes to a closed stream."""
    for name in os.environ.keys() - plain_environment().keys():
        monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    """Run a command in this process."""
    capsys.readouterr()
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return Ran(int(code), out, err)


def plain_environment(**more: str) -> dict[str, str]:
    """The environment without what the command line heeds."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | more


def start(
    *arguments: object, cwd: Path | None = None, environment: Mapping[str, str] | None = None, **streams: int
) -> "subprocess.Popen[str]":
    """Start a command as a process of its own; warnings of Python are errors in it, too."""
    with _heeding_ctrl_c():
        process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "driftwatch", *map(str, arguments)],
            cwd=cwd,
            env=plain_environment(**(environment or {})),
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},  # type: ignore[call-overload]
        )
    return process


@contextmanager
def _heeding_ctrl_c() -> Iterator[None]:
    """A child heeds Ctrl-C even where the suite runs in a shell's background.

    There the suite itself ignores it, and a child inherits what is ignored (POSIX, exec) but not what is handled.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def spawn(*arguments: object, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command as a process of its own, to its end."""
    with start(*arguments, cwd=cwd, environment=environment) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return Ran(process.returncode, out, err)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A pseudo-terminal's size and kind."""

    columns: int = 100
    kind: str = "xterm-256color"


def spawn_on(terminal: Terminal, *arguments: object, environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command whose standard output and standard error are a terminal each."""
    with _Screen(terminal) as out, _Screen(terminal) as err:
        process = start(
            *arguments, environment={"TERM": terminal.kind, **(environment or {})}, stdout=out.inner, stderr=err.inner
        )
        with process:
            out.let_go()
            err.let_go()
            shown = out.read(), err.read()
        return Ran(process.wait(timeout=PATIENCE), *shown)


class _Screen:
    """One pseudo-terminal, both ends."""

    def __init__(self, terminal: Terminal) -> None:
        self.outer, self.inner = pty.openpty()
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, terminal.columns, 0, 0))
        self._is_inner_open = True

    def __enter__(self) -> "_Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        os.close(self.outer)

    def let_go(self) -> None:
        """Leave the inner end to the process alone, so that its end is noticed."""
        if self._is_inner_open:
            os.close(self.inner)
            self._is_inner_open = False

    def read(self) -> str:
        """Everything that was shown, once nobody shows any more (Linux then answers EIO)."""
        shown = b""
        try:
            while part := os.read(self.outer, 65536):
                shown += part
        except OSError as error:
            if error.errno != errno.EIO:
                raise
        return shown.decode().replace("\r\n", "\n")


def write_stub(folder: Path, path: str, body: object = None, *, name: str = "", **more: object) -> Path:
    """A WireMock stub for GET ``path`` that answers 200 with a JSON body; ``more`` overrides parts of the answer."""
    request = {"method": more.pop("method", "GET"), "url": path}
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": body, **more}
    file = folder / "mappings" / f"{name or path.strip('/').replace('/', '-')}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"request": request, "response": answer}), encoding="utf-8")
    return file


QUICK: Mapping[str, object] = {"samples": 2, "spacing_seconds": 0, "rate": 10_000, "concurrency": 4}
"""How to probe a service on loopback."""


def write_config(folder: Path, providers: Mapping[str, Mapping[str, object]], **probing: object) -> Path:
    """A config of these providers that waits for nothing (JSON is YAML)."""
    file = folder / "driftwatch.yaml"
    file.write_text(json.dumps({"probing": {**QUICK, **probing}, "providers": providers}), encoding="utf-8")
    return file


def stop(process: "subprocess.Popen[str]") -> None:
    """End a process that is no longer wanted."""
    with suppress(ProcessLookupError):
        process.kill()
    process.communicate(timeout=PATIENCE)
