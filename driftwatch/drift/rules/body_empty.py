"""An empty body where the mock has a document.

What it finds
    The status is the mocked one, the mock has a document, the real body has no bytes or only white space.

Why it matters
    Every test reads a document that never arrives.

Example:
    Mock ``{"id": 1}``, service ``Content-Length: 0``.

Not when
    The status changed to 204 or 205. An empty list is not an empty body.

What to do
    Empty the mocked body, or ask the provider where the document went.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "body-empty",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.MOCK_ONLY,
    "an empty body where the mock has a document",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.EMPTY_BODY):
        yield Draft(
            (difference,),
            difference.path,
            claim="a document",
            observed="an empty body",
            hint="Empty the mocked body, or ask the provider where the document went.",
            prevalence=Prevalence(difference.k, difference.n),
        )
