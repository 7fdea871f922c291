"""The service answers much more slowly than it did.

What it finds
    The median of at least 20 answers is at least twice the median of at least 20 earlier ones and 100 ms above it.

Why it matters
    Time limits and retries of the consumer were chosen for the faster service.

Example:
    210 ms in earlier audits, 640 ms in this one.

Not when
    Fewer than 20 answers on either side: they are no distribution. A mock that answers at once is never compared.

What to do
    Ask the service's team what changed; check the consumer's limits against the new times.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "latency-regressed",
    Category.LATENCY,
    Severity.WARNING,
    Direction.CHANGED,
    "the service answers much more slowly than it did",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: a claim has one history."""
    for difference in comparison.open(Aspect.SLOWER):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"a median of {difference.said} in earlier audits",
            observed=f"a median of {difference.heard}",
            hint="Check the consumer's time limits and retries against the new times.",
            prevalence=Prevalence(difference.k, difference.n),
        )
