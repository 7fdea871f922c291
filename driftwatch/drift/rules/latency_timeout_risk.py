"""The service answers as slowly as the consumer waits, or nearly.

What it finds
    The consumer's time limit is known and at least 5 answers were timed: their 95th percentile (below 20 answers the
    slowest) reaches the limit, or four fifths of it.

Why it matters
    An instant mock never runs the code behind a time-out; in production it runs.

Example:
    The consumer waits 3000 ms, the slowest of eight answers takes 3400 ms.

Not when
    The limit is unknown; fewer than 5 answers; one outlier among many.

What to do
    Raise the limit or make the call faster, and give the mock a delay that a test has to survive.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "latency-timeout-risk",
    Category.LATENCY,
    Severity.BREAKING,
    Direction.REAL_ONLY,
    "the service answers as slowly as the consumer waits, or nearly",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the consumer has one limit."""
    for difference in comparison.open(Aspect.TOO_SLOW):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"the consumer waits {difference.said}",
            observed=f"the slow end takes {difference.heard}",
            hint="Give the mock a delay, and see what the consumer does when it does not wait as long.",
            severity=Severity.BREAKING if difference.note == "over" else Severity.WARNING,
            prevalence=Prevalence(difference.k, difference.n),
        )
