"""The design's judged examples: kind, severity and path exact, and nothing that an expert forbade."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from driftwatch.drift.catalog import KINDS
from tests.drift.vectors import Vector, disagreements, read_vectors

NOT_YET: Final[frozenset[str]] = frozenset()
"""Kinds of the design that the catalogue does not have; it only shrinks."""


@pytest.fixture(scope="module")
def vectors(shared: Path) -> Sequence[Vector]:
    """All judged examples."""
    return read_vectors(shared / "drift-vectors-examples.jsonl")


@pytest.mark.shared
def test_every_judged_example_is_judged_alike(vectors: Sequence[Vector]) -> None:
    """Where the catalogue has all expected kinds, all of them are found and nothing forbidden is."""
    assert disagreements([vector for vector in vectors if not vector.unknown]) == {}


@pytest.mark.shared
def test_the_examples_that_wait_are_known(vectors: Sequence[Vector]) -> None:
    """What keeps examples from being judged is exactly the list of kinds to come, and it hides no more than a third."""
    waiting = [vector for vector in vectors if vector.unknown]
    assert frozenset().union(*(vector.unknown for vector in waiting)) == NOT_YET
    assert len(waiting) * 3 <= len(vectors)


def test_no_kind_waits_that_is_there() -> None:
    """A kind that the catalogue has no longer stands in the list of kinds to come."""
    assert not NOT_YET & KINDS.keys()
