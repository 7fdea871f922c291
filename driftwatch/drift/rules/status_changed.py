"""Another status in every answer.

What it finds
    All usable samples have a status the mock does not show, and no more specific kind explains it.

Why it matters
    202 means that the work is not done yet; 204 that no document comes; each success status is a promise of its
    own.

Example:
    Mock 200, service 202.

Not when
    One of the other status kinds fits; server errors, 429 and refused credentials have kinds of their own.

What to do
    Write the new status into the mock and mend what branches on it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.drift.status import mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "status-changed",
    Category.STATUS,
    Severity.BREAKING,
    Direction.CHANGED,
    "another status in every answer",
    family="status",
    turn=Turn.REST,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=seen(difference),
            hint="Write the new status into the mock and mend what branches on it.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
