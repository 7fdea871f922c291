"""A value that holds still and is not the mocked one.

What it finds
    A plain value, the same in at least three samples over a day or more, of the mocked type and different from the
    mock.

Why it matters
    Reference data has moved on: a tax rate, a limit, a currency.

Example:
    Mock ``"vatRate": 0.23``; ``0.22`` on three days.

Not when
    Dates, times, uuids and what else is made for one record; names that end in id, or hold token, etag or hash;
    anything the author stated; templates; one moment only; refusals; a place of which something graver is found.

What to do
    Write the value of today into the mock, if a test rests on it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "value-drift",
    Category.VALUE,
    Severity.INFO,
    Direction.CHANGED,
    "a value that holds still and is not the mocked one",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.CONSTANT):
        yield Draft(
            (difference,),
            difference.path,
            claim="one constant value",
            observed="another constant value",
            hint="Write the value of today into the mock, if a test rests on it.",
            prevalence=Prevalence(difference.k, difference.n),
        )
