"""When two documents are equal: json-unit's leniencies and placeholders, and XML but for blanks."""

import pytest

from driftwatch.mocks.asking.equality import is_equal_json, is_equal_xml


@pytest.mark.parametrize(
    ("wanted", "found", "strict", "lenient"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, False, True), ([1, 2], [2, 1], False, True), ([1], [2, 1], False, True),
        ([1, 1], [1], False, False), ({"a": None}, {}, False, False), ({"a": 1}, {"a": True}, False, False),
        ({"a": "${json-unit.ignore-element}"}, {}, True, True), ({"a": "${json-unit.ignore}"}, {}, False, False),
        ({"a": "${json-unit.any-number}"}, {"a": 7}, True, True), ("${json-unit.regex}x+", "xx", True, True),
        ("${json-unit.own-placeholder}", "x", None, None),
    ],
)  # fmt: skip
def test_json_is_compared_as_by_json_unit(
    wanted: object, found: object, strict: bool | None, lenient: bool | None
) -> None:
    """Order and what is there besides count, or do not; a placeholder of somebody's own cannot be told."""
    assert is_equal_json(wanted, found, ignores_order=False, ignores_extras=False) is strict
    assert is_equal_json(wanted, found, ignores_order=True, ignores_extras=True) is lenient


@pytest.mark.parametrize(("wanted", "found"), [({"a": 1}, {"a": 1.0}), ([1.0], [1])])
def test_numbers_may_be_told_by_their_digits(wanted: object, found: object) -> None:
    """A number with a point is another one only where the tool says so."""
    assert is_equal_json(wanted, found, ignores_order=True, ignores_extras=True)
    assert not is_equal_json(wanted, found, ignores_order=True, ignores_extras=True, tells_digits=True)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("<a><b>1</b></a>", "<a>\n  <b>1</b>\n</a>", True), ("<a x='1'/>", "<a x='2'/>", False),
        ("<a/>", "<b/>", False), ("<a>", "<a/>", None), ("<!DOCTYPE a><a/>", "<a/>", None),
    ],
)  # fmt: skip
def test_xml_is_compared_without_blanks(one: str, other: str, equal: bool | None) -> None:
    """Elements, attributes and texts decide; what is broken or has a document type cannot be told."""
    assert is_equal_xml(one, other) is equal
