"""Dates or times in another form than the mock shows.

What it finds
    All mocked strings here are of one class of date or time (date-time with offset, local date-time, date, time,
    HTTP date, date with slashes or dots) and at least one real string is not of it.

Why it matters
    A parser fits one class; day and month may swap without a sound; a lost offset leaves the instant undefined.

Example:
    Mock ``2024-05-01T10:00:00Z``, service ``2024-05-01 10:00:00``.

Not when
    Fractional seconds, leap seconds, a lower-case t or z. A string that became a number is ``type-changed``.

What to do
    Write the new form into the mock and mend what parses it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "datetime-format-changed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "dates or times in another form than the mock shows",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.FORMAT):
        if difference.note != "date":
            continue
        yield Draft(
            (difference,),
            difference.path,
            claim=describe(difference.promised),
            observed=describe(difference.delivered),
            hint="Write a date of the new form into the mock and mend the parser.",
            detail=",".join(sorted(difference.delivered.formats)) if difference.delivered else "",
            prevalence=Prevalence(difference.k, difference.n),
            swallows=tuple(d for d in comparison.open(Aspect.ZONE) if d.path == difference.path),
        )
