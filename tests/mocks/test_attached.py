"""Files that a mock names."""

from pathlib import Path

import pytest

from driftwatch.mocks.answers.attached import folders_up, read_attached
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document


def document(root: Path, file: str = "a/b/mock.json") -> Document:
    """A mock file two folders below the mocks folder."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    return Document(file, path, root, limits=Limits(body_bytes=100))


def test_the_nearest_folder_wins(tmp_path: Path) -> None:
    """A file is looked for beside its mock and then upwards, and named from the mocks folder."""
    mock = document(tmp_path)
    (tmp_path / "body.txt").write_text("above")
    assert read_attached("body.txt", folders_up(mock), mock).file == "body.txt"
    (tmp_path / "a/body.txt").write_text("nearer")
    found = read_attached("body.txt", folders_up(mock), mock)
    assert (found.content, found.file) == (b"nearer", "a/body.txt")


def test_folders_end_at_the_mocks_folder(tmp_path: Path) -> None:
    """Nothing above the mocks folder is looked into."""
    assert list(folders_up(document(tmp_path))) == [tmp_path / "a/b", tmp_path / "a", tmp_path]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.txt", "is not there"),
        ("../outside.txt", "outside of the mocks folder"),
        ("..\\outside.txt", "outside of the mocks folder"),
        ("link.txt", "outside of the mocks folder"),
        ("a\0b", "not a file name"),
        ("\ud800", "cannot be opened"),
        ("", "not a file name"),
        ("x" * 5000, "cannot be opened"),
        ("folder", "is not there"),
        ("large.txt", "larger than 100 bytes"),
    ],
)
def test_what_may_not_be_read_is_refused(name: str, words: str, tmp_path: Path) -> None:
    """Neither dots nor a link lead out of the mocks folder, and every refusal says why."""
    root = tmp_path / "mocks"
    mock = document(root, "mock.json")
    (tmp_path / "outside.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "folder").mkdir()
    (root / "large.txt").write_text("x" * 101)
    with pytest.raises(Refusal, match=words):
        read_attached(name, folders_up(mock), mock)
