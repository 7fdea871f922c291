"""The service sends a member the mock does not know.

What it finds
    A member in at least one observed object that no mock variant or item shows. Only the topmost new node is
    reported.

Why it matters
    A tolerant reader does not notice; a reader that refuses unknown members throws. Declare the consumer ``strict``
    and this is breaking.

Example:
    Mock ``{"id": 1}``, service ``{"id": 1, "tier": "gold"}``.

Not when
    The object is a map, or a rename, a move, an envelope or a variant explains the new name. A filled continuation
    member (``next``, ``has_more``) is ``pagination-unmocked``.

What to do
    Nothing is broken. Add the member when the mock is next touched.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "field-added",
    Category.SCHEMA,
    Severity.INFO,
    Direction.REAL_ONLY,
    "the service sends a member the mock does not know",
    turn=Turn.REST,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.APPEARED):
        yield Draft(
            (difference,),
            difference.path,
            claim="not there",
            observed=describe(difference.delivered),
            hint=f"Add {difference.name!r} to the mock to keep it a fair picture.",
            prevalence=Prevalence(difference.k, difference.n),
        )
