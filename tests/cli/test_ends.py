"""How a command ends when somebody else ends it: a closed pipe, Ctrl-C, an encoding that cannot show the report."""

import signal
import subprocess
import threading
from pathlib import Path

import pytest

from driftwatch.cli.exits import Exit
from tests.cli.calling import PATIENCE, spawn, start, stop, write_config, write_stub
from tests.servers import Caller, json_answer, misbehave, serve


@pytest.mark.parametrize("words", [("explain",), ("config", "schema"), ("demo",)], ids=" ".join)
def test_a_reader_who_leaves(words: tuple[str, ...]) -> None:
    """A closed pipe (``| head -1``) ends a command quietly, neither as fine nor as if it had found something."""
    with start(*words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
        code = process.wait(timeout=PATIENCE)
    assert complaints == ""
    assert code == Exit.UNREAD


@pytest.mark.parametrize("name", ["explain", "demo"])
def test_no_room_for_what_is_printed(name: str) -> None:
    """A full disk behind ``> FILE`` is told as that, and not as a mistake of ours."""
    with Path("/dev/full").open("w", encoding="utf-8") as full, start(name, stdout=full.fileno()) as process:
        _, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == Exit.USAGE
    assert complaints == "driftwatch: No space left on device: what was to be printed or written is not whole\n"


class _Doorbell:
    """A service that takes a request, tells so, and never answers."""

    def __init__(self) -> None:
        self.rung = threading.Event()

    def __call__(self, caller: Caller) -> None:
        if caller.read_request() is not None:
            self.rung.set()
            caller.hold()


def _hanging_audit(folder: Path, url: str, output: Path) -> "subprocess.Popen[str]":
    write_stub(folder / "mocks", "/it", {"ok": True})
    patience = {"read": "60s", "total": "60s"}
    config = write_config(folder, {"it": {"mocks": "mocks", "target": url}}, timeout=patience)
    return start("audit", "--config", config, "--output", output)


def test_ctrl_c(tmp_path: Path) -> None:
    """An audit that waits for a hanging service ends at once with 130, says so in a line and writes nothing."""
    bell, output = _Doorbell(), tmp_path / "out" / "report.txt"
    output.parent.mkdir()
    with misbehave(bell) as running:
        process = _hanging_audit(tmp_path, running.url, output)
        try:
            assert bell.rung.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
        finally:
            stop(process)
    assert process.returncode == Exit.STOPPED
    assert out == ""
    assert err.splitlines()[-1] == "driftwatch: stopped"
    assert "Traceback" not in err
    assert list(output.parent.iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_audit_keeps_the_old_report(end: signal.Signals, tmp_path: Path) -> None:
    """Whatever ends the process in the middle of its work, the last whole report still stands, alone."""
    bell, output = _Doorbell(), tmp_path / "out" / "report.txt"
    output.parent.mkdir()
    output.write_text("the last report\n")
    with misbehave(bell) as running:
        process = _hanging_audit(tmp_path, running.url, output)
        try:
            assert bell.rung.wait(PATIENCE)
            process.send_signal(end)
            assert process.wait(timeout=10) == -end
        finally:
            stop(process)
    assert output.read_text() == "the last report\n"
    assert list(output.parent.iterdir()) == [output]


@pytest.mark.parametrize(("encoding", "arrow"), [("latin-1", "\\u2192"), ("utf-8", "→")])
def test_any_encoding_can_show_a_report(encoding: str, arrow: str, tmp_path: Path) -> None:
    """A stream of another encoding gets other signs for some, and the command its right exit code."""
    write_stub(tmp_path / "mocks", "/it", {"ok": True})
    with serve({"/it": json_answer('{"ok": "yes"}')}) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})
        ran = spawn("audit", "--config", config, environment={"PYTHONIOENCODING": encoding})
    assert ran.code == Exit.FINDINGS
    assert f"{arrow} Write" in ran.out
