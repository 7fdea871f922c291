"""The mock accepts a request that the service refuses as invalid.

What it finds
    The mock succeeds; all samples are 400, 406, 411, 413, 414, 415, 422 or 428.

Why it matters
    A new required parameter, header or key, or stricter validation: the consumer's real calls fail.

Example:
    Mock 200 for ``GET /items``, service 400 ``missing query parameter: region``.

Not when
    The request was made up from a pattern: then it is ``unverifiable``.

What to do
    Compare the request with the provider's documentation; mend the consumer first, then the mock.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_rejected, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "request-rejected",
    Category.STATUS,
    Severity.BREAKING,
    Direction.CHANGED,
    "the mock accepts a request that the service refuses as invalid",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not (is_rejected(difference, comparison)):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=f"accepts the request ({mocked(difference)})",
            observed=f"refuses it ({seen(difference)})",
            hint="Ask what the request lacks; mend the consumer first, then the mock.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
