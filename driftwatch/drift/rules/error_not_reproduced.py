"""A mocked refusal succeeds in reality.

What it finds
    The mock shows a refusal of the request itself (400, 406, 413, 415, 422 …) and the service succeeds.

Why it matters
    The error branch is tested against fiction.

Example:
    Mock 400 for ``limit=-1``, service 200.

Not when
    Refusals that depend on state (402, 404, 409, 410, 412, 423): ``unverifiable``.

What to do
    Find a request that the service does refuse and mock that one.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_unreproduced, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "error-not-reproduced",
    Category.STATUS,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "a mocked refusal succeeds in reality",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not (is_unreproduced(difference)):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=f"refuses ({mocked(difference)})",
            observed=f"succeeds ({seen(difference)})",
            hint="Mock a request that the service does refuse.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
