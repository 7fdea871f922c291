"""How alike two shapes are: whether an object is a map, whether two things are one thing in two places.

The numbers are the fixed rules of the drift semantics (1.7 and 3.12): 0.5 for envelopes, cardinality and volatile
names, at least three answers before volatility may speak.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

from driftwatch.model.shape import Format, JsonType, Lengths, Member, Numbers, Shape

ALIKE: Final = 0.5
_NOT_LANGUAGES: Final = frozenset(["id", "to", "by", "at", "in", "on", "of", "ok", "os", "ip", "me", "my"])
_CONTAINERS: Final = frozenset({JsonType.OBJECT, JsonType.ARRAY})

_KEY_CLASSES: Final = (
    # name, pattern, how many keys it takes
    ("digits", re.compile(r"[0-9]+"), 1),
    ("uuid", re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), 1),
    ("date", re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"), 1),
    ("hex", re.compile(r"(?i)[0-9a-f]{16,}"), 1),
    ("e-mail", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), 1),
    ("prefixed id", re.compile(r"(?=.*[0-9])[A-Za-z]{1,16}[_-][0-9A-Za-z]+"), 2),
    ("language tag", re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?"), 2),
    ("three-letter code", re.compile(r"[A-Z]{3}"), 3),
    ("two-letter code", re.compile(r"[A-Z]{2}"), 3),
)  # fmt: skip


def jaccard(left: Iterable[str], right: Iterable[str]) -> float:
    """Share of names that both have among those that either has; two empty sets are not alike (0)."""
    one, other = frozenset(left), frozenset(right)
    union = one | other
    return len(one & other) / len(union) if union else 0.0


def key_class(names: Iterable[str]) -> str:
    """The class that all names belong to, or the empty string: ``digits``, ``uuid``, ``date`` …."""
    keys = tuple(names)
    if not keys:
        return ""
    for label, pattern, enough in _KEY_CLASSES:
        if len(keys) >= enough and pattern.fullmatch(keys[0]) and all(map(pattern.fullmatch, keys)):
            if label == "language tag" and any(key in _NOT_LANGUAGES for key in keys):
                continue
            return label
    return ""


def similar(promised: Shape, delivered: Shape) -> float:
    """How alike two values are, 0 to 1: member Jaccard of objects, 1 for scalars of one type."""
    if promised.objects and delivered.objects:
        return jaccard(promised.members, delivered.members)
    if promised.families and promised.families == delivered.families:
        if JsonType.ARRAY in promised.families:
            return (
                1.0 if promised.items is None or delivered.items is None else similar(promised.items, delivered.items)
            )
        return 1.0
    return 0.0


def values(shape: Shape) -> Shape:
    """The union of all member values of a map-like object."""
    return merge(member.shape for member in shape.members.values())


def is_map(promised: Shape, delivered: Shape) -> bool:
    """Whether the members of these objects are data rather than names (drift semantics 1.7)."""
    if promised.is_collapsed or delivered.is_collapsed:
        return True
    if _share_key_class(promised, delivered) and len(values(promised).families) <= 1:
        return True
    return _is_volatile(promised, delivered)


def _share_key_class(promised: Shape, delivered: Shape) -> bool:
    """Whether each side's keys are of a class, and all keys together: digits are among the hexadecimal ids.

    A map that happens to be empty has no key of another class.
    """
    sides = (promised.members, delivered.members or promised.members)
    return all(map(key_class, sides)) and bool(key_class([*promised.members, *delivered.members]))


def has_other_keys(promised: Shape, delivered: Shape) -> tuple[str, str] | None:
    """The two key classes, if both sides are maps by other keys over similar values; else ``None``."""
    ours, theirs = key_class(promised.members), key_class(delivered.members)
    if not ours or not theirs or _share_key_class(promised, delivered):
        return None
    return (ours, theirs) if similar(values(promised), values(delivered)) >= ALIKE else None


def _is_volatile(promised: Shape, delivered: Shape) -> bool:
    """Names that keep changing from answer to answer over scalars of one type are data."""
    key_sets = delivered.key_sets
    if delivered.objects < 3 or len(key_sets) < 3:
        return False
    families = values(promised).families | values(delivered).families
    if len(families) != 1 or families & _CONTAINERS:
        return False
    pairs = [jaccard(one, other) for one, other in combinations(key_sets, 2)]
    return sum(pairs) / len(pairs) < ALIKE


def merge(shapes: Iterable[Shape]) -> Shape:
    """The union of shapes: as if all their values had been seen at one place."""
    merged = Shape()
    for shape in shapes:
        merged = shape if merged.is_empty else _merge_two(merged, shape)
    return merged


def _merge_two(one: Shape, other: Shape) -> Shape:
    distinct = None if one.distinct is None or other.distinct is None else one.distinct | other.distinct
    same = one.discriminator == other.discriminator
    return Shape(
        types=_add(one.types, other.types),
        blank=one.blank + other.blank,
        formats=_add_formats(one.formats, other.formats),
        offset=one.offset + other.offset,
        trues=one.trues + other.trues,
        distinct=distinct,
        numbers=_merge_numbers(one.numbers, other.numbers),
        strings=_merge_lengths(one.strings, other.strings),
        arrays=_merge_lengths(one.arrays, other.arrays),
        empty_arrays=one.empty_arrays + other.empty_arrays,
        empty_objects=one.empty_objects + other.empty_objects,
        items=_merge_optional(one.items, other.items),
        members=_merge_members(one.members, other.members),
        key_sets=tuple(dict.fromkeys(one.key_sets + other.key_sets)),
        is_collapsed=one.is_collapsed or other.is_collapsed,
        discriminator=one.discriminator if same else "",
        variants=_merge_variants(one.variants, other.variants) if same else {},
    )


def _add(one: Mapping[JsonType, int], other: Mapping[JsonType, int]) -> dict[JsonType, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def _add_formats(one: Mapping[Format, int], other: Mapping[Format, int]) -> dict[Format, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def _merge_numbers(one: Numbers | None, other: Numbers | None) -> Numbers | None:
    if one is None or other is None:
        return one or other
    return Numbers(min(one.minimum, other.minimum), max(one.maximum, other.maximum), one.fractions + other.fractions)


def _merge_lengths(one: Lengths | None, other: Lengths | None) -> Lengths | None:
    if one is None or other is None:
        return one or other
    return Lengths(min(one.minimum, other.minimum), max(one.maximum, other.maximum))


def _merge_optional(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return one or other
    return _merge_two(one, other)


def _merge_variants(one: Mapping[str, Shape], other: Mapping[str, Shape]) -> dict[str, Shape]:
    both = {**one, **other}
    return {key: _merge_two(one[key], other[key]) if key in one and key in other else both[key] for key in both}


def _merge_members(one: Mapping[str, Member], other: Mapping[str, Member]) -> dict[str, Member]:
    merged = dict(one)
    for name, member in other.items():
        mine = merged.get(name)
        merged[name] = (
            member if mine is None else Member(_merge_two(mine.shape, member.shape), mine.present + member.present)
        )
    return merged
