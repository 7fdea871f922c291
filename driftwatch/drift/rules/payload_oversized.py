"""Real answers are far larger than mocked ones.

What it finds
    A body of at least 1 MiB that is at least ten times as long as the longest mocked body of its status.

Why it matters
    Memory, time limits and paging were never tested with answers of that size.

Example:
    A mocked list of three rows, a real one of nine megabytes.

Not when
    The mock says nothing of its body, or a template writes the whole of it.

What to do
    Ask for less (a page, a filter, fewer members), or test with a mock of that size.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "payload-oversized",
    Category.LATENCY,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "real answers are far larger than mocked ones",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for the answers of one status."""
    for difference in comparison.open(Aspect.LARGE):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=f"up to {difference.heard}",
            hint="Ask for less at a time, or test with a mock of that size.",
            prevalence=Prevalence(difference.k, difference.n),
        )
