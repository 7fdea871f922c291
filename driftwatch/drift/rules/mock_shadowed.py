"""Another mock answers in its place.

What it finds
    In the order in which the mock server tries its mocks, an earlier one matches every request that this one
    matches.

Why it matters
    The answer written here is never given: a test that means it runs against the other one.

Example:
    ``GET /q`` stands before ``GET /q`` with the header ``X-Tier: vip``.

Not when
    The narrower mock comes first; two patterns differ (only equality of patterns is decided).

What to do
    Put the narrower mock first, by order or priority, or delete the one that never answers.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Severity

KIND: Final = Kind(
    "mock-shadowed",
    Category.COVERAGE,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "another mock answers in its place",
    is_static=True,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: one mock stands in front."""
    for difference in comparison.open(Aspect.SHADOWED):
        yield Draft(
            (difference,),
            difference.path,
            claim="answers this request",
            observed=f"{difference.note} answers it instead",
            hint="Put the narrower mock first, or delete the one that never answers.",
        )
