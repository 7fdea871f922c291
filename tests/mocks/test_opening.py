"""The one door for bytes: drafts stand in for files, and nobody opens a mock's files beside it."""

import re
from pathlib import Path

import pytest

from driftwatch.mocks.text.opening import content_of
from tests.conftest import ROOT

OTHERS = {
    "text/opening.py",  # the door itself
    "rewriting/saving.py",  # writes, and compares with what is on disk
    "recording/git_history.py",  # git's own files, and lines as they are on disk
    "cases/reading.py",  # a person's lists, no mocks
    "traffic/alert.py",  # an alert's payload, no mocks
    "traffic/lines.py",  # traffic, no mocks
    "traffic/source.py",
    "uses/keploy.py",  # which test met which mock: the kinds of mocks, before anybody heals them
}
_OPENS = re.compile(r"\.open\((?:\"rb\"|encoding)|\.read_(?:bytes|text)\(|(?<![.\w])(?<!def )open\(")


def test_every_reader_opens_files_through_the_one_door() -> None:
    """A reader beside it would not see a draft, and judge the old file after healing."""
    mocks = ROOT / "driftwatch" / "mocks"
    found = {
        path.relative_to(mocks).as_posix() for path in mocks.rglob("*.py") if _OPENS.search(path.read_text("utf-8"))
    }
    assert found == OTHERS


def test_a_draft_stands_in_for_its_file_by_any_name(tmp_path: Path) -> None:
    """Also where the file is reached by a link; other files are read from disk."""
    file, link, other = tmp_path / "a", tmp_path / "link", tmp_path / "b"
    file.write_bytes(b"old")
    other.write_bytes(b"other")
    link.symlink_to(file)
    drafts = {str(file.resolve()): b"new"}
    assert [content_of(one, 9, drafts) for one in (file, link, other)] == [b"new", b"new", b"other"]


@pytest.mark.parametrize("is_drafted", [False, True])
def test_no_more_than_one_byte_too_many_is_read(tmp_path: Path, is_drafted: bool) -> None:
    """Which is how whoever asked knows that the file is too large."""
    file = tmp_path / "a"
    file.write_bytes(b"0123456789")
    drafts = {str(file.resolve()): b"0123456789"} if is_drafted else {}
    assert [len(content_of(file, most, drafts)) for most in (3, 9, 10, 11)] == [4, 10, 10, 10]
