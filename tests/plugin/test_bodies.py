"""Where a body stands in a file that a test has read."""

import json
from pathlib import Path
from typing import Final

import pytest

from driftwatch.plugin.bodies import Bodies, opened

STUBS: Final = {
    "mappings": [
        {"response": {"jsonBody": {"id": 1, "tags": ["a"]}}},
        {"response": {"body": '{"id": 2}'}},
        {"response": {"jsonBody": {"id": 3, "of": {"id": 4}}}},
        *({"response": {"jsonBody": {"twice": True}}} for _ in range(2)),
        *({"response": {"jsonBody": {"often": True}}} for _ in range(9)),
    ],
    "odd/na~me": [{"x": 1.0}],
    "note": "a text of some length",
    "empty": {"object": {}, "list": [], "text": ""},
}
CASES: Final[dict[str, tuple[object, list[str]]]] = {
    "an object": ({"tags": ["a"], "id": 1}, ["/mappings/0/response/jsonBody"]),
    "JSON in a text": ({"id": 2}, ["/mappings/1/response/body"]),
    "a part of another": ({"id": 4}, ["/mappings/2/response/jsonBody/of"]),
    "a list": (["a"], ["/mappings/0/response/jsonBody/tags"]),
    "a value that stands twice": ({"twice": True}, ["/mappings/3/response/jsonBody", "/mappings/4/response/jsonBody"]),
    "a value that stands everywhere": ({"often": True}, [""]),
    "signs in names": ({"x": 1.0}, ["/odd~1na~0me/0"]),
    "all of the file": (STUBS, [""]),
    "a text": ("a text of some length", ["/note"]),
    "a short text": ("a", []),
    "an empty object": ({}, []),
    "an empty list": ([], []),
    "something else": ({"id": 5}, []),
    "truth is no number": ({"often": 1}, []),
}


@pytest.mark.parametrize(("body", "pointers"), CASES.values(), ids=CASES)
def test_places(body: object, pointers: list[str], tmp_path: Path) -> None:
    """Whatever its layout, a body is found where it stands, and nowhere by chance."""
    file = tmp_path / "stubs.json"
    file.write_text(json.dumps(STUBS), encoding="utf-8")
    text = body if isinstance(body, str) else json.dumps(body, indent=3)
    found = list(Bodies(opened).places(text.encode(), [str(file), str(tmp_path / "missing.json")]))
    assert sorted(found) == sorted((str(file), pointer) for pointer in pointers)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    """It is known as a whole."""
    file = tmp_path / "page.html"
    file.write_text("<html><body>An answer</body></html>\n", encoding="utf-8")
    bodies = Bodies(opened)
    assert list(bodies.places(b"<html><body>An answer</body></html>", [str(file)])) == [(str(file), "")]
    assert list(bodies.places(b"<html><body>Another one</body></html>", [str(file)])) == []


def test_a_file_that_changes(tmp_path: Path) -> None:
    """It is read again, and only then."""
    file = tmp_path / "one.json"
    file.write_text('{"id": 1}', encoding="utf-8")
    read = []

    def reading(path: str) -> bytes | None:
        read.append(path)
        return opened(path)

    bodies = Bodies(reading)
    for body, places in ((b'{"id": 1}', 1), (b'{"id": 1}', 1), (b'{"id": 22}', 0)):
        assert len(list(bodies.places(body, [str(file)]))) == places
    file.write_text('{"id": 22}', encoding="utf-8")
    assert len(list(bodies.places(b'{"id": 22}', [str(file)]))) == 1
    assert len(read) == 2


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a": ' * 5000, "[1, ", "\x00", json.dumps([{"n": n} for n in range(9000)])]
)
def test_hostile_files(text: str, tmp_path: Path) -> None:
    """Too deep, cut off, too much: nothing is found, and nothing ends."""
    file = tmp_path / "strange.json"
    file.write_text(text, encoding="utf-8")
    assert list(Bodies(opened).places(b'{"id": 1}', [str(file)])) == []
    assert list(Bodies(opened).places(text.encode(), [str(tmp_path / "other")])) == []
