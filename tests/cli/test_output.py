"""``--output``: a file is written whole or not at all."""

import errno
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from driftwatch.cli.output import put
from driftwatch.model.errors import UsageError
from tests.cli.calling import call, write_config, write_stub
from tests.servers import json_answer, serve

OLD = "what stood there before\n"


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A config with one true mock, and its service."""
    write_stub(tmp_path / "mocks", "/true", {"ok": True})
    with serve({"/true": json_answer('{"ok": true}')}) as running:
        yield write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})


@pytest.mark.parametrize("form", ["console", "json", "prometheus"])
def test_the_file_holds_what_the_screen_would_show(
    form: str, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report goes to the file alone, replaces what stood there, and leaves no draft beside it."""
    place = tmp_path / "out" / "report"
    place.parent.mkdir()
    place.write_text(OLD)
    ran = call(capsys, "audit", "--config", config, "--format", form, "--output", place)
    assert (ran.code, ran.out) == (0, "")
    assert [path.name for path in place.parent.iterdir()] == ["report"]
    marks = {
        "console": "1 of 1 interaction checked",
        "json": '"driftwatch.report/1"',
        "prometheus": "# TYPE driftwatch_",
    }
    assert marks[form] in place.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mistake is found at the start: the service hears nothing."""
    write_stub(tmp_path / "mocks", "/true", {"ok": True})
    with serve(json_answer("{}")) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})
        ran = call(capsys, "audit", "--config", config, "--output", tmp_path / "absent" / "report")
    assert (ran.code, ran.out) == (2, "")
    assert f"there is no folder {tmp_path / 'absent'}" in ran.err
    assert running.received == []


@pytest.mark.skipif(os.geteuid() == 0, reason="NOT RUN: root may write everywhere")
def test_a_folder_that_cannot_be_written_to(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is anything written there, nor is it a fault of ours."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    ran = call(capsys, "audit", "--config", config, "--output", closed / "report")
    assert ran.code == 2
    assert "nothing may be created" in ran.err


def test_a_disk_that_is_full_midway_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails after some of the text leaves the old file whole, and no draft."""
    place = tmp_path / "report.json"
    place.write_text(OLD)

    def run_out_of_room(draft: Path, text: str, **options: str) -> int:
        with draft.open("w", encoding=options["encoding"]) as stream:
            stream.write(text[:3])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", run_out_of_room)
    with pytest.raises(UsageError, match="No space left on device"):
        put("a new report\n", place)
    monkeypatch.undo()
    assert place.read_text() == OLD
    assert list(tmp_path.iterdir()) == [place]


def test_ctrl_c_midway_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever interrupts the writing, the old file stands and no draft does."""
    place = tmp_path / "report.json"
    place.write_text(OLD)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        put("a new report\n", place)
    assert place.read_text() == OLD
    assert list(tmp_path.iterdir()) == [place]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link changes the file that it leads to."""
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text(OLD)
    link.symlink_to(real)
    put("new\n", link)
    assert link.is_symlink()
    assert real.read_text() == "new\n"


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """What is no regular file (a pipe, a device) is written into, never replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    put("new\n", pipe)
    reader.join(timeout=10)
    assert read == ["new\n"]
    assert pipe.is_fifo()


def test_a_folder_is_no_place_for_a_report(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder where a file should be is a mistake of usage."""
    ran = call(capsys, "audit", "--config", config, "--output", tmp_path)
    assert ran.code == 2
    assert "is a directory" in ran.err


def test_the_written_json_is_whole(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file ends as a document ends."""
    place = tmp_path / "report.json"
    call(capsys, "audit", "--config", config, "--format", "json", "--output", place)
    assert json.loads(place.read_text(encoding="utf-8"))["totals"]["verdicts"]["verified"] == 1
