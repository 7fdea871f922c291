"""The service throttles and the mock never does.

What it finds
    A 429 that no variant of the mock shows (the sample is dropped), or RateLimit headers that none shows.

Why it matters
    The consumer's reaction to throttling has never run.

Example:
    Mock 200, service 429 once in three.

Not when
    A variant of the mock shows 429.

What to do
    Add a mocked 429 with Retry-After.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "rate-limit-unmocked",
    Category.ERROR,
    Severity.INFO,
    Direction.REAL_ONLY,
    "the service throttles and the mock never does",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.THROTTLED):
        yield Draft(
            (difference,),
            difference.path,
            claim="never throttles",
            observed=_sign(difference),
            hint="Add a mocked 429 with Retry-After.",
            prevalence=Prevalence(difference.k, difference.n),
        )


def _sign(difference: Difference) -> str:
    """How the service tells that it counts."""
    return "429" if difference.path == "status" else "RateLimit headers"
