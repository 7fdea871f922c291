"""Our own judged examples, written from the catalogue's text: every border, every "not when", what swallows what."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from driftwatch.drift.catalog import KINDS
from tests.drift.vectors import disagreements, read_vectors

FILES: Final = {file.stem: file for file in sorted((Path(__file__).parent / "judged").glob("*.jsonl"))}


@pytest.mark.parametrize("category", FILES)
def test_every_example_is_judged_alike(category: str) -> None:
    """Kind, severity and path are those of the verdict, and nothing is said that it forbids."""
    assert disagreements(read_vectors(FILES[category])) == {}


@pytest.mark.parametrize("category", FILES)
def test_an_example_is_named_for_its_file(category: str) -> None:
    """A file holds one category, and each id is there once."""
    vectors = read_vectors(FILES[category])
    assert {vector.category for vector in vectors} == {category}
    assert [vector.case.id for vector in vectors] == [f"jc-{category}-{n:03}" for n in range(1, len(vectors) + 1)]


def test_every_kind_is_expected_somewhere() -> None:
    """No kind of the catalogue is without an example that demands it."""
    vectors = [vector for file in FILES.values() for vector in read_vectors(file)]
    demanded = Counter(place.kind for vector in vectors for place in vector.expect)
    assert demanded.keys() == KINDS.keys()
