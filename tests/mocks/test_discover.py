"""Finding files: one order, no way out of the folder, nothing skipped in silence."""

import os
from pathlib import Path

import pytest

from driftwatch.mocks.discover import discover
from driftwatch.model.interaction import Ignored


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with ordinary, hidden, foreign and linked files."""
    mocks = tmp_path / "mocks"
    for name in ("b.json", "a/two.json", "a/one.yaml", "node_modules/x.json", ".git/config", "c/.hidden.json"):
        path = mocks / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    (tmp_path / "outside.json").write_text("{}")
    (mocks / "link-out.json").symlink_to(tmp_path / "outside.json")
    (mocks / "link-in.json").symlink_to("b.json")
    (mocks / "loop").symlink_to("a")
    (mocks / "z-up").symlink_to(tmp_path)
    return mocks


def names(root: Path, *patterns: str) -> tuple[list[str], dict[str, str]]:
    """The files found, and what was ignored with its reason."""
    base, found = discover(root, patterns)
    files, ignored = [], {}
    for one in found:
        if isinstance(one, Path):
            files.append(one.relative_to(base).as_posix())
        else:
            ignored[one.file] = one.reason
    return files, ignored


def test_a_folder_is_walked_in_order(tree: Path) -> None:
    """Files come by name, those below a folder one after the other, and what is left out is told."""
    files, ignored = names(tree)
    assert files == ["a/one.yaml", "a/two.json", "b.json", "link-in.json"]
    assert ignored == {
        ".git": "hidden",
        "c/.hidden.json": "hidden",
        "link-out.json": "a symbolic link that leaves the mocks folder",
        "loop": "a folder that was read under another name",
        "node_modules": "a folder of dependencies",
        "z-up": "a symbolic link that leaves the mocks folder",
    }


def test_folders_of_resources_are_entered(tmp_path: Path) -> None:
    """Postman 3 keeps the examples of a collection in folders called ``.resources``; other hidden names stay closed."""
    for name in (".resources/a.yaml", "b/.resources/.hidden.yaml", "c/.resources/d.resources/e.yaml", ".x/f.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1")
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / ".resources").write_text("a file of that name is hidden")
    files, ignored = names(tmp_path)
    assert files == [".resources/a.yaml", "c/.resources/d.resources/e.yaml"]
    assert ignored == {".x": "hidden", "b/.resources/.hidden.yaml": "hidden", "g/.resources": "hidden"}


@pytest.mark.parametrize(
    ("patterns", "files"),
    [
        (("*.json",), ["b.json", "link-in.json"]),
        (("**/*.json",), ["a/two.json", "b.json", "link-in.json"]),
        (("a/**",), ["a/one.yaml", "a/two.json"]),
        (("a/[!t]*", "./b.json"), ["a/one.yaml", "b.json"]),
        (("?.json",), ["b.json"]),
    ],
)
def test_patterns_choose_files(patterns: tuple[str, ...], files: list[str], tree: Path) -> None:
    """Two stars stand for any number of folders, one for none."""
    assert names(tree, *patterns)[0] == files


def test_a_file_and_a_glob_are_roots_too(tree: Path) -> None:
    """A single file is its folder's only one; a glob is walked from its first plain folder."""
    assert names(tree / "a" / "two.json")[0] == ["two.json"]
    assert names(tree / "**" / "*.yaml")[0] == ["a/one.yaml"]


def test_what_does_not_exist_is_told(tmp_path: Path) -> None:
    """A wrong path is no empty folder."""
    assert names(tmp_path / "nowhere")[1] == {str(tmp_path / "nowhere"): "there is no such file or folder"}


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    """Reading a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "broken.json").symlink_to("gone.json")
    base, found = discover(tmp_path)
    readings = {one.file: one for one in found if not isinstance(one, Path)}
    assert isinstance(readings["pipe.json"], Ignored)
    assert readings["broken.json"].reason.startswith("cannot be opened")
    assert base == tmp_path.resolve()


@pytest.mark.parametrize(("path", "kind"), [("/dev/zero", "a device"), ("pipe", "a pipe")])
def test_what_is_neither_file_nor_folder(path: str, kind: str, tmp_path: Path) -> None:
    """A device or a pipe is there, and it is said why nothing of it is read."""
    os.mkfifo(tmp_path / "pipe")
    place = tmp_path / path
    assert names(place)[1] == {place.name: f"it is {kind}, and neither a file nor a folder: only those are read"}
