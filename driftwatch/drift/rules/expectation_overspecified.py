"""The mock pins a value that changes from answer to answer.

What it finds
    An exact expectation differs, and the service disagrees with itself between samples of one request.

Why it matters
    The mock is at fault: nobody can rest on such a value.

Example:
    Mock: ``/requestId`` is exactly ``abc``; service: ``r-1``, ``r-2``, ``r-3``.

Not when
    The service is constant here (then ``expectation-violated``).

What to do
    Tell the mock's owner to match the type of this value, not the value.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "expectation-overspecified",
    Category.VALUE,
    Severity.INFO,
    Direction.MOCK_ONLY,
    "the mock pins a value that changes from answer to answer",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.OVERSPECIFIED):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.note,
            observed="another value in every answer",
            hint="Match the type of this value in the mock, not the value.",
            detail=difference.note,
            prevalence=Prevalence(difference.k, difference.n),
        )
