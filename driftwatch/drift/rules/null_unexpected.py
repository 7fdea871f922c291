"""Null where the mock never shows it.

What it finds
    Null, or a blank string in a member whose mocked values all have a strict form (a date, a uuid …), where no mock
    variant has it. Values exist as well, or fewer than three observations were made.

Why it matters
    The classic crash that only production sees.

Example:
    Mock ``"lastLoginAt": "2024-04-15T10:00:00Z"``; null in one of four answers.

Not when
    Declared or shown nullable; plain text fields may be blank.

What to do
    Add a mocked case with null, so that a test walks that path.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "null-unexpected",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "null where the mock never shows it",
    family="null",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.NULL):
        if difference.k == difference.n >= 3:
            continue
        yield Draft(
            (difference,),
            difference.path,
            claim=f"never null: {describe(difference.promised)}",
            observed=f"sometimes {difference.note}",
            hint="Add a mocked case with null here.",
            prevalence=Prevalence(difference.k, difference.n),
        )
