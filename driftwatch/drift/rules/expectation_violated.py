"""A value breaks what the mock's author said of it.

What it finds
    An explicit expectation of the mock (an exact value, a pattern, a format, a range, a length) fails in at least
    one usable sample.

Why it matters
    The author wrote down that the consumer needs it.

Example:
    Mock: ``/currency`` is exactly ``EUR``; service: ``USD``.

Not when
    A declared list of values (``enum-value-added``); a value on which the service disagrees with itself
    (``expectation-overspecified``); absence, null and another type, which have kinds of their own.

What to do
    Ask the consumer whether the expectation still holds; then mend the mock or tell the provider.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "expectation-violated",
    Category.VALUE,
    Severity.BREAKING,
    Direction.CHANGED,
    "a value breaks what the mock's author said of it",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.EXPECTATION):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.note,
            observed="another value",
            hint="Ask the consumer whether this expectation still holds, then mend the mock or tell the provider.",
            detail=difference.note,
            prevalence=Prevalence(difference.k, difference.n),
        )
