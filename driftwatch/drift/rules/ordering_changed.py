"""A list in another order.

What it finds
    A list breaks the order that the author declared; or the mocked list has at least five objects, strictly in
    order by a date of theirs, and every real list is strictly in the opposite order.

Why it matters
    Code that takes the first for the newest takes the oldest.

Example:
    Mock: newest first; service: oldest first.

Not when
    Nobody declared an order and the mock shows none by date; short lists; a service that shuffles between answers.

What to do
    Turn the mocked list round, or sort in the code that reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "ordering-changed",
    Category.VALUE,
    Severity.WARNING,
    Direction.CHANGED,
    "a list in another order",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.ORDER):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"{difference.said} order" + (", declared" if difference.note else ""),
            observed="another order" if difference.note else "the opposite order",
            hint="Put the mocked list into the order of the service, or sort where it is read.",
            detail=difference.note,
            prevalence=Prevalence(difference.k, difference.n),
        )
