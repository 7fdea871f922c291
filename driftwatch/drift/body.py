"""Two shapes → differences, place by place, in the fixed order of the drift semantics (3.10).

The highest node that differs speaks; nothing below it is looked at. What a difference means is for the rules.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.scalars import compare_scalars
from driftwatch.drift.terms import Terms
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.likeness import has_other_keys, is_map, merge, values
from driftwatch.model.paging import filled, is_continuation
from driftwatch.model.shape import DATE_FORMATS, ITEM, STRICT_FORMATS, Format, JsonType, Member, Shape, join

_CONTAINERS: Final = frozenset({JsonType.OBJECT, JsonType.ARRAY})


def compare_shapes(promised: Shape, delivered: Shape, terms: Terms, path: str = "") -> Iterator[Difference]:
    """Everything in which two shapes part at or below a place; ``path`` is that place's pointer."""
    if promised.is_empty or delivered.is_empty or terms.is_ignored(path):
        return
    here = _Place(path, promised, delivered, terms)
    if terms.has(path, MatcherKind.ANY):
        return
    if promised.nulls == promised.count:
        yield from _hidden_by_null(here)
        return
    yield from _null(here)
    types = tuple(_types(here))
    yield from types
    if any(difference.aspect is Aspect.TYPE for difference in types):
        return
    for look in (_fraction, _format):
        yield from look(here)
    yield from compare_scalars(promised, delivered, terms, path)
    for look in (_array, _object):
        yield from look(here)


class _Place(Struct, frozen=True):
    path: str
    promised: Shape
    delivered: Shape
    terms: Terms

    def differs(self, aspect: Aspect, k: int, n: int, note: str = "") -> Difference:
        return Difference(aspect, self.path, self.promised, self.delivered, k=k, n=n, note=note)


def _hidden_by_null(here: _Place) -> Iterator[Difference]:
    filled = here.delivered.count - here.delivered.nulls
    if filled and not here.terms.has_free_text(here.path):
        yield here.differs(Aspect.HIDDEN, filled, here.delivered.count, "null")


def _null(here: _Place) -> Iterator[Difference]:
    blanks = here.delivered.blank if _blank_is_null(here) else 0
    k = here.delivered.nulls + blanks
    if k and not here.promised.nulls and not here.terms.is_nullable(here.path):
        yield here.differs(Aspect.NULL, k, here.delivered.count, "blank" if blanks else "null")


def _blank_is_null(here: _Place) -> bool:
    """A blank string counts as null where every mocked value had a strict form."""
    strict = bool(here.promised.formats) and STRICT_FORMATS.issuperset(here.promised.formats)
    return strict and not here.promised.blank and not here.terms.has_free_text(here.path)


def _types(here: _Place) -> Iterator[Difference]:
    allowed, seen = here.promised.families, here.delivered.families
    strange = seen - allowed
    if not strange:
        return
    count = here.delivered.count - here.delivered.nulls
    k = sum(number for seen_type, number in here.delivered.types.items() if seen_type.family in strange)
    yield here.differs(Aspect.TYPE if seen == strange else Aspect.TYPE_BESIDE, k, count)


def _fraction(here: _Place) -> Iterator[Difference]:
    numbers = here.delivered.numbers
    whole_only = JsonType.INTEGER in here.promised.types and JsonType.NUMBER not in here.promised.types
    explicit = here.terms.has(here.path, MatcherKind.INTEGER, MatcherKind.NUMBER, MatcherKind.DECIMAL)
    if whole_only and numbers is not None and numbers.fractions and not explicit:
        count = here.delivered.types.get(JsonType.INTEGER, 0) + here.delivered.types.get(JsonType.NUMBER, 0)
        yield here.differs(Aspect.FRACTION, numbers.fractions, count)


def _format(here: _Place) -> Iterator[Difference]:
    """One mocked class of strings, and real strings outside it. Numeric text claims only its plain spelling."""
    if len(here.promised.formats) != 1 or here.terms.has_free_text(here.path):
        return
    (claimed,) = here.promised.formats
    count = sum(here.delivered.formats.values())
    if claimed in STRICT_FORMATS:
        outside = count - here.delivered.formats.get(claimed, 0)
    elif claimed is Format.NUMERIC:
        outside = here.delivered.formats.get(Format.NUMERIC_STYLED, 0)
    else:
        return
    if outside:
        yield here.differs(Aspect.FORMAT, outside, count, "date" if claimed in DATE_FORMATS else "")


def _array(here: _Place) -> Iterator[Difference]:
    promised, delivered = here.promised, here.delivered
    arrays = delivered.types.get(JsonType.ARRAY, 0)
    if not arrays or not promised.types.get(JsonType.ARRAY, 0):
        return
    items_path = f"{here.path}/{ITEM}"
    if promised.items is None:
        filled = arrays - delivered.empty_arrays
        if filled * 2 > arrays:
            yield here.differs(Aspect.HIDDEN, filled, arrays, "[]")
    elif delivered.items is None:
        if not promised.empty_arrays and not here.terms.is_ignored(items_path):
            yield Difference(Aspect.NO_ITEMS, items_path, promised.items, None, k=arrays, n=arrays)
    else:
        yield from compare_shapes(promised.items, delivered.items, here.terms, items_path)


def _object(here: _Place) -> Iterator[Difference]:
    promised, delivered = here.promised, here.delivered
    if not promised.objects or not delivered.objects:
        return
    if not promised.members:
        filled = delivered.objects - delivered.empty_objects
        if filled * 2 > delivered.objects and not here.terms.is_map(here.path):
            yield here.differs(Aspect.HIDDEN, filled, delivered.objects, "{}")
    elif here.terms.is_map(here.path) or is_map(promised, delivered):
        yield from _map(here)
    elif keys := has_other_keys(promised, delivered):
        yield here.differs(Aspect.KEYS, delivered.objects, delivered.objects, " → ".join(keys))
    elif _falls_apart(here):
        yield from _variants(here)
    else:
        yield from _members(here)


def _map(here: _Place) -> Iterator[Difference]:
    yield from compare_shapes(values(here.promised), values(here.delivered), here.terms, f"{here.path}/{ITEM}")


def _falls_apart(here: _Place) -> bool:
    """Whether one discriminator sorts the objects of both sides.

    Items of a list are variants even if none is known to the mock; a lone object with a ``type`` of its own is one only
    if the mocked variant is among those seen, else a changed record would pass for an unknown variant.
    """
    promised, delivered = here.promised, here.delivered
    if not promised.discriminator or promised.discriminator != delivered.discriminator:
        return False
    return here.path.endswith(f"/{ITEM}") or bool(promised.variants.keys() & delivered.variants.keys())


def _variants(here: _Place) -> Iterator[Difference]:
    """Objects of one variant are compared with mocked objects of that variant."""
    promised, delivered = here.promised, here.delivered
    places: set[tuple[Aspect, str]] = set()
    for name, shape in sorted(delivered.variants.items()):  # what is found must not hang on the order of items
        known = promised.variants.get(name) or _same_members(promised, shape)
        if known is None:
            yield Difference(
                Aspect.VARIANT,
                here.path,
                promised,
                shape,
                name=name,
                k=shape.objects,
                n=delivered.objects,
                note=promised.discriminator,
            )
            continue
        for difference in _members(_Place(here.path, known, shape, here.terms)):
            # two variants that part from the mock at one path in one way are one difference
            if (difference.aspect, difference.path) not in places:
                places.add((difference.aspect, difference.path))
                yield difference


def _same_members(promised: Shape, shape: Shape) -> Shape | None:
    """The union of the mocked variants that have exactly these members."""
    alike = [variant for variant in promised.variants.values() if variant.members.keys() == shape.members.keys()]
    return merge(alike) if alike else None


def _members(here: _Place) -> Iterator[Difference]:
    promised, delivered = here.promised, here.delivered
    for name, member in promised.members.items():
        path = join(here.path, name)
        other = delivered.members.get(name)
        if here.terms.is_ignored(path):
            continue
        if promised.is_required(name) and not here.terms.is_optional(path):
            yield from _absence(here, name, member, other)
        if other is not None:
            if is_continuation(name):
                yield from _continued(here, name, member.shape, other.shape)
            yield from compare_shapes(member.shape, other.shape, here.terms, path)
    for name, member in delivered.members.items():
        path = join(here.path, name)
        if name not in promised.members and not here.terms.is_ignored(path):
            yield _member_differs(here, Aspect.APPEARED, name, None, member.shape, member.present)


def _continued(here: _Place, name: str, promised: Shape, delivered: Shape) -> Iterator[Difference]:
    """A continuation member that the mock shows and never fills. Another type than false's is for ``_types``."""
    path = join(here.path, name)
    is_stated = here.terms.has(path, MatcherKind.ANY) or here.terms.has_free_text(path)
    keeps_type = promised.families <= {JsonType.BOOLEAN} or delivered.families <= promised.families
    if filled(delivered) and not filled(promised) and keeps_type and not is_stated:
        yield _member_differs(here, Aspect.CONTINUED, name, promised, delivered, filled(delivered))


def _absence(here: _Place, name: str, member: Member, other: Member | None) -> Iterator[Difference]:
    parents = here.delivered.objects
    if other is None:
        yield _member_differs(here, Aspect.GONE, name, member.shape, None, parents)
    elif other.present < parents:
        yield _member_differs(here, Aspect.PARTLY_GONE, name, member.shape, other.shape, parents - other.present)


def _member_differs(
    here: _Place, aspect: Aspect, name: str, promised: Shape | None, delivered: Shape | None, k: int
) -> Difference:
    return Difference(
        aspect, join(here.path, name), promised, delivered, promised_parent=here.promised,
        delivered_parent=here.delivered, parent=here.path, name=name, k=k, n=here.delivered.objects,
    )  # fmt: skip
