"""A promised header is never sent.

What it finds
    A contract header that every variant of the mock shows and no sample has. Breaking for ``Location`` on 201 and
    3xx.

Why it matters
    Code that reads it works in tests alone.

Example:
    Mock with ``ETag``, service without.

Not when
    Headers that say nothing about the contract: dates, request ids, cookies, caches, security and tracing headers.

What to do
    Remove the header from the mock, or ask the provider why it is no longer sent.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "header-missing",
    Category.HEADER,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "a promised header is never sent",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each header."""
    for difference in comparison.open(Aspect.HEADER_GONE):
        leads_on = any(status == 201 or 300 <= status < 400 for status in difference.statuses)
        yield Draft(
            (difference,),
            difference.path,
            claim=f"sends {difference.name}",
            observed="never sends it",
            hint=f"Remove {difference.name} from the mock, or ask the provider why it is no longer sent.",
            severity=Severity.BREAKING if difference.name == "location" and leads_on else None,
            detail=difference.name,
            prevalence=Prevalence(difference.k, difference.n),
        )
