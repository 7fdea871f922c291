"""Every kind has a file of cases in ``rules/``: what is promised, what is delivered, and exactly what is found."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from driftwatch.mocks.cases.reading import read_cases
from driftwatch.model.case import Case
from driftwatch.usecases.judgement import findings_of_case
from tests.tables import table

FOLDER: Final = Path(__file__).parent / "rules"
JSON_TYPE: Final = {"Content-Type": "application/json"}

Entry = Mapping[str, object]


def _files() -> Iterator[tuple[str, list[Entry]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path.stem, table(path)


FILES: Final = dict(_files())


def _parameters() -> Iterator[object]:
    for kind, entries in FILES.items():
        for entry in entries:
            yield pytest.param(entry, id=f"{kind}/{entry['name']}")


def line_of(entry: Entry) -> str:
    """A case of these files as a line that ``driftwatch compare`` reads."""
    mock = {"set": entry["set"]} if "set" in entry else entry.get("mock")
    mock = mock or {"status": 200, "headers": JSON_TYPE, "body": entry["promised"]}
    real = [] if "set" in entry else entry.get("real")
    if real is None:
        delivered = entry["delivered"]
        assert isinstance(delivered, list)
        real = [{"status": 200, "headers": JSON_TYPE, "body": body} for body in delivered]
    case = {"id": "case", "mock": mock, "real": real, "context": entry.get("context", {})}
    return json.dumps(case) + "\n"


def _expected(entry: Entry) -> list[tuple[str, str, str]]:
    finds = entry["finds"]
    assert isinstance(finds, list)
    return sorted((find["kind"], find["severity"], find["path"]) for find in finds)


@pytest.mark.parametrize("entry", list(_parameters()))
def test_exactly_this_is_found(entry: Entry, tmp_path: Path) -> None:
    """All findings are there with kind, severity and path, and there are no others, not even of severity info."""
    file = tmp_path / "case.jsonl"
    file.write_text(line_of(entry), encoding="utf-8")
    (case,) = read_cases(file)
    assert isinstance(case, Case), case
    assert sorted((f.kind, f.severity.value, f.path) for f in findings_of_case(case)) == _expected(entry)


@pytest.mark.parametrize("kind", list(FILES))
def test_cases_try_both_sides_of_a_kind(kind: str) -> None:
    """Each file has at least three cases with names of their own: some that show its kind and some that do not."""
    entries = FILES[kind]
    shows = [any(found == kind for found, _, _ in _expected(entry)) for entry in entries]
    assert len({entry["name"] for entry in entries}) == len(entries) >= 3
    assert any(shows)
    assert not all(shows)
