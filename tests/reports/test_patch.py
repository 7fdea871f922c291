"""A patch is what ``git apply`` takes: held to git itself, byte for byte."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from driftwatch.reports.patch import Changed, is_text, patch_of
from tests.programs import program
from tests.repositories import git

OLD: Final = '{\n  "id": 1,\n  "name": "Ada",\n  "plan": "basic"\n}\n'
NEW: Final = '{\n  "id": 1,\n  "fullName": "Ada",\n  "plan": "basic",\n  "seats": 3\n}\n'

CONTENTS: Final[dict[str, tuple[bytes, bytes]]] = {
    "lines": (OLD.encode(), NEW.encode()),
    "CRLF": (OLD.replace("\n", "\r\n").encode(), NEW.replace("\n", "\r\n").encode()),
    "mixed line ends": (b'{\r\n"a": 1,\n"b": 2\r\n}\n', b'{\r\n"a": 1,\n"b": 3\r\n}\n'),
    "carriage returns alone": (b'{\r"a": 1\r}', b'{\r"a": 2\r}'),
    "no newline at the end of either": (OLD[:-1].encode(), NEW[:-1].encode()),
    "a newline at the end of one": (OLD.encode(), NEW[:-1].encode()),
    "one long line": (b'{"a": "' + b"x" * 100_000 + b'", "b": 1}', b'{"a": "' + b"x" * 100_000 + b'", "b": 2}'),
    "new words in UTF-8": (b'{"a": "plain"}\n', '{"a": "größer 🚲"}\n'.encode()),
    "UTF-16": (OLD.encode("utf-16"), NEW.encode("utf-16")),
    "Latin-1": ('{"a": "é"}\n'.encode("latin-1"), '{"a": "è"}\n'.encode("latin-1")),
    "compressed": (bytes(range(256)) * 9, bytes(range(255, -1, -1)) * 7),
    "nothing before": (b"", NEW.encode()),
    "nothing after": (OLD.encode(), b""),
}
NAMES: Final = ("stub.json", "mocks/a b/stub 1.json", 'mocks/"quoted"\\.json', "mocks/müll\t.json")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("is_checkout", [False, True], ids=["folder", "checkout"])
def test_git_applies_it(kind: str, name: str, is_checkout: bool, tmp_path: Path) -> None:
    """To a folder and to a checkout, whatever the line ends, the encoding and the name; and back again."""
    program("git", "git")
    before, after = CONTENTS[kind]
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    if is_checkout:
        git(tmp_path, "init", "--quiet")
    patch = tmp_path / "driftwatch.patch"
    patch.write_bytes(patch_of([Changed(name, before, after)]))
    for options, expected in (([], after), (["--reverse"], before)):
        subprocess.run(["git", "apply", *options, patch.name], cwd=tmp_path, check=True, capture_output=True)
        assert file.read_bytes() == expected


def test_it_is_what_git_writes(tmp_path: Path) -> None:
    """The lines of ``git diff`` itself, but for its line with the names of contents."""
    program("git", "git")
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a b.json").write_text(OLD, encoding="utf-8")
    git(tmp_path, "add", "--all")
    (tmp_path / "a b.json").write_text(NEW, encoding="utf-8")
    shown = subprocess.run(["git", "diff"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    theirs = [line for line in shown.splitlines() if not line.startswith("index ")]
    ours = patch_of([Changed("a b.json", OLD.encode(), NEW.encode())]).decode().splitlines()
    assert ours == theirs


def test_what_does_not_change_is_not_in_it() -> None:
    """No file, no patch."""
    assert patch_of([]) == patch_of([Changed("a", b"1", b"1")]) == b""


@pytest.mark.parametrize(("content", "expected"), [
    (b"", True), (b"a\tb\r\n\x0c", True), ("ä".encode(), True), (b"\xe4", False), (b"a\x00", False),
    (b"\x1f\x8b", False),
])  # fmt: skip
def test_what_is_text(content: bytes, expected: bool) -> None:
    """UTF-8 without control characters other than those of layout."""
    assert is_text(content) is expected
