"""Objects that fall into variants."""

import pytest

from driftwatch.model.shape import VARIANTS_LIMIT, JsonType, Shape
from driftwatch.shapes.below import SPLITS_NESTED
from driftwatch.shapes.infer import Builder, infer

CARD = {"type": "card", "last4": "4242"}
SEPA = {"type": "sepa", "iban": "DE89"}


def real(*documents: object) -> Shape:
    """The shape of a service's documents."""
    return infer(documents, literal=False)


def items_of(*documents: object) -> Shape:
    """The shape of the items of one list of documents."""
    items = real([*documents]).items
    assert items is not None
    return items


def test_objects_fall_into_variants() -> None:
    """A string member that all objects have and whose name says so sorts them."""
    shape = items_of(CARD, SEPA, CARD)
    assert shape.discriminator == "type"
    assert {value: variant.objects for value, variant in shape.variants.items()} == {"card": 2, "sepa": 1}
    assert shape.variants["card"].members.keys() == CARD.keys()
    assert shape.variants["card"].is_required("last4")
    assert not shape.is_required("last4")
    assert shape.members["type"].present == 3


def test_one_variant_is_the_whole() -> None:
    """A lone object with a type has one variant: itself."""
    shape = real(CARD)
    assert shape.variants["card"].members == shape.members
    assert shape.variants["card"].discriminator == ""


def test_null_beside_objects_is_no_variant() -> None:
    """Only objects are sorted."""
    shape = items_of(None, CARD, "x")
    assert shape.variants["card"].types == {JsonType.OBJECT: 1}


@pytest.mark.parametrize(
    ("objects", "discriminator"),
    [
        ([CARD, {"iban": 1}], ""),
        ([CARD, {"type": 7}], ""),
        ([CARD, {}], ""),
        ([{"kind": "a", "type": "b"}, {"type": "c", "kind": "a"}], "type"),
        ([{"kind": "a", "type": "b"}, {"kind": "c"}], "kind"),
        ([{"kind": "a"}, {"kind": "c", "type": "b"}], "kind"),
        ([{"type": f"t{i}"} for i in range(VARIANTS_LIMIT)], "type"),
        ([{"type": f"t{i}"} for i in range(VARIANTS_LIMIT + 1)], ""),
        ([{"type": "x" * 65}], ""),
        ([{"name": "a"}], ""),
    ],
)
def test_a_discriminator_is_there_in_all_objects(objects: list[object], discriminator: str) -> None:
    """The first name that all have as a string of few values, in one batch or one by one."""
    assert real(*objects).discriminator == discriminator
    builder = Builder(literal=False)
    for one in objects:
        builder.add(one)
    assert builder.shape().discriminator == discriminator


def test_variants_of_variants_are_bounded() -> None:
    """Every level doubles the work, so only a few levels are split; the rest is still counted."""

    def tree(depth: int) -> dict[str, object]:
        return {"type": "leaf"} if depth == 0 else {"type": "a", "in": [tree(depth - 1), {"type": "b"}]}

    shape = real([tree(90), {"type": "b"}])
    levels = []
    for _ in range(90):
        assert shape.items is not None
        assert shape.items.count == 2
        levels.append(shape.items.discriminator)
        shape = shape.items.members["in"].shape
    assert levels == ["type"] * SPLITS_NESTED + [""] * (90 - SPLITS_NESTED)
