"""Recorded long ago and not verified since.

What it finds
    The newest of its recording and its last verification is more than 90 days old, and this run could not verify
    it either.

Why it matters
    It may still be true, but each green test that rests on it adds trust nobody earned.

Example:
    Recorded in January, never verified, unreachable today.

Not when
    This run compared it: recorded years ago and verified today is fresh. Nothing is known of its age. It claims nothing
    (it injects faults or passes requests on), or never answers (then ``mock-shadowed``).

What to do
    Make it checkable: consent, credentials, test data or a reachable staging; or record it anew.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Severity

KIND: Final = Kind(
    "mock-stale",
    Category.FRESHNESS,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "recorded long ago and not verified since",
    is_static=True,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft a mock."""
    for difference in comparison.open(Aspect.UNCHECKED):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=f"not verified in this run, last known {difference.heard}",
            hint="Make this mock checkable, or record it anew.",
        )
