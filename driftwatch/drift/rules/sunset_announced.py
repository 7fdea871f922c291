"""The service announces its end.

What it finds
    A ``Sunset`` header (RFC 8594) that no variant of the mock shows. Breaking when the day is at most 30 days away, or
    past; it is judged anew in every run.

Why it matters
    After that day the resource may stop answering, and every test of it stays green.

Example:
    Mock without, service ``Sunset: Wed, 31 Dec 2025 23:59:59 GMT``.

Not when
    The mock shows the header.

What to do
    Move to what replaces the resource before the day. Write the header into the mock once somebody owns the move.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "sunset-announced",
    Category.HEADER,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "the service announces its end",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.SUNSET):
        yield Draft(
            (difference,),
            difference.path,
            claim="announces nothing",
            observed=f"ends on {difference.heard}" if difference.heard else "ends on a day that cannot be read",
            hint="Move to what replaces the resource before that day.",
            severity=Severity.BREAKING if difference.note == "soon" else None,
            prevalence=Prevalence(difference.k, difference.n),
        )
