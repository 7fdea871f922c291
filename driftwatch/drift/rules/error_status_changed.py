"""Refused as mocked, with another status.

What it finds
    The mock shows a 4xx and all samples have another 4xx.

Why it matters
    Tests of the error branch rest on the status.

Example:
    Mock 400, service 422.

Not when
    The mock succeeds; the service succeeds (``error-not-reproduced``).

What to do
    Write the new status into the mock and mend what reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_other_refusal, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "error-status-changed",
    Category.STATUS,
    Severity.WARNING,
    Direction.CHANGED,
    "refused as mocked, with another status",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not is_other_refusal(difference, comparison):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=seen(difference),
            hint="Write the new status into the mock and mend what branches on it.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
