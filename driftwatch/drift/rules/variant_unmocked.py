"""Items of a variant that no test has met.

What it finds
    Objects on both sides carry a discriminator (``type``, ``kind`` …); a value of it that the mock does not know
    comes with members that none of the mocked variants has.

Why it matters
    The branch for that variant has never run.

Example:
    Mock shows ``card``; the service also sends ``{"type": "sepa", "iban": …}``.

Not when
    The new variant has the same members as a mocked one; the discriminator does not explain the absence.

What to do
    Add an item of the new variant to the mock.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import join

KIND: Final = Kind(
    "variant-unmocked",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "items of a variant that no test has met",
    turn=Turn.VARIANT,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.VARIANT):
        yield Draft(
            (difference,),
            difference.path,
            claim=f"only {_names(difference)}",
            observed=f"also {difference.note} {difference.name!r}",
            hint=f"Add an item with {difference.note} {difference.name!r} to the mock.",
            detail=difference.name,
            swallows=_same_value(comparison, difference),
            prevalence=Prevalence(difference.k, difference.n),
        )


def _names(difference: Difference) -> str:
    """The variants the mock knows."""
    return ", ".join(sorted(difference.promised.variants)) if difference.promised else ""


def _same_value(comparison: Comparison, difference: Difference) -> tuple[Difference, ...]:
    """The discriminator's own value, where the author listed the values: it is new because the variant is."""
    place = join(difference.path, difference.note)
    return tuple(other for other in comparison.open(Aspect.UNLISTED) if other.path == place)
