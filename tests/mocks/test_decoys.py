"""Files that lie beside mocks and are none: nobody claims them, and what they are is told where it is known."""

import shutil
from pathlib import Path
from typing import Final

import pytest
import yaml

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.strangers.reasons import UNKNOWN
from driftwatch.model.interaction import Ignored, Interaction, Reading, Unreadable

FOLDER: Final = Path(__file__).parent / "decoys"
DECOYS: Final = FOLDER / "files"
CASES: Final = Path(__file__).parent / "formats"
EXPECTED: Final[dict[str, str]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
FILES: Final = sorted(path.relative_to(DECOYS).as_posix() for path in DECOYS.rglob("*") if path.is_file())
NAMES: Final = [entry.load().NAME for entry in FORMATS]


def test_every_decoy_stands_in_the_table() -> None:
    """No file is green without having been looked at, and no line is left of a file that is gone."""
    assert sorted(EXPECTED) == FILES


@pytest.mark.parametrize("file", FILES)
def test_a_decoy_is_ignored_with_its_reason(file: str) -> None:
    """It is never claimed, never called broken, and its owner reads what it is and what could be read instead."""
    (reading,) = FolderSource(DECOYS / file).read()
    assert isinstance(reading, Ignored)
    words = EXPECTED[file]
    assert reading.reason == words if words == UNKNOWN else words in reading.reason


def test_decoys_side_by_side_are_what_they_are_alone() -> None:
    """No file is taken for a part of another."""
    readings = list(FolderSource(DECOYS).read())
    assert [one for one in readings if not isinstance(one, Ignored)] == []
    assert [one.file for one in readings if isinstance(one, Ignored) and one.reason == "holds the body of a stub"] == []


def _readable_file(name: str, folder: Path) -> Path:
    """A file of a format's cases that can be read alone, copied into a folder, under its own name if that is free."""
    for path in sorted(path for path in (CASES / name).rglob("*") if path.is_file() and path.name != "expected.json"):
        copy = folder / path.name
        copy = folder / f"{name}-{path.name}" if copy.exists() else copy
        shutil.copyfile(path, copy)
        readings = list(FolderSource(copy).read())
        is_clean = not any(isinstance(one, Unreadable) for one in readings)
        if is_clean and any(isinstance(one, Interaction) and one.format == name for one in readings):
            return copy
        copy.unlink()
    raise AssertionError(f"no case of {name} holds a file that can be read alone")


def _format_of(readings: list[Reading], file: str) -> set[str]:
    return {
        one.format
        for one in readings
        if (isinstance(one, Interaction) and one.origin.file == file)
        or (isinstance(one, Unreadable) and one.file == file)
    }


def test_a_folder_of_everything_is_sorted_rightly(tmp_path: Path) -> None:
    """One file of every format among all the decoys: each is read by its own format and by no other."""
    files = {name: _readable_file(name, tmp_path).name for name in NAMES}
    shutil.copytree(DECOYS, tmp_path, dirs_exist_ok=True)
    readings = list(FolderSource(tmp_path).read())
    assert {name: _format_of(readings, file) for name, file in files.items()} == {name: {name} for name in NAMES}
    ignored = {one.file for one in readings if isinstance(one, Ignored)}
    assert ignored - set(files.values()) == set(FILES)  # a mock may hold a part that is none
