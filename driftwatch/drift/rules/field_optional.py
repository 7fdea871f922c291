"""A promised member is delivered only sometimes.

What it finds
    A member that every mock variant and item shows, present in some of the observed objects and absent in others.

Why it matters
    The absent case is a path no test has walked; the tested path exists as well.

Example:
    Five items, two of them without ``discount``; the mocked items all have it.

Not when
    Declared optional; a variant or a mocked sibling item lacks it; a discriminator, the caller's identity or a
    rollout explains it.

What to do
    Add a variant or an item without the member to the mock, or declare it optional.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "field-optional",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.CHANGED,
    "a promised member is delivered only sometimes",
    family="presence",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.PARTLY_GONE):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"always there: {describe(difference.promised)}",
            observed="sometimes absent",
            hint=f"Add a mocked case without {difference.name!r}, so that a test walks that path.",
            prevalence=Prevalence(difference.k, difference.n),
        )
