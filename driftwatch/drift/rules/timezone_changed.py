"""Times with an offset where the mock has only UTC.

What it finds
    All mocked date-times here are in UTC (``Z`` or ``+00:00``) and at least one real one has another offset.

Why it matters
    Code that drops the suffix, or compares times as text, is off by hours and says nothing.

Example:
    Mock ``2024-05-01T10:00:00Z``, service ``2024-05-01T12:00:00+02:00``.

Not when
    The mock shows an offset already; a form the author stated. A lost offset is ``datetime-format-changed``.

What to do
    Write an offset into the mock, and let the code read it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "timezone-changed",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.CHANGED,
    "times with an offset where the mock has only UTC",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.ZONE):
        yield Draft(
            (difference,),
            difference.path,
            claim="date-times in UTC",
            observed="date-times with another offset",
            hint="Write a date-time with an offset into the mock, and compare instants instead of text.",
            prevalence=Prevalence(difference.k, difference.n),
        )
