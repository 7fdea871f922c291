"""When an object is a map, and when two things are one."""

from collections.abc import Sequence

import pytest

from driftwatch.model.likeness import has_other_keys, is_map, jaccard, key_class, merge, similar, values
from driftwatch.model.shape import JsonType, Shape
from driftwatch.shapes.infer import infer


def mocked(*documents: object) -> Shape:
    """The mock's side."""
    return infer(documents, literal=True)


def real(*documents: object) -> Shape:
    """The service's side."""
    return infer(documents, literal=False)


@pytest.mark.parametrize(("names", "expected"), [
    (["1"], "digits"), (["1", "22"], "digits"), (["1", "x"], ""), ([], ""),
    (["3f2504e0-4f89-41d3-9a0c-0305e82c3301"], "uuid"),
    (["2024-05-01"], "date"), (["2024-13-01"], ""),
    (["9fceb02d0ae598e9"], "hex"), (["9fceb02d0ae598e"], ""),
    (["ann@example.org"], "e-mail"), (["ann@example"], ""),
    (["usr_1", "usr_2"], "prefixed id"), (["usr_1"], ""), (["usr_a", "usr_b"], ""), (["user_name", "user_mail"], ""),
    (["de", "fr"], "language tag"), (["de-AT", "pt_BR"], "language tag"), (["de"], ""), (["id", "de"], ""),
    (["to", "by"], ""),
    (["EUR", "USD", "GBP"], "three-letter code"), (["EUR", "USD"], ""), (["EUR", "USD", "gbp"], ""),
    (["DE", "FR", "IT"], "two-letter code"), (["DE", "FR"], ""),
    ([""], ""), (["名前", "姓"], ""),
])  # fmt: skip
def test_keys_have_a_class_or_none(names: Sequence[str], expected: str) -> None:
    """All names must be of the class, and some classes take several names to be believed."""
    assert key_class(names) == expected


@pytest.mark.parametrize(("promised", "delivered", "expected"), [
    ({"1": 1}, {"2": 2, "3": 3}, True),
    ({"1": 1}, {"name": 2}, False),
    ({"1": 1, "2": "x"}, {"3": 1}, False),
    ({"1": None, "2": 4}, {"3": 1}, True),
    ({"1": {"a": 1}}, {"3": {"b": 1}}, True),
    ({"EUR": 1, "USD": 2}, {"JPY": 1, "CHF": 2, "NOK": 3}, False),
    ({"12345678901234567": 1}, {"abcdef12345678901": 1}, True),
    ({"id": 1}, {"id": 1}, False),
])  # fmt: skip
def test_a_map_has_keys_of_one_class_on_both_sides(promised: object, delivered: object, expected: bool) -> None:
    """And the mock's values are of one type; digits are among the hexadecimal ids."""
    assert is_map(mocked(promised), real(delivered)) is expected


def test_names_that_keep_changing_are_data() -> None:
    """Three answers with three sets of names that hardly agree, over scalars of one type."""
    changing = [{"north": 1, "east": 2}, {"south": 1, "west": 4}, {"up": 1, "down": 3}]
    assert is_map(mocked({"left": 1}), real(*changing))
    assert not is_map(mocked({"left": 1}), real(*changing[:2]))
    assert not is_map(mocked({"left": "x"}), real(*changing))
    assert not is_map(mocked({"left": {"n": 1}}), real(*({name: {"n": 1} for name in names} for names in changing)))
    assert not is_map(mocked({"left": 1}), real(*[{"north": 1, "east": 2, "n": k} for k in range(3)]))


@pytest.mark.parametrize(("promised", "delivered", "expected"), [
    ({"1": 1}, {"2024-05-01": 1}, ("digits", "date")),
    ({"1": 1}, {"2": 1}, None),
    ({"1": 1}, {"2024-05-01": "x"}, None),
    ({"1": 1}, {"name": 1}, None),
    ({"1": {"a": 1, "b": 2}}, {"2024-05-01": {"a": 1, "b": 2, "c": 3}}, ("digits", "date")),
    ({"1": {"a": 1, "b": 2}}, {"2024-05-01": {"c": 1}}, None),
    ({"12345678901234567": 1}, {"abcdef12345678901": 1}, None),
])  # fmt: skip
def test_a_map_by_other_keys(promised: object, delivered: object, expected: tuple[str, str] | None) -> None:
    """Two classes that exclude each other, over values that are alike."""
    assert has_other_keys(mocked(promised), real(delivered)) == expected


@pytest.mark.parametrize(("one", "other", "expected"), [
    ({"a": 1, "b": 2}, {"a": 1, "b": 2}, 1.0), ({"a": 1, "b": 2}, {"b": 1, "c": 2}, 1 / 3), (1, 2.5, 1.0),
    (1, "x", 0.0), ([{"a": 1}], [{"a": 2}], 1.0), ([{"a": 1}], [{"b": 2}], 0.0), ([], [1], 1.0), (None, None, 0.0),
    ({}, {}, 0.0), ({"a": 1}, [{"a": 1}], 0.0),
])  # fmt: skip
def test_likeness_is_of_members_or_of_types(one: object, other: object, expected: float) -> None:
    """Objects by their names, lists by their items, scalars by their type; null is like nothing."""
    assert similar(mocked(one), real(other)) == pytest.approx(expected)
    assert similar(mocked(other), real(one)) == pytest.approx(expected)


def test_two_empty_sets_are_not_alike() -> None:
    """Nothing in common is no likeness."""
    assert jaccard([], []) == 0.0
    assert jaccard("ab", "bc") == pytest.approx(1 / 3)


def test_merging_is_seeing_all_at_one_place() -> None:
    """The union of two shapes is the shape of all their values, and merging nothing is nothing."""
    documents = [{"a": 1, "b": [{"c": "x"}]}, {"a": 2.5}, None, {"a": "2024-05-01", "b": []}]
    assert merge([]).is_empty
    for cut in range(len(documents) + 1):
        merged, whole = merge([real(*documents[:cut]), real(*documents[cut:])]), real(*documents)
        assert dict(merged.types) == dict(whole.types)
        assert {n: m.present for n, m in merged.members.items()} == {n: m.present for n, m in whole.members.items()}
        assert merged.members["a"].shape == whole.members["a"].shape
        assert merged.members["b"].shape.items == whole.members["b"].shape.items
        assert merged.members["b"].shape.empty_arrays == 1


def test_the_values_of_a_map_are_one_shape() -> None:
    """Their names are left behind."""
    shape = values(mocked({"1": 1, "2": "x", "3": None}))
    assert dict(shape.types) == {JsonType.INTEGER: 1, JsonType.STRING: 1, JsonType.NULL: 1}
