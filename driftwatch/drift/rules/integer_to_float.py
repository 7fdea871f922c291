"""Fractions where the mock shows only whole numbers.

What it finds
    All mocked numbers here are integer literals and at least one real number has a fraction.

Why it matters
    Fatal for integer models, harmless elsewhere.

Example:
    Mock ``2``, service ``2.5``.

Not when
    The mocked literal has a fraction part (``2.0``), or the author stated the kind of number.

What to do
    Write a fraction into the mock.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "integer-to-float",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.CHANGED,
    "fractions where the mock shows only whole numbers",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.FRACTION):
        yield Draft(
            (difference,),
            difference.path,
            claim="integer",
            observed="numbers with a fraction",
            hint="Write a number with a fraction into the mock.",
            prevalence=Prevalence(difference.k, difference.n),
        )
