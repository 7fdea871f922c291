"""The consumer calls what no mock answers.

What it finds
    A method and path in recorded traffic (``evidence`` in the config) that none of the mocks matches.

Why it matters
    In tests the call fails or is never made; nobody knows whether the answer is understood.

Example:
    The consumer calls ``GET /orders/{id}/refunds``, mocked is only ``GET /orders/{id}``.

Not when
    A mock matches the path by a pattern, or by any of its queries and headers, or answers for another record.

What to do
    Record a mock for the operation, or say why it needs none.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Severity

KIND: Final = Kind(
    "endpoint-unmocked",
    Category.COVERAGE,
    Severity.INFO,
    Direction.REAL_ONLY,
    "the consumer calls what no mock answers",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft an operation."""
    for difference in comparison.open(Aspect.UNCOVERED):
        yield Draft(
            (difference,),
            difference.path,
            claim="no mock answers this operation",
            observed="the consumer calls it",
            hint="Record a mock for this operation.",
        )
