"""An error document under a status of success.

What it finds
    A 2xx answer in which everything the mock always has is null or absent, and which has a mark of an error that the
    mock has not: ``error``, ``errors``, ``fault`` or ``exception`` with content, or ``success`` or ``ok`` as false.
    Other answers are judged without it.

Why it matters
    Code that looks at the status goes on with nothing in its hands.

Example:
    Mock ``{"id": 1, "total": 5}``, service ``{"success": false, "error": {"code": "E1"}}`` with 200.

Not when
    A number, which counts errors; an empty list or null; a mark that the mock shows, too; data beside the error.

What to do
    Mock this answer as well and let the consumer look for the mark. If staging just fails, ask its owner.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "error-in-2xx",
    Category.ERROR,
    Severity.BREAKING,
    Direction.CHANGED,
    "an error document under a status of success",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.ERROR_BEHIND_SUCCESS):
        yield Draft(
            (difference,),
            difference.path,
            claim="a result",
            observed=f"an error, told by {difference.heard}",
            hint="Mock this answer as well and let the consumer look for the mark of the error.",
            prevalence=Prevalence(difference.k, difference.n),
        )
