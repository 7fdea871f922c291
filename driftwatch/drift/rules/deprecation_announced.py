"""The service announces that it is deprecated.

What it finds
    A ``Deprecation`` header (RFC 9745: ``@`` and a time; older services send ``true`` or a date) that no variant of the
    mock shows.

Why it matters
    Nothing has changed yet. Plan the way to what comes after it while there is time.

Example:
    Mock without, service ``Deprecation: @1735689600``.

Not when
    The mock shows the announcement; the service only links to its policy (``rel="deprecation"``); the header says
    ``false``.

What to do
    Find an owner for the migration and write the header into the mock: then it is known.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "deprecation-announced",
    Category.HEADER,
    Severity.INFO,
    Direction.REAL_ONLY,
    "the service announces that it is deprecated",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.DEPRECATED):
        yield Draft(
            (difference,),
            difference.path,
            claim="announces nothing",
            observed="announces its deprecation",
            hint="Plan the migration, and write the Deprecation header into the mock once somebody owns it.",
            prevalence=Prevalence(difference.k, difference.n),
        )
