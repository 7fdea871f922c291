"""No delivered value has a promised type.

What it finds
    No observed value has a type that the mock shows at this place. Null is left aside, and whole and other numbers
    are one family. What is below the place is not reported.

Why it matters
    Code that was tested with one type meets another in every real answer.

Example:
    Mock ``12.5``, service ``"12.50"``.

Not when
    One became many or an envelope arrived (those have kinds of their own); the mock shows only null here.

What to do
    Change the value in the mock to what the service sends and let the tests say what rests on the old type.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import Format, JsonType, Shape, describe

KIND: Final = Kind(
    "type-changed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "no delivered value has a promised type",
    family="type",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.TYPE):
        seen = difference.delivered
        coercible = seen is not None and bool(seen.formats) and seen.formats.keys() <= {Format.NUMERIC}
        wanted = difference.promised is not None and difference.promised.families == {JsonType.NUMBER}
        note = " that reads as a number" if coercible and wanted else ""
        yield Draft(
            (difference,),
            difference.path,
            claim=describe(difference.promised),
            observed=describe(seen) + note,
            hint=f"Write the mock's value as {describe(seen)} and mend what reads it.",
            detail=_classes(seen),
            prevalence=Prevalence(difference.k, difference.n),
        )


def _classes(seen: Shape | None) -> str:
    """The observed type classes, sorted: two changes to different types are two findings."""
    return ",".join(sorted(seen.families)) if seen is not None else ""
