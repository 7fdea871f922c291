"""A mocked value that never comes.

What it finds
    The values seen here in at least 30 observations are a small closed set, and a mocked value is neither among
    them nor in this run.

Why it matters
    The test plays a case that may not exist any more. With 30 observations its share is below 10 %, with 150 below
    2 %.

Example:
    Mock ``"plan": "legacy-gold"``; in 300 observations only ``basic`` and ``pro``.

Not when
    Fewer observations; a value the author pinned or a template makes; refusals, which depend on state.

What to do
    Mock a value that comes, or keep this one knowingly.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "claim-unobserved",
    Category.VALUE,
    Severity.INFO,
    Direction.MOCK_ONLY,
    "a mocked value that never comes",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.UNOBSERVED):
        yield Draft(
            (difference,),
            difference.path,
            claim="a value of its own",
            observed="only other values of a small set",
            hint="Mock a value that the service sends, unless this case is kept on purpose.",
            prevalence=Prevalence(difference.k, difference.n),
        )
