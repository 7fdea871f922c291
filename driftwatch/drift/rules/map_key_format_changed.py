"""A map by keys of another class.

What it finds
    An object whose members are data on both sides, by keys of one class in the mock and of another in reality, over
    values of similar shape.

Why it matters
    Code that parses or sorts the keys meets others.

Example:
    Mock ``{"101": …}``, service ``{"3f2504e0-…": …}``.

Not when
    Keys of the same class; names that are no keys.

What to do
    Write keys of the new class into the mock.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "map-key-format-changed",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.CHANGED,
    "a map by keys of another class",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.KEYS):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"a map by {difference.note.split(' → ')[0]}",
            observed=f"a map by {difference.note.split(' → ')[-1]}",
            hint="Write keys of the new class into the mock.",
            detail=difference.note,
            prevalence=Prevalence(difference.k, difference.n),
        )
