"""The scratch copy: what is in it, and that the tests in it can harm nothing."""

import os
from pathlib import Path

import pytest

from driftwatch.checkout import scratch
from driftwatch.checkout.scratch import Original
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from tests.programs import program
from tests.repositories import git


def lay_out(root: Path) -> None:
    """A project with everything that a copy must think of."""
    for file in (
        "src/a.py",
        "mocks/one.json",
        "node_modules/lib/index.js",
        "web/node_modules/x.js",
        "web/x.js",
        "build/out.bin",
    ):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(file, encoding="utf-8")
    (root / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (root / "run.sh").chmod(0o755)
    (root / "inside").symlink_to("src/a.py")
    (root / "outside").symlink_to(root.parent / "elsewhere.txt")
    (root / "up").symlink_to("../elsewhere.txt")
    (root.parent / "elsewhere.txt").write_text("elsewhere", encoding="utf-8")
    os.mkfifo(root / "pipe")


def copied(root: Path, place: Path, *drafts: Draft, healed: bool = False) -> set[str]:
    """What is in a copy, links to folders not followed."""
    Original.around(root).copy(place, drafts, healed=healed)
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_symlink() or path.is_file()}


def test_of_a_checkout_what_git_knows_or_could(tmp_path: Path) -> None:
    """Committed and new files, not ignored ones; folders of dependencies are linked."""
    program("git", "git")
    root = tmp_path / "team"
    lay_out(root)
    (root / ".gitignore").write_text("node_modules/\nbuild/\n", encoding="utf-8")
    git(root, "init", "--quiet")
    git(root, "add", "src", "mocks", "web/x.js", ".gitignore")
    git(root, "commit", "--quiet", "--message", "it")
    (root / "src/gone.py").write_text("x", encoding="utf-8")
    git(root, "add", "--all")
    (root / "src/gone.py").unlink()
    place = tmp_path / "copy"
    expected = {
        ".gitignore",
        "inside",
        "mocks/one.json",
        "node_modules",
        "outside",
        "run.sh",
        "src/a.py",
        "up",
        "web/x.js",
    }
    assert copied(root / "src", place) == expected | {"web/node_modules"}
    assert (place / "node_modules").resolve() == root / "node_modules"
    assert os.access(place / "run.sh", os.X_OK)
    assert (place / "inside").resolve() == place / "src/a.py"
    assert (place / "outside").read_text(encoding="utf-8") == (place / "up").read_text(encoding="utf-8") == "elsewhere"
    (place / "src/a.py").write_text("harmed", encoding="utf-8")
    assert (root / "src/a.py").read_text(encoding="utf-8") == "src/a.py"


def test_of_a_folder_everything(tmp_path: Path) -> None:
    """Where there is no checkout: all files, dependencies linked, no pipe."""
    root = tmp_path / "team"
    lay_out(root)
    found = copied(root, tmp_path / "copy")
    assert found == {
        "build/out.bin", "inside", "mocks/one.json", "node_modules", "outside", "run.sh", "src/a.py", "up",
        "web/node_modules", "web/x.js",
    }  # fmt: skip


def test_mocks_as_they_are_and_as_they_would_be(tmp_path: Path) -> None:
    """A draft stands in the copy with either content; the file itself stays, also where it is a link."""
    root = tmp_path / "team"
    lay_out(root)
    (root / "mocks/link.json").symlink_to("one.json")
    draft = Draft("mocks/one.json", str(root / "mocks/one.json"), b"before", b"after")
    for healed, content in ((False, b"before"), (True, b"after")):
        place = tmp_path / f"copy-{healed}"
        copied(root, place, draft, healed=healed)
        assert (place / "mocks/one.json").read_bytes() == (place / "mocks/link.json").read_bytes() == content
    assert (root / "mocks/one.json").read_text(encoding="utf-8") == "mocks/one.json"


def test_too_much_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder by mistake is refused before the disk is full."""
    lay_out(tmp_path / "team")
    monkeypatch.setattr(scratch, "_MOST_FILES", 3)
    with pytest.raises(UsageError, match="more than 3"):
        Original.around(tmp_path / "team")
