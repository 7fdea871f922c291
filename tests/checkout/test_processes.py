"""A command of the team's: its code, the end of its output, and that nothing of it is left."""

import os
import time
from pathlib import Path

from driftwatch.checkout.processes import run
from tests.waiting import wait_until


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody has fetched does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_what_a_command_says(tmp_path: Path) -> None:
    """Its exit code and both streams; it runs in the folder and with the environment that it was given."""
    ended = run("pwd; echo $WORD >&2; exit 3", tmp_path, {**os.environ, "WORD": "hello"}, 30)
    assert (ended.code, ended.output.splitlines()) == (3, [str(tmp_path), "hello"])


def test_a_signal_is_told_as_a_shell_tells_it(tmp_path: Path) -> None:
    """128 and the signal's number."""
    assert run("kill -9 $$", tmp_path, os.environ, 30).code == 137


def test_much_output_is_kept_to_its_end(tmp_path: Path) -> None:
    """A command that never stops talking fills neither memory nor disk, and its last words are there."""
    ended = run("yes | head -c 3000000; echo the end", tmp_path, os.environ, 60)
    assert ended.code == 0
    assert len(ended.output) <= 64 * 1024
    assert ended.output.endswith("the end\n")


def test_its_time_is_over(tmp_path: Path) -> None:
    """A command that hangs is ended with all it started, also what does not listen."""
    script = "trap '' TERM; sleep 300 & echo $! > child; echo $$ > self; wait; while :; do sleep 1; done"
    started = time.monotonic()
    ended = run(script, tmp_path, os.environ, 1)
    assert ended.code is None
    assert time.monotonic() - started < 20
    for name in ("child", "self"):
        wait_until(lambda name=name: not is_alive(int((tmp_path / name).read_text(encoding="ascii"))))  # type: ignore[misc]


def test_what_leaves_its_session_is_ended(tmp_path: Path) -> None:
    """A daemon is gone as well, and so is what it started."""
    ended = run("setsid sh -c 'sleep 300 & echo $! > child; echo $$ > self; wait' & until [ -s self ]; do :; done",
                tmp_path, os.environ, 30)  # fmt: skip
    assert ended.code == 0
    for name in ("child", "self"):
        wait_until(lambda name=name: not is_alive(int((tmp_path / name).read_text(encoding="ascii"))))  # type: ignore[misc]


def test_what_it_leaves_running_is_ended(tmp_path: Path) -> None:
    """A server that the tests forgot in the background is gone when they have ended."""
    ended = run("sleep 300 & echo $! > child", tmp_path, os.environ, 30)
    assert ended.code == 0
    wait_until(lambda: not is_alive(int((tmp_path / "child").read_text(encoding="ascii"))))
