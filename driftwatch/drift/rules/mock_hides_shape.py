"""The mock shows an empty place where the service has content.

What it finds
    The only mocked value is ``[]``, ``{}``, an empty body (or null), and most real answers (any, for null) have
    content.

Why it matters
    Code behind the empty place is never run by a test.

Example:
    Mock ``{"items": []}``, service ``{"items": [{"sku": "a"}]}``.

Not when
    Another variant shows content; both sides are empty.

What to do
    Add a mocked case with content.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "mock-hides-shape",
    Category.COVERAGE,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "the mock shows an empty place where the service has content",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.HIDDEN):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"only {difference.note or 'an empty body'}",
            observed="content",
            hint="Add a mocked case with content here.",
            severity=Severity.INFO if difference.note == "null" else None,
            prevalence=Prevalence(difference.k, difference.n),
        )
