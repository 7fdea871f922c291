"""The identifier finder: what is taken from a list, and what a hostile one cannot make it take."""

import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.probes.filling import encode_segment
from driftwatch.probes.identifiers import first_identifier, singular

CASES = yaml.safe_load(Path(__file__).with_name("identifiers.yaml").read_text(encoding="utf-8"))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "data", "items", "_links"]), inner)
    ),
)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_first_identifier(case: dict[str, Any]) -> None:
    """The first record's identifier, by the parameter's name; nothing where none is plainly that."""
    found = first_identifier(case["list"], case.get("parameter", "id"), case.get("collection", "orders"))
    assert found == case["found"]


@given(JSON, st.text(), st.text())
def test_whatever_comes_back_an_identifier_is_one_plain_segment(document: object, name: str, collection: str) -> None:
    """No document leads out of its segment, nor makes the finder fail."""
    found = first_identifier(document, name, collection)
    if found is not None:
        assert 0 < len(found) <= 100
        assert found not in (".", "..")
        assert set(found) <= set(string.ascii_letters + string.digits + "._~@:+=-")
        assert encode_segment(found) == found


@given(st.integers(0, 10**39) | st.text(string.ascii_letters + string.digits, min_size=1, max_size=100))
def test_a_plain_id_is_found_below_every_envelope(identifier: int | str) -> None:
    """Wherever frameworks put a list, the id of its first record is the one that is found."""
    for wrap in (lambda it: it, lambda it: {"data": it}, lambda it: {"_embedded": {"orders": it}}):
        assert first_identifier(wrap([{"id": identifier}]), "order_id", "orders") == str(identifier)


def test_singulars() -> None:
    """Collections are named by plurals; what ends otherwise stays."""
    words = ("users", "companies", "boxes", "addresses", "status", "news", "batches", "s")
    assert [singular(word) for word in words] == [
        "user", "company", "box", "address", "statu", "new", "batch", "",
    ]  # fmt: skip
