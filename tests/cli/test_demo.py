"""``driftwatch demo``: the whole story in one command, from any folder, leaving nothing behind."""

import json
import shlex
import signal
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import pytest
import requests

from driftwatch.cli.demo import _next_steps
from driftwatch.cli.main import run
from tests.cli.calling import PATIENCE, plain_environment, start, stop

_LEFT: Final = """\
import json, os, sys, threading
from pathlib import Path
from driftwatch.cli.main import run
code = run(["demo"])
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(10)
def target(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except FileNotFoundError:  # the folder that was being listed
        return ""
left = {
    "code": code,
    "threads": [thread.name for thread in threading.enumerate() if thread is not threading.current_thread()],
    "sockets": [link for link in map(target, os.listdir("/proc/self/fd")) if link.startswith("socket:")],
    "children": Path(f"/proc/self/task/{os.getpid()}/children").read_text().split(),
    "made": os.listdir("."),
}
json.dump(left, sys.stderr)
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="NOT RUN: needs /proc to count what is left")
def test_the_demonstration(tmp_path: Path) -> None:
    """From an empty folder: the report, the next steps, exit code 0; no thread, socket, process or file is left."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LEFT],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=plain_environment(), timeout=PATIENCE,
    )  # fmt: skip
    assert json.loads(ended.stderr) == {"code": 0, "threads": [], "sockets": [], "children": [], "made": []}
    told = ended.stdout
    assert "breaking  field-renamed · /customer_name" in told
    assert "canary       caught, 1 of 1" in told
    report, steps = told.split("\nWhat to try next\n")
    assert "lie about accounts" in " ".join(report.split())
    commands = [line.split()[:2] for line in steps.splitlines() if line.startswith("  driftwatch")]
    assert commands == [["driftwatch", word] for word in ("explain", "mocks", "audit", "heal", "audit", "config")]


def test_the_next_steps_work(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder that the demonstration names can be listed, and the kind it names explained."""
    with as_file(files("driftwatch.demo") / "mocks") as folder:
        steps = _next_steps(folder, "http://127.0.0.1:1").splitlines()
        commands = [shlex.split(line) for line in steps if line.startswith("  driftwatch")]
        for name in ("explain", "mocks", "config"):
            (words,) = [words for words in commands if words[1] == name]
            assert run(words[1:]) == 0, capsys.readouterr().err


def test_serve_stays_until_ctrl_c(tmp_path: Path) -> None:
    """``--serve`` keeps the staging service, so that the printed commands can be tried, and ends with 0 on Ctrl-C."""
    process = start("demo", "--serve", cwd=tmp_path)
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "stays at" in line)
        url = line.split("stays at ")[1].split()[0]
        assert requests.get(f"{url}/orders/health", timeout=5).json()["status"] == "ok"
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=10)
    finally:
        stop(process)
    assert (process.returncode, complaints) == (0, "")
