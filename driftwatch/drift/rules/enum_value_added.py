"""A value outside a closed set.

What it finds
    A real value that is not in the list of values (or the pure alternation of a pattern) that the mock's author
    declared; or, without such a list, one that neither the mock shows nor earlier audits saw, where these saw few
    values in many observations.

Why it matters
    The default branch runs, if there is one.

Example:
    Declared ``new``, ``paid``, ``void``; the service sends ``disputed``.

Not when
    A single example is no list, nor are fewer than ten observations, nor numbers; null and blank are no new value.

What to do
    Add a mocked case with the new value.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "enum-value-added",
    Category.VALUE,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "a value outside a closed set",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such value."""
    for difference in comparison.open(Aspect.UNLISTED):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.note,
            observed="a value that is not among them",
            hint="Add a mocked case with the new value, and a branch for it.",
            detail=difference.name,
            prevalence=Prevalence(difference.k, difference.n),
        )
