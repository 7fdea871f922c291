"""Some delivered values have a type that was not promised.

What it finds
    The mocked type is seen, and at least one further type that is not null.

Why it matters
    Some answers hit code that cannot handle them; typical for lists that collapse to one element in XML bridges.

Example:
    Mock ids ``1, 2``; service ids ``10, "tmp-3", 12``.

Not when
    The mock's variants show both types, or a rollout explains it.

What to do
    Add a mocked case with the other type.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "type-widened",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "some delivered values have a type that was not promised",
    family="type",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.TYPE_BESIDE):
        yield Draft(
            (difference,),
            difference.path,
            claim=describe(difference.promised),
            observed=describe(difference.delivered),
            hint="Add a mocked case with the other type, so that a test meets it.",
            detail=",".join(sorted(difference.delivered.families)) if difference.delivered else "",
            prevalence=Prevalence(difference.k, difference.n),
        )
