"""Documents to shapes: what is counted, and what bounds it."""

import json
import sys
import tracemalloc
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.model.shape import (
    DISTINCT_LIMIT,
    KEY_SETS_LIMIT,
    Format,
    JsonType,
    Lengths,
    Numbers,
    Shape,
)  # fmt: skip
from driftwatch.shapes.depth import DEPTH_LIMIT
from driftwatch.shapes.infer import Builder, infer
from tests.shapes.documents import DOCUMENTS, FAMILIES

CARD = {"type": "card", "last4": "4242"}
SEPA = {"type": "sepa", "iban": "DE89"}
UUIDS = [str(uuid.UUID(int=number)) for number in range(50)]


def real(*documents: object) -> Shape:
    """The shape of a service's documents."""
    return infer(documents, literal=False)


def mock(*documents: object) -> Shape:
    """The shape of a mock's documents."""
    return infer(documents, literal=True)


def at(shape: Shape, path: str) -> Shape:
    """The shape at a path."""
    return dict(shape.walk())[path]


def facts(shape: Shape) -> Any:
    """Everything a shape says, with what has no order made comparable."""
    return {
        path: (
            dict(here.types), here.blank, dict(here.formats), here.offset, here.distinct, here.numbers, here.strings,
            here.arrays, here.empty_arrays, here.empty_objects, {n: m.present for n, m in here.members.items()},
            frozenset(here.key_sets) if len(here.key_sets) < KEY_SETS_LIMIT else None, here.is_collapsed,
            here.discriminator, {value: facts(variant) for value, variant in here.variants.items()},
        )
        for path, here in shape.walk()
    }  # fmt: skip


def test_types_are_counted() -> None:
    """Every type at a place is counted, null and booleans too."""
    shape = real([None, True, False, 1, 1.5, "a", [], {}])
    assert at(shape, "/*").types == {
        JsonType.NULL: 1, JsonType.BOOLEAN: 2, JsonType.INTEGER: 1, JsonType.NUMBER: 1, JsonType.STRING: 1,
        JsonType.ARRAY: 1, JsonType.OBJECT: 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("literal", "types", "fractions"),
    [(True, {JsonType.INTEGER: 1, JsonType.NUMBER: 2}, 2), (False, {JsonType.INTEGER: 2, JsonType.NUMBER: 1}, 1)],
)
def test_whole_floats_are_fractions_by_literal_only(literal: bool, types: dict[JsonType, int], fractions: int) -> None:
    """7.0 promises fractions when a mock writes it, and is whole when a service sends it."""
    shape = infer([7, 7.0, 7.5], literal=literal)
    assert shape.types == types
    assert shape.numbers == Numbers(7, 7.5, fractions)


def test_presence_is_counted() -> None:
    """A member is required where all objects had it; null is presence."""
    shape = real({"a": 1, "b": None}, {"a": 2}, 3)
    assert (shape.objects, shape.members["a"].present, shape.members["b"].present) == (2, 2, 1)
    assert shape.is_required("a")
    assert not shape.is_required("b")


def test_strings_are_classed() -> None:
    """Classes, blanks, offsets and lengths of strings are counted."""
    shape = real("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00", "", " ", "x", "2024-05-01T10:00:00+02:00")
    assert shape.formats == {Format.DATE_TIME: 3, Format.TEXT: 1}
    assert (shape.blank, shape.offset, shape.strings) == (2, 2, Lengths(0, 25))


@given(
    st.lists(
        st.sampled_from(["", " ", "a b", "ab", "7", "12345", "٣", "a@b.co", UUIDS[0], "2024-05-01T10:00:00Z", "é "]),
        min_size=1,
    )
)
def test_columns_count_like_single_texts(texts: list[str]) -> None:
    """The short cuts for columns of one class count what text by text counts."""
    builder = Builder(literal=False)
    for text in texts:
        builder.add(text)
    assert facts(builder.shape()) == facts(real(*texts))


def test_arrays_are_measured() -> None:
    """Empty arrays, lengths and the union of items."""
    shape = real([], [1, 2], ["a"])
    assert (shape.empty_arrays, shape.arrays) == (1, Lengths(0, 2))
    assert shape.items is not None
    assert shape.items.types == {JsonType.INTEGER: 2, JsonType.STRING: 1}


def test_an_empty_array_says_nothing_of_items() -> None:
    """No item was seen, so there is no shape of items; an empty object is counted."""
    assert real([]).items is None
    assert real({}).empty_objects == 1


def test_nothing_is_an_empty_shape() -> None:
    """No documents: an empty shape, which is loud."""
    assert real().is_empty


def test_values_of_different_types_stay_apart() -> None:
    """Text and number never meet; 1 and 1.0 are one value; booleans are not remembered."""
    shape = mock(True, 1, 1.0, "1", "True")
    assert shape.distinct == frozenset[str | int]([1, "1", "True"])
    assert mock(True).distinct == frozenset()


@pytest.mark.parametrize(
    ("values", "known"),
    [
        (range(DISTINCT_LIMIT), True),
        (range(DISTINCT_LIMIT + 1), False),
        ([*range(40), *map(str, range(40))], False),
        (["x" * 64], True),
        (["x" * 65], False),
        ([1, "x" * 65], False),
        ([7] * 10_000, True),
        (range(10_000), False),
    ],
)  # fmt: skip
def test_few_values_are_remembered(values: list[object], known: bool) -> None:
    """Too many values, or a very long one, and none is remembered."""
    assert (real(*values).distinct is not None) is known


def test_a_few_key_sets_are_remembered() -> None:
    """Different sets of names, up to the limit, in the order they came."""
    shape = real(*({f"k{i}": 1, "z": 1} for i in range(30)), {"z": 1})
    assert shape.key_sets == tuple(frozenset([f"k{i}", "z"]) for i in range(KEY_SETS_LIMIT))


def test_the_order_of_names_makes_no_other_key_set() -> None:
    """Names are a set."""
    assert real({"a": 1, "b": 2}, {"b": 1, "a": 2}).key_sets == (frozenset("ab"),)


@pytest.mark.parametrize(
    ("names", "collapses"),
    [
        ([str(i) for i in range(33)], True),
        ([str(i) for i in range(32)], False),
        (UUIDS, True),
        ([f"usr_{i}" for i in range(33)], True),
        ([f"2024-{m:02}-{d:02}" for m in range(1, 6) for d in range(1, 11)], True),
        ([f"{i:016x}" for i in range(40)], True),
        ([f"01ARZ3NDEKTSV4RRFFQ69G5F{i:02}" for i in range(40)], True),
        ([f"u{i}@example.com" for i in range(40)], True),
        ([*(str(i) for i in range(37)), "a", "b", "c"], True),
        ([*(str(i) for i in range(33)), *"abcdefg"], False),
        ([chr(97 + i % 26) * (1 + i // 26) for i in range(100)], False),
        ([f"word{chr(97 + i % 26) * (1 + i // 26)}" for i in range(1025)], True),
    ],
)
def test_maps_by_identifier_are_one_place(names: list[str], collapses: bool) -> None:
    """Many names that look like identifiers, or more names than any record has, collapse into ``*``."""
    shape = real({"m": dict.fromkeys(names, 1), "n": {}})
    here = at(shape, "/m")
    assert here.is_collapsed is collapses
    if collapses:
        assert at(shape, "/m/*").types == {JsonType.INTEGER: len(names)}
        assert here.members["*"].present == 1
        assert here.key_sets == ()


def test_small_maps_collapse_once_there_are_enough_names() -> None:
    """Ten names at a time are many names in the end, and what came before is kept."""
    builder = Builder(literal=False)
    for start in range(0, 100, 10):
        builder.add({str(i): i for i in range(start, start + 10)})
    builder.add({})
    shape = builder.shape()
    assert shape.is_collapsed
    assert at(shape, "/*").types == {JsonType.INTEGER: 100}
    assert (shape.objects, shape.empty_objects, shape.members["*"].present) == (11, 1, 10)


def test_a_huge_map_takes_little_memory() -> None:
    """50,000 identifiers are one place: what stays is small."""
    document = {str(uuid.UUID(int=number)): number for number in range(50_000)}
    tracemalloc.start()
    try:
        shape = real(document)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert shape.is_collapsed
    assert kept < 100_000


@pytest.mark.parametrize(
    "wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: {"type": "t", "a": inner}]
)
def test_depth_is_bounded(wrap: Any) -> None:
    """Documents as deep as the limit are inferred, deeper ones refused in words."""
    document: object = 1
    for _ in range(DEPTH_LIMIT):
        document = wrap(document)
    assert not real(document).is_empty
    with pytest.raises(ValueError, match="more than 200 levels"):
        real(wrap(document))


def test_what_is_no_json_value_is_refused() -> None:
    """A value of a type JSON does not have is our own mistake, and said so."""
    with pytest.raises(TypeError, match="complex is no JSON value"):
        real({"a": 1j})


@given(st.lists(DOCUMENTS, min_size=1, max_size=4), st.booleans())
def test_documents_one_by_one_or_together(documents: list[object], literal: bool) -> None:
    """How documents are dealt out among calls makes no difference."""
    builder = Builder(literal=literal)
    for document in documents:
        builder.add(document)
    assert facts(builder.shape()) == facts(infer(documents, literal=literal))


@given(st.one_of(st.lists(DOCUMENTS, min_size=2, max_size=5), FAMILIES), st.data())
def test_merging_in_any_order_equals_one_pass(documents: list[object], data: st.DataObject) -> None:
    """Builders that saw parts, saved as JSON and merged in any order, know what one that saw all knows."""
    whole = Builder(literal=True)
    for document in data.draw(st.permutations(documents)):
        part = Builder(literal=True)
        part.add(document)
        whole.merge(Builder.loads(part.dumps()))
    assert facts(whole.shape()) == facts(mock(*documents))


def test_saved_builders_go_on() -> None:
    """A builder that was saved counts on, also what is not JSON's own type of key."""
    builder = Builder(literal=False)
    builder.add({"m": dict.fromkeys(UUIDS, 2**70), "p": [CARD]})
    again = Builder.loads(builder.dumps())
    again.add({"m": {"x": 1}, "p": [SEPA]})
    assert facts(again.shape()) == facts(
        real({"m": dict.fromkeys(UUIDS, 2**70), "p": [CARD]}, {"m": {"x": 1}, "p": [SEPA]})
    )


def test_nothing_merges_into_nothing() -> None:
    """A builder without documents adds nothing."""
    builder = Builder(literal=True)
    builder.merge(Builder(literal=True))
    assert builder.shape().is_empty


def test_readings_of_numbers_do_not_mix() -> None:
    """Counts by literal and by value are different things."""
    with pytest.raises(ValueError, match="by literal and by value"):
        Builder(literal=True).merge(Builder(literal=False))


@pytest.mark.parametrize("schema", [{"type": "string"}, {"enum": [1]}, {"type": "made-up"}])
def test_only_counts_are_merged(schema: dict[str, object]) -> None:
    """A schema without counts would be taken for one document; it is refused."""
    with pytest.raises(ValueError, match="only what was saved"):
        Builder.loads(json.dumps({"literal": True, "schema": schema}))


def test_depth_leaves_room_for_callers() -> None:
    """The deepest document is inferred even where Python's stack is a third used."""

    def below(frames: int) -> Shape:
        return below(frames - 1) if frames else real(json.loads('{"a":' * DEPTH_LIMIT + "1" + "}" * DEPTH_LIMIT))

    assert not below(sys.getrecursionlimit() // 3).is_empty


def test_a_merge_without_stack_is_refused_in_words() -> None:
    """Where Python's stack ends before the merge does, the error names the cause."""
    builder = Builder(literal=False)
    builder.add(json.loads('{"a":' * DEPTH_LIMIT + "1" + "}" * DEPTH_LIMIT))

    def below(frames: int) -> str:
        return below(frames - 1) if frames else builder.dumps()

    with pytest.raises(ValueError, match="too deep to be counted"):
        below(sys.getrecursionlimit() // 2)
