"""Over in the mock, still to come in reality.

What it finds
    A member named like an end of validity (``expir…``, ``exp``, ``notAfter``, ``…until``) has only past dates in
    the mock and only future ones in reality.

Why it matters
    Tests run the branch for what has expired, by accident, and the branch that users meet not at all.

Example:
    Mock ``"validUntil": "2024-06-30"``, service ``"validUntil": "2030-12-31"``, in 2025.

Not when
    Real dates are over as well; the mock shows one that is not; dates that a template makes; the last day is not
    over yet.

What to do
    Write a date that stays in the future into the mock: a template, or a far one.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "mock-date-expired",
    Category.FRESHNESS,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "over in the mock, still to come in reality",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.EXPIRED):
        yield Draft(
            (difference,),
            difference.path,
            claim="only past dates",
            observed="only future dates",
            hint="Let a template make this date, or write one that is far ahead.",
            prevalence=Prevalence(difference.k, difference.n),
        )
