"""An object has the same name more than once.

What it finds
    The text of an answer repeats a member's name inside one object, where the mock's text does not.

Why it matters
    Which of the values a reader gets depends on its parser: the first, the last, or an error (RFC 8259, 4).

Example:
    Mock ``{"id": 1, "v": 2}``, service ``{"id": 1, "v": 2, "id": 7}``.

Not when
    The same name in different objects.

What to do
    Tell the provider: nobody can rely on such an answer. Until it is mended, test with the text as it is.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "duplicate-keys",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "an object has the same name more than once",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each name."""
    for difference in comparison.open(Aspect.REPEATED):
        yield Draft(
            (difference,),
            difference.path,
            claim="once in an object",
            observed="more than once in one object",
            hint="Tell the provider: which value counts depends on who reads it.",
            prevalence=Prevalence(difference.k, difference.n),
        )
