"""JSON is promised and the text is not JSON.

What it finds
    The mock promises JSON and a real body is not: truncated, NaN or Infinity, an anti-hijacking prefix, bytes that
    do not decode.

Why it matters
    Every reader that the tests never warned throws.

Example:
    Mock ``{"id": 1}``, service ``{"id": 1, "tags": ["a"``.

Not when
    Our own size limit cut the body: that is ``unverifiable``.

What to do
    Look at the answer itself: it is broken for everyone.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "body-unparseable",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "JSON is promised and the text is not JSON",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.NOT_JSON):
        yield Draft(
            (difference,),
            difference.path,
            claim="JSON",
            observed=f"not JSON ({difference.note})",
            hint="Ask the provider: this answer is broken for every reader.",
            prevalence=Prevalence(difference.k, difference.n),
        )
