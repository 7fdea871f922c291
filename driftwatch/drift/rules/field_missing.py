"""A promised member is never delivered.

What it finds
    A member that every mock variant and item shows and that none of the observed objects has. At least one parent
    object was seen. Only the topmost lost node is reported.

Why it matters
    Every test that reads the member is green on fiction.

Example:
    Mock ``{"id": 1, "email": "a"}``, service ``{"id": 1}`` in every answer.

Not when
    The member is declared optional or ignored, a variant or a sibling item of the mock lacks it, no parent was
    observed, or a rename, a move, an envelope, a variant or a map explains the absence.

What to do
    Remove the member from the mock and see which tests fail: they rest on it. If the service should still send it,
    show its team this finding.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "field-missing",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.MOCK_ONLY,
    "a promised member is never delivered",
    family="presence",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.GONE):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"always there: {describe(difference.promised)}",
            observed="never there",
            hint=f"Remove {difference.name!r} from the mock, or ask the provider why it is no longer sent.",
            prevalence=Prevalence(difference.k, difference.n),
        )
