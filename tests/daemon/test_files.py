"""What counts as a change of a file."""

import os
from pathlib import Path

from driftwatch.daemon.files import Files


def test_contents_names_and_presence_count(tmp_path: Path) -> None:
    """A file that changes, comes, goes or is renamed is a change, wherever below the place."""
    files, seen = Files(), set()
    (tmp_path / "below").mkdir()
    mock = tmp_path / "below" / "a.json"
    for step in (
        lambda: None,
        lambda: mock.write_text("one"),
        lambda: mock.write_text("two"),
        lambda: (tmp_path / "b.json").write_text("three"),
        lambda: mock.rename(tmp_path / "below" / "c.json"),
    ):
        step()
        seen.add(files.digest([tmp_path]))
    assert len(seen) == 5
    (tmp_path / "b.json").unlink()
    assert files.digest([tmp_path]) not in seen


def test_a_touch_is_no_change(tmp_path: Path) -> None:
    """The time alone tells nothing: a checkout touches files that stay the same."""
    mock = tmp_path / "a.json"
    mock.write_text("one")
    files = Files()
    before = files.digest([tmp_path])
    os.utime(mock, (1, 1))
    assert files.digest([tmp_path]) == before


def test_a_change_that_keeps_size_and_time_of_another_file_is_seen(tmp_path: Path) -> None:
    """A file that was put in place of another is another one."""
    mock, other = tmp_path / "a.json", tmp_path / "other"
    mock.write_text("one")
    os.utime(mock, (1, 1))
    files = Files()
    before = files.digest([mock])
    other.write_text("two")
    os.utime(other, (1, 1))
    other.replace(mock)
    assert files.digest([mock]) != before


def test_a_link_that_leads_elsewhere_is_a_change_only_if_what_is_there_differs(tmp_path: Path) -> None:
    """git-sync swaps a link with every commit, also with one that left the mocks alone."""
    for name, text in (("v1", "one"), ("v2", "one"), ("v3", "two")):
        (tmp_path / name / "mocks").mkdir(parents=True)
        (tmp_path / name / "mocks" / "a.json").write_text(text)
    current, files, digests = tmp_path / "current", Files(), []
    for name in ("v1", "v2", "v3"):
        draft = tmp_path / "draft"
        draft.symlink_to(name)
        draft.replace(current)
        digests.append(files.digest([current / "mocks"]))
    assert digests[0] == digests[1] != digests[2]


def test_what_is_not_there_or_no_file_is_no_trouble(tmp_path: Path) -> None:
    """A pipe would block whoever opens it; a missing place is as good as an empty one."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    files = Files()
    assert files.digest([tmp_path, tmp_path / "absent"]) == files.digest([tmp_path, tmp_path / "absent"])
