"""What is there depends on who asks.

What it finds
    Answers to at least two identities of the audit: a member that one of them always gets, another never gets.

Why it matters
    The mock shows one view, as a rule the administrator's; users with fewer rights see less.

Example:
    Mock with ``salary``; the service sends it to ``admin`` and not to ``employee``.

Not when
    A member comes and goes for one identity (then ``field-optional``); the mock shows both views.

What to do
    Add the view of the other identity to the mock as a variant.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "permission-view-differs",
    Category.AUTH,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "what is there depends on who asks",
    turn=Turn.WHOLE,
)

_SHOWN: Final = 3


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.VIEWS):
        yield Draft(
            (difference,),
            difference.path,
            claim="one view for all",
            observed=f"there for some identities and not for others: {_places(difference)}",
            hint="Add what the other identity sees as a variant of the mock.",
            swallows=comparison.caused_by(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )


def _places(difference: Difference) -> str:
    """The members that hang on the identity, the first few of them."""
    paths = sorted({path for _, path in difference.causes})
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
