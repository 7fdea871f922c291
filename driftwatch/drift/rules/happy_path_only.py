"""Only success is mocked, the service also refuses.

What it finds
    All mocks answer 2xx, while at least 5 answers in recorded traffic (``evidence`` in the config), or 1 % of them,
    were 4xx or 5xx.

Why it matters
    The code that handles a refusal is never run by a test.

Example:
    One mock with 200; traffic of 480 times 200, 15 times 404 and 5 times 409.

Not when
    No refusal was ever observed; another mock of the endpoint shows one.

What to do
    Add a mock for the refusals that happen; ``driftwatch gaps`` proposes some.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "happy-path-only",
    Category.COVERAGE,
    Severity.INFO,
    Direction.REAL_ONLY,
    "only success is mocked, the service also refuses",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for a set of mocks."""
    for difference in comparison.open(Aspect.ONLY_SUCCESS):
        yield Draft(
            (difference,),
            difference.path,
            claim="every mock answers 2xx",
            observed="refusals in real traffic",
            hint="Add a mocked refusal: the code that handles it is never run.",
            prevalence=Prevalence(difference.k, difference.n),
        )
