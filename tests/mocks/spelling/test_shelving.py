"""New mocks onto the disk: whole or not at all, and none in the place of another unless that is wanted."""

import os
from pathlib import Path

import pytest

from driftwatch.mocks.spelling.shelving import clashes, shelve
from driftwatch.model.errors import UsageError


def everything(folder: Path) -> dict[str, bytes]:
    """All files, drafts too."""
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in folder.rglob("*") if place.is_file()}


def test_folders_are_made(tmp_path: Path) -> None:
    """Each file with what it is to hold, and nothing beside them."""
    shelve([(tmp_path / "a" / "b.json", b"1"), (tmp_path / "c.json", b"2")], may_replace=False)
    assert everything(tmp_path) == {"a/b.json": b"1", "c.json": b"2"}


def test_a_link_that_leads_nowhere_is_in_the_way(tmp_path: Path) -> None:
    """Whatever stands there is somebody's."""
    (tmp_path / "a").symlink_to("gone")
    (tmp_path / "b").write_bytes(b"")
    assert clashes([tmp_path / name for name in "abc"]) == [tmp_path / "a", tmp_path / "b"]


def test_somebody_may_be_faster(tmp_path: Path) -> None:
    """A file that came meanwhile stays, and what was made before it is taken away."""
    (tmp_path / "b.json").write_bytes(b"theirs")
    with pytest.raises(UsageError, match=r"b\.json cannot be written: it is there by now"):
        shelve([(tmp_path / "a.json", b"1"), (tmp_path / "b.json", b"2")], may_replace=False)
    assert everything(tmp_path) == {"b.json": b"theirs"}


def test_what_is_replaced_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """It is replaced where it really is."""
    real = tmp_path / "real.json"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "link.json").symlink_to("real.json")
    shelve([(tmp_path / "link.json", b"new"), (tmp_path / "other.json", b"1")], may_replace=True)
    assert (tmp_path / "link.json").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert everything(tmp_path) == {"link.json": b"new", "real.json": b"new", "other.json": b"1"}


def test_whoever_stops_it_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between two files leaves neither."""
    link, asked = os.link, []

    def stopped(draft: Path, place: Path) -> None:
        asked.append(place)
        if len(asked) == 2:
            raise KeyboardInterrupt
        link(draft, place)

    monkeypatch.setattr(os, "link", stopped)
    with pytest.raises(KeyboardInterrupt):
        shelve([(tmp_path / "a.json", b"1"), (tmp_path / "b.json", b"2")], may_replace=False)
    assert everything(tmp_path) == {}


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    """With its name and the reason."""
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"):
        shelve([(tmp_path / "a" / "b.json", b"1")], may_replace=False)
