"""Always null where the mock always has a value.

What it finds
    At least three observations, all of them null (or blank where the mock shows a strict form), and no mock variant
    has null here.

Why it matters
    The mocked value never occurs: every test that uses it is green on fiction.

Example:
    Mock ``"iban": "DE12"``; null three times of three.

Not when
    Declared or shown nullable; fewer than three observations (then ``null-unexpected``).

What to do
    Put null into the mock. If a record with a value exists on staging, mock that one.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "field-always-null",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "always null where the mock always has a value",
    family="null",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.NULL):
        if not difference.k == difference.n >= 3:
            continue
        yield Draft(
            (difference,),
            difference.path,
            claim=f"never null: {describe(difference.promised)}",
            observed=f"always {difference.note}",
            hint="Write null here, or mock a record that has a value.",
            prevalence=Prevalence(difference.k, difference.n),
        )
