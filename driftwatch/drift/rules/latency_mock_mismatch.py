"""The mock's own delay is far from the service's.

What it finds
    Every mocked answer has an explicit delay, and the median of at least 5 real answers is more than five times or
    less than a fifth of it, and at least 200 ms away.

Why it matters
    Somebody wrote that delay to make a test lifelike; it no longer is.

Example:
    The mock waits 3000 ms, the service answers in 90 ms.

Not when
    The mock has no delay, or one that the consumer does not wait for: that is a time-out on purpose.

What to do
    Set the delay to what the service needs.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "latency-mock-mismatch",
    Category.LATENCY,
    Severity.INFO,
    Direction.CHANGED,
    "the mock's own delay is far from the service's",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for the answers of one status."""
    for difference in comparison.open(Aspect.OTHER_PACE):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"a delay of {difference.said}",
            observed=f"a median of {difference.heard}",
            hint="Set the mock's delay to what the service needs.",
            prevalence=Prevalence(difference.k, difference.n),
        )
