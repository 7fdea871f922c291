"""Text in another charset than the mock's.

What it finds
    Both sides name a charset in ``Content-Type``, for the same media type, and they are not the same.

Why it matters
    A reader that trusts the mocked one turns every letter beyond ASCII into garbage.

Example:
    Mock ``text/csv; charset=utf-8``, service ``text/csv; charset=iso-8859-1``.

Not when
    JSON, where the parameter means nothing; one side names none; another spelling (``utf8``).

What to do
    Write the new charset into the mock, and bytes beyond ASCII into its body.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "charset-changed",
    Category.HEADER,
    Severity.WARNING,
    Direction.CHANGED,
    "text in another charset than the mock's",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.CHARSET):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=difference.heard,
            hint="Write the new charset into the mock, and letters beyond ASCII into its body.",
            prevalence=Prevalence(difference.k, difference.n),
        )
