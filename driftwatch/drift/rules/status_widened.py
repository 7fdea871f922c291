"""A further status beside the mocked one.

What it finds
    The mocked status and at least one other that is no server error, no refusal of credentials and no throttling,
    for the same request.

Why it matters
    The other status is a path no test has walked: replica lag, work still running.

Example:
    Mock 200; service 200, 200, 404.

Not when
    The mock shows that status in a variant.

What to do
    Add a mocked variant with that status.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "status-widened",
    Category.STATUS,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "a further status beside the mocked one",
    family="status",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS_BESIDE):
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=f"also {seen(difference)}",
            hint=f"Add a mocked variant that answers {seen(difference)}.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
