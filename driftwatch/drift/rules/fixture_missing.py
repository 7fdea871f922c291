"""Staging lacks the record the mock is about.

What it finds
    The mock succeeds, the service answers 404 with a JSON object, the path has a parameter, and the answer is not
    the one for an unknown path.

Why it matters
    The claim could not be checked: nothing is known of this interaction.

Example:
    Mock 200 for ``GET /users/42``, service 404 ``{"error": "user 42 does not exist"}``.

Not when
    The route itself is gone: ``endpoint-gone``.

What to do
    Tell the owner of the test data, or name a record that exists in ``variables``.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_fixture, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "fixture-missing",
    Category.COVERAGE,
    Severity.INFO,
    Direction.MOCK_ONLY,
    "staging lacks the record the mock is about",
    is_health=True,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not (is_fixture(difference, comparison)):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=f"{seen(difference)}: no such record",
            hint="Seed this record on staging, or mock one that exists there.",
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
