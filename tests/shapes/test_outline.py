"""Outlines: what tells one answer from another, and what does not."""

import json
from typing import Any

import pytest

from driftwatch.shapes.outline import outline

SAME: list[tuple[Any, Any]] = [
    ({"id": 1, "name": "a"}, {"name": "b", "id": 2}),
    ([1, 2, 3], [4]),
    ([{"a": 1}, {"b": 1}], [{"b": 3}, {"a": 2}, {"a": 5}]),
    ({"10": {"a": 1}, "11": {"a": 2}}, {"12": {"a": 3}, "13": {"a": 4}, "14": {"a": 5}}),
    ({"rates": {"EUR": 1.5, "USD": 2.5, "GBP": 1.25}}, {"rates": {"CHF": 1.5, "JPY": 2.5, "SEK": 0.5, "NOK": 9.5}}),
]
OTHER: list[tuple[Any, Any]] = [
    ({"id": 1}, {"id": "1"}),
    ({"id": 1}, {"id": None}),
    ({"id": 1}, {"id": 1, "more": True}),
    ([], [1]),
    ([{"a": 1}], [{"a": 1}, {"b": 1}]),
    ({"price": 1}, {"price": 1.5}),
    ({"a": {"b": 1}}, {"a": [1]}),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=repr)
def test_values_do_not_count(one: Any, other: Any) -> None:
    """Values, the order of members, the number of items and the names in a map make no other outline."""
    assert outline(json.dumps(one).encode()) == outline(json.dumps(other).encode())


@pytest.mark.parametrize(("one", "other"), OTHER, ids=repr)
def test_types_and_members_count(one: Any, other: Any) -> None:
    """A type, a null, a member more or less, an empty list: each is another outline."""
    assert outline(json.dumps(one).encode()) != outline(json.dumps(other).encode())


def test_what_is_no_document() -> None:
    """The empty body and what is no JSON have an outline each, however deep a stranger nests."""
    assert len({outline(b""), outline(b"<p>"), outline(b"{}")}) == 3
    assert outline(b"[" * 100_000) == outline(b"no JSON either")
