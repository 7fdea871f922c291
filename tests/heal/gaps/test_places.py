"""Documents by their pointers: what stands there, and copies with one change."""

import pytest

from driftwatch.heal.gaps.places import NOTHING, Act, adding, changed, removing, renumbered, setting, values_at

DOCUMENT = {"items": [{"id": 1}, {"id": 2, "to": {"a/b": None}}], "by": {"x": [1], "y": []}, "n": 0}


@pytest.mark.parametrize(("path", "expected"), [
    ("", [DOCUMENT]), ("/n", [0]), ("/items/*/id", [1, 2]), ("/items/*/to/a~1b", [None]), ("/by/*", [[1], []]),
    ("/by/*/*", [1]), ("/absent", []), ("/n/*", []), ("/items/0/id", []),
])  # fmt: skip
def test_values(path: str, expected: list[object]) -> None:
    """Everything that stands at a place, items and values of maps by ``*``."""
    assert [*values_at(DOCUMENT, path)] == expected


@pytest.mark.parametrize(("document", "path", "act", "expected"), [
    ({"a": 1, "b": 2}, "/a", setting(None), {"a": None, "b": 2}),
    ({"a": 1, "b": 2}, "/a", removing, {"b": 2}),
    ({"a": [1, 2]}, "/a", setting([]), {"a": []}),
    ([1, 2], "", setting([]), []),
    ({"a": [{"b": 1}, {"b": 2}]}, "/a/*/b", setting(None), {"a": [{"b": None}, {"b": 2}]}),
    ({"a": [{}, {"b": 2}]}, "/a/*/b", removing, {"a": [{}, {}]}),
    ({"a": [1]}, "/a/*", adding(2), {"a": [1, 2]}),
    ({"a": []}, "/a/*", adding(2), {"a": [2]}),
    ({"a": 1}, "/a", adding(2), {"a": 2}),
])  # fmt: skip
def test_a_copy_with_one_change(document: object, path: str, act: Act, expected: object) -> None:
    """The first place that can be changed is; the document itself is not."""
    before = repr(document)
    assert changed(document, path, act) == expected
    assert repr(document) == before


@pytest.mark.parametrize(("document", "path"), [({}, "/a"), ([], "/*"), ({"a": 1}, "/a/b"), ("x", "/a"), ([], "/*/a")])
def test_where_there_is_no_such_place(document: object, path: str) -> None:
    """There is no copy."""
    assert changed(document, path, setting(None)) is NOTHING


def test_another_record() -> None:
    """Its identifier changes wherever it stands, as text and as a number; other values do not."""
    document = {"id": 42, "self": "42", "n": 421, "ok": True, "refs": [42, "x42"]}
    assert renumbered(document, "42", "77") == {"id": 77, "self": "77", "n": 421, "ok": True, "refs": [77, "x42"]}
    assert renumbered({"id": 1, "ok": True}, "1", "x") == {"id": 1, "ok": True}
