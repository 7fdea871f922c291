"""The limit of depth."""

from collections.abc import Callable

import pytest

from driftwatch.shapes.depth import is_too_deep


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner, "b": 1}, lambda inner: [1, inner]])
@pytest.mark.parametrize(("levels", "expected"), [(0, False), (1, False), (7, False), (8, True), (5000, True)])
def test_containers_in_each_other_are_counted(wrap: Callable[[object], object], levels: int, expected: bool) -> None:
    """Seven levels are seven, eight are too many, and no depth overflows."""
    document: object = "leaf"
    for _ in range(levels):
        document = wrap(document)
    assert is_too_deep(document, limit=7) is expected


def test_empty_containers_are_levels() -> None:
    """A container counts whether or not something is in it."""
    assert is_too_deep([[{}]], limit=2)
    assert not is_too_deep([[{}]], limit=3)
