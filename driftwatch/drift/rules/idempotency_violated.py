"""A repeat under one Idempotency-Key names another resource.

What it finds
    Two 2xx answers under the same ``Idempotency-Key`` (and identity) whose ids differ: ``id``, or another member whose
    name ends in ``_id`` or ``Id``. Or what can be read back after a repeated request is not what the config says it
    must be: one order, one charge.

Why it matters
    A retry after a lost answer did the work again: two orders, two charges.

Example:
    ``201 {"id": "ch_9"}``, and for the same key ``201 {"id": "ch_10"}``.

Not when
    Other keys; a refusal such as 409 while the first call runs; ids of the exchange itself (``request_id``,
    ``trace_id``).

What to do
    Do not retry against this service until the provider has mended it; the mock must not be "mended" to match.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "idempotency-violated",
    Category.ERROR,
    Severity.BREAKING,
    Direction.CHANGED,
    "a repeat under one Idempotency-Key names another resource",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: one cause."""
    for difference in comparison.open(Aspect.REPLAYED):
        yield Draft(
            (difference,),
            difference.path,
            claim="one resource for one key",
            observed=difference.note or "another resource for a repeated key",
            hint="Report it to the provider and do not retry until it is mended.",
            prevalence=Prevalence(difference.k, difference.n),
        )
