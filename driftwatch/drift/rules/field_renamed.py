"""A member goes by another name.

What it finds
    Under one parent a promised member is gone everywhere and exactly one new member, present everywhere, matches
    it: the same type, and the names are equal but for case, ``_`` and ``-``, or the words of one contain the words
    of the other, or both hold one distinctive equal value, or both are containers with nearly the same members. The
    pairing is unique in both directions.

Why it matters
    The same break as a loss, but the repair is mechanical.

Example:
    Mock ``user_name``, service ``userName``.

Not when
    Ambiguous or of different types: then ``field-missing`` and ``field-added``. Edit distance is not used:
    ``createdAt`` and ``updatedAt`` are close and mean different things.

What to do
    Rename the member in the mock and in the code that reads it.

Since 0.1.0

"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.likeness import jaccard
from driftwatch.model.names import words
from driftwatch.model.shape import Shape

KIND: Final = Kind(
    "field-renamed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "a member goes by another name",
    turn=Turn.RENAME,
)

_NEARLY: Final = 0.8
"""Member Jaccard from which two containers are one (drift semantics 3.12)."""


def find(comparison: Comparison) -> Iterator[Draft]:
    """Lost and new members of one parent that can only be each other."""
    new = [d for d in comparison.open(Aspect.APPEARED) if d.k == d.n]
    lost = list(comparison.open(Aspect.GONE))
    matches = [(old, other) for old in lost for other in new if _are_beside(old, other) and _matches(old, other)]
    for old, other in matches:
        alone = sum(old is one for one, _ in matches) == 1 and sum(other is one for _, one in matches) == 1
        if alone:
            yield Draft(
                (old, other),
                old.path,
                claim=f"named {old.name!r}",
                observed=f"named {other.name!r}",
                hint=f"Rename {old.name!r} to {other.name!r} in the mock and in the code that reads it.",
                detail=other.name,
                prevalence=Prevalence(other.k, other.n),
            )


def _are_beside(old: Difference, new: Difference) -> bool:
    """Whether both speak of the same objects: one path may be met in two answers, or in two variants of one."""
    return old.parent == new.parent and old.delivered_parent is new.delivered_parent


def _matches(old: Difference, new: Difference) -> bool:
    promised, delivered = old.promised, new.delivered
    if promised is None or delivered is None or not promised.families or promised.families != delivered.families:
        return False
    return _names_match(old.name, new.name) or _one_value(promised, delivered) or _same_container(promised, delivered)


def _names_match(old: str, new: str) -> bool:
    if _bare(old) == _bare(new):
        return True
    one, other = frozenset(words(old)), frozenset(words(new))
    return bool(one and other) and (one <= other or other <= one)


def _bare(name: str) -> str:
    return re.sub(r"[_-]", "", name).lower()


def _one_value(promised: Shape, delivered: Shape) -> bool:
    """One distinctive value on both sides, constant on the real one: the same entity under another name."""
    if promised.distinct is None or delivered.distinct is None or len(delivered.distinct) != 1:
        return False
    (value,) = delivered.distinct
    distinctive = len(value) >= 4 if isinstance(value, str) else not isinstance(value, bool) and abs(value) >= 1000
    return distinctive and value in promised.distinct


def _same_container(promised: Shape, delivered: Shape) -> bool:
    old, new = _inside(promised), _inside(delivered)
    return len(old) >= 2 and len(new) >= 2 and jaccard(old, new) >= _NEARLY


def _inside(shape: Shape) -> frozenset[str]:
    """The member names of an object or of a list's objects."""
    items = shape.items if shape.items is not None else shape
    return frozenset(items.members)
