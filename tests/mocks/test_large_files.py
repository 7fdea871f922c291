"""Large files are read entry by entry, and say the same as if they were small."""

import json
from itertools import islice
from pathlib import Path

import pytest

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text import documents
from driftwatch.model.interaction import Interaction, Unreadable
from tests.mocks.compact import compact

CASES = Path(__file__).parent / "formats"
FOLDERS = sorted(path for path in CASES.glob("*/*") if path.is_dir())
ENTRY = '{"request": {"method": "GET", "uri": "https://api.example.com/a"}, "response": {"status": {"code": 200}}}'
DEEP = "[" * 300 + "]" * 300


@pytest.fixture
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_LARGE", 0)


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_size_changes_nothing_that_is_read(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case of every format reads the same, places included, if its files count as large."""
    as_small = [compact(reading) for reading in FolderSource(case).read()]
    monkeypatch.setattr(documents, "_LARGE", 0)
    assert [compact(reading) for reading in FolderSource(case).read()] == as_small


def _yaml(count: int) -> str:
    entry = (
        "- request: {method: GET, uri: 'https://api.example.com/a'}\n  response: {status: {code: 200}, headers: {}}\n"
    )
    return "interactions:\n" + entry * count


@pytest.mark.usefixtures("_everything_is_large")
def test_what_stands_before_a_break_is_read(tmp_path: Path) -> None:
    """A large cassette that breaks off gives its whole entries, and says on which line it breaks."""
    (tmp_path / "cut.yaml").write_text(_yaml(3) + '- request: {method: "GET\n', encoding="utf-8")
    *read, refused = FolderSource(tmp_path).read()
    assert [reading.origin.line for reading in read if isinstance(reading, Interaction)] == [2, 4, 6]
    assert isinstance(refused, Unreadable)
    assert (refused.format, refused.line) == ("vcrpy", 9)


@pytest.mark.usefixtures("_everything_is_large")
def test_the_first_entry_comes_before_the_last_is_looked_at(tmp_path: Path) -> None:
    """An entry is handed on as soon as it is complete: what stands behind it has not been read."""
    (tmp_path / "long.yaml").write_text(_yaml(5000) + "]", encoding="utf-8")
    first = next(islice(FolderSource(tmp_path).read(), 1))
    assert isinstance(first, Interaction)


@pytest.mark.usefixtures("_everything_is_large")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{{"interactions": [{ENTRY}, {{]}}', "not standard JSON"),
        (f'{{"interactions": [{ENTRY}, {DEEP}]}}', "nested deeper"),
        (f'{{"interactions": [{ENTRY}], "note": {DEEP}}}', None),
        (f'{{"interactions": [{ENTRY}], "note": NaN}}', None),
        (f'{{"interactions": [{ENTRY}], "interactions": [{ENTRY}]}}', None),
    ],
)
def test_odd_json_is_read_or_refused(tmp_path: Path, text: str, words: str | None) -> None:
    """Broken, too deep, not quite standard: nothing is raised, and what is fine is read."""
    (tmp_path / "cassette.json").write_text(text, encoding="utf-8")
    readings = list(FolderSource(tmp_path, limits=Limits(tolerant_bytes=10)).read())
    refused = [reading.reason for reading in readings if isinstance(reading, Unreadable)]
    assert (words is None) == (not refused)
    assert all(words in reason for reason in refused if words)


@pytest.mark.usefixtures("_everything_is_large")
def test_a_large_file_that_must_be_read_whole_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """A cassette may be larger than a file whose format needs all of it at once."""
    (tmp_path / "cassette.yaml").write_text(_yaml(50), encoding="utf-8")
    (tmp_path / "stubs.json").write_text(json.dumps([{"scope": "https://a.example"}] * 100), encoding="utf-8")
    readings = list(FolderSource(tmp_path, limits=Limits(whole_bytes=1000)).read())
    assert sum(isinstance(reading, Interaction) for reading in readings) == 50
    (other,) = [reading for reading in readings if not isinstance(reading, Interaction)]
    assert "larger than 1,000 bytes" in other.reason
