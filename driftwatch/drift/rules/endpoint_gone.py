"""The service no longer has this endpoint.

What it finds
    405, 410 or 501 where the mock succeeds; or 404 when the answer equals the one for a surely unknown path, when
    the path template has no parameter, or when the 404 is not a JSON object.

Why it matters
    The tests exercise an endpoint that is not there.

Example:
    Mock 200 for ``GET /v1/rates``, service 410.

Not when
    A 404 about a record of a known route is ``fixture-missing``.

What to do
    Find out what replaced the endpoint and mock that; delete this mock.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_gone, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "endpoint-gone",
    Category.STATUS,
    Severity.BREAKING,
    Direction.MOCK_ONLY,
    "the service no longer has this endpoint",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not (is_gone(difference, comparison)):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=f"{seen(difference)}: no such endpoint",
            hint="Find what replaced the endpoint, mock that, and delete this mock.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
