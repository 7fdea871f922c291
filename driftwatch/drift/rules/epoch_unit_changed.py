"""Times counted in another unit.

What it finds
    All mocked numbers of a time-like name (``…at``, ``…time``, ``…date``, ``ts``, ``exp``, ``created`` …) are
    seconds, milliseconds or microseconds since 1970 of our day, and a real one is in another of these units.

Why it matters
    There is no error of type: dates are off by a factor of a thousand.

Example:
    Mock ``"created": 1714550400``, service ``"created": 1714550400123``.

Not when
    Names that do not tell of time: identifiers and counters grow. Numbers in no such unit.

What to do
    Write the new unit into the mock and mend what reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "epoch-unit-changed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "times counted in another unit",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.UNIT):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"time in {difference.said}",
            observed=f"time in {difference.heard}",
            hint="Write the time in the new unit and mend what reads it.",
            detail=difference.heard,
            prevalence=Prevalence(difference.k, difference.n),
            swallows=tuple(d for d in comparison.open(Aspect.INT32, Aspect.INT53) if d.path == difference.path),
        )
