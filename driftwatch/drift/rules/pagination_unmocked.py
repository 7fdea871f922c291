"""A list goes on where the mock's ends.

What it finds
    A ``Link`` with ``rel="next"``, or a filled continuation member (``next``, ``next_page_token``, ``nextCursor``,
    ``has_more`` …), where the mock has none or always shows null, false or nothing in it.

Why it matters
    Everything after the first page is lost without an error: the consumer was tested with one complete list.

Example:
    Mock ``{"items": [{"id": 1}], "has_more": false}``, service ``{"items": [{"id": 1}], "has_more": true}``.

Not when
    The mock shows a next page, in whatever way; the member is null or false; other relations (``rel="self"``); a
    ``next`` beside no list.

What to do
    Mock two pages: a first one that leads on and a last one that does not.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "pagination-unmocked",
    Category.HEADER,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "a list goes on where the mock's ends",
    turn=Turn.ENVELOPE,
)

_SAME_CAUSE: Final = frozenset({Aspect.HIDDEN, Aspect.TYPE, Aspect.TYPE_BESIDE})
"""What a member that was null or false and is filled now is called as well."""


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each sign of a next page: each is to be mocked."""
    for difference in tuple(comparison.open(Aspect.CONTINUED)):
        is_new = difference.note == "new"
        breaks = is_new and comparison.context.consumer.is_strict
        yield Draft(
            (difference,),
            difference.path,
            claim="a list that ends",
            observed=difference.heard or f"{difference.name} is filled",
            hint="Mock two pages: a first one that leads on and a last one that does not.",
            # to a reader that throws on what it does not know, the member itself is the break
            severity=Severity.BREAKING if breaks else None,
            prevalence=Prevalence(difference.k, difference.n) if difference.n else None,
            swallows=tuple(_also_called(comparison, difference)),
        )


def _also_called(comparison: Comparison, difference: Difference) -> Iterator[Difference]:
    return (
        other
        for other in comparison.open(*_SAME_CAUSE)
        if other.path == difference.path and other.statuses == difference.statuses
    )
