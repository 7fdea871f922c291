"""Another policy for caches.

What it finds
    ``Cache-Control`` lets caches keep the answer for a time where the mock's does not (warning), or no longer where the
    mock's does (info).

Why it matters
    Where the policy is looser, a cache in the consumer serves stale answers that the mock never produced. Where it is
    stricter, there is more traffic and nothing wrong.

Example:
    Mock ``Cache-Control: no-store``, service ``Cache-Control: public, max-age=600``.

Not when
    Another lifetime of the same class; a mock without ``Cache-Control``; a policy that sets no lifetime and forbids
    nothing (``private`` alone).

What to do
    Write the service's policy into the mock, and test what the consumer does with a cached answer.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "cache-policy-changed",
    Category.HEADER,
    Severity.WARNING,
    Direction.CHANGED,
    "another policy for caches",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.CACHE):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=difference.heard,
            hint="Write the service's Cache-Control into the mock, and test the consumer with a cached answer.",
            severity=Severity.INFO if difference.note == "stricter" else None,
            detail=difference.note,
            prevalence=Prevalence(difference.k, difference.n),
        )
