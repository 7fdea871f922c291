"""Drafts put in the place of their files: whole or not at all, whatever happens."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from driftwatch.mocks.discover import discover
from driftwatch.mocks.places import Places
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.model.edit import Draft, Unsaved
from driftwatch.model.interaction import Ignored

OLD, NEW = b"old " * 500_000, b"newer " * 600_000
_WRITER = """
import sys
from pathlib import Path
from driftwatch.mocks.rewriting.saving import save
from driftwatch.model.edit import Draft
path = sys.argv[1]
old, new = (b"old " * 500_000, b"newer " * 600_000)
print("ready", flush=True)
while True:
    assert save(Draft("m", path, old, new)) is None
    assert save(Draft("m", path, new, old)) is None
"""


def written(path: Path, before: bytes, after: bytes) -> tuple[Unsaved, ...]:
    """Write one draft."""
    return Rewriter(Places(())).write([Draft(path.name, str(path.resolve()), before, after)])


def test_a_draft_takes_the_place_of_its_file(tmp_path: Path) -> None:
    """With the mode that it had, and nothing beside it."""
    file = tmp_path / "a.json"
    file.write_bytes(OLD)
    file.chmod(0o640)
    assert written(file, OLD, NEW) == ()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (NEW, 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    """A team that keeps its mocks elsewhere still does."""
    file, link = tmp_path / "real.json", tmp_path / "link.json"
    file.write_bytes(OLD)
    link.symlink_to(file)
    assert written(link, OLD, NEW) == ()
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    """And it is said why."""
    file = tmp_path / "a.json"
    file.write_bytes(b"edited by somebody")
    (unsaved,) = written(file, OLD, NEW)
    assert "changed while it was healed" in unsaved.reason
    assert file.read_bytes() == b"edited by somebody"


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    """Whoever took it away meant it."""
    (unsaved,) = written(tmp_path / "a.json", OLD, NEW)
    assert "cannot be written: No such file" in unsaved.reason
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_change_is_not_written(tmp_path: Path) -> None:
    """Not even its time changes."""
    file = tmp_path / "a.json"
    file.write_bytes(OLD)
    os.utime(file, (1, 1))
    assert written(file, OLD, OLD) == ()
    assert file.stat().st_mtime == 1


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no piece of the new one."""
    file = tmp_path / "a.json"
    file.write_bytes(OLD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (unsaved,) = written(file, OLD, NEW)
    assert unsaved.reason == "cannot be written: No space left on device"
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.json", OLD)]


def test_a_process_that_is_killed_leaves_old_or_new(tmp_path: Path) -> None:
    """Killed at random moments of its writing; what it leaves beside the file is hidden from every audit."""
    file = tmp_path / "a.json"
    file.write_bytes(OLD)
    pause, moments = threading.Event(), random.Random(7)
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", _WRITER, str(file)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            pause.wait(moments.uniform(0, 0.05))
            process.kill()
        assert file.read_bytes() in (OLD, NEW)
        file.write_bytes(OLD)
    _, found = discover(tmp_path)
    assert all(one == file or (isinstance(one, Ignored) and one.reason == "hidden") for one in found)


@pytest.mark.parametrize(
    ("name", "age", "is_left"),
    [
        (".driftwatch-ab12_cd3", 7200, False), (".driftwatch-ab12_cd3", 60, True), (".driftwatch-notes", 7200, True),
        (".driftwatch-AB12_cd3", 7200, True), (".other-ab12_cd3", 7200, True), ("driftwatch-ab12_cd3", 7200, True),
    ],
)  # fmt: skip
def test_what_a_killed_process_left_is_taken_away(name: str, age: int, is_left: bool, tmp_path: Path) -> None:
    """By the next one that writes there, and only if it surely is one of ours and nobody is writing it."""
    file, other = tmp_path / "a.json", tmp_path / name
    file.write_bytes(OLD)
    other.write_bytes(b"half")
    known = other.stat()
    os.utime(other, (known.st_atime - age, known.st_mtime - age))
    assert written(file, OLD, NEW) == ()
    assert other.exists() is is_left


def test_only_files_are_taken_away(tmp_path: Path) -> None:
    """A folder or a link of that name is somebody else's."""
    file, folder, link = tmp_path / "a.json", tmp_path / ".driftwatch-aaaaaaaa", tmp_path / ".driftwatch-bbbbbbbb"
    file.write_bytes(OLD)
    folder.mkdir()
    link.symlink_to(file)
    for path in (folder, link):
        os.utime(path, (1, 1), follow_symlinks=False)
    assert written(file, OLD, NEW) == ()
    assert folder.is_dir()
    assert link.is_symlink()
