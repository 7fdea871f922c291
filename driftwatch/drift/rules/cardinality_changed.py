"""One became many, or many became one.

What it finds
    A value became a list of such values, or a list became one of its items, in all observations: the member names
    agree by half at least, or the scalar type is the same.

Why it matters
    Code for one meets many, or the reverse, in every real answer.

Example:
    Mock ``"tag": "red"``, service ``"tag": ["red", "blue"]``.

Not when
    Some answers are one and some many: that is ``type-widened``. A list that moved under a key is ``envelope-
    changed``.

What to do
    Write the new form into the mock and mend what reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.likeness import ALIKE, similar
from driftwatch.model.shape import JsonType, Shape, describe

KIND: Final = Kind(
    "cardinality-changed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "one became many, or many became one",
    turn=Turn.CARDINALITY,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.TYPE):
        promised, delivered = difference.promised, difference.delivered
        if promised is None or delivered is None:
            continue
        if _is_many(delivered, promised) or _is_many(promised, delivered):
            yield Draft(
                (difference,),
                difference.path,
                claim=describe(promised),
                observed=describe(delivered),
                hint="Write the new form into the mock and mend what reads it.",
                prevalence=Prevalence(difference.k, difference.n),
            )


def _is_many(many: Shape, one: Shape) -> bool:
    """Whether one side is a list of what the other is."""
    if many.families != {JsonType.ARRAY} or many.items is None or JsonType.ARRAY in one.families:
        return False
    return similar(one, many.items) >= ALIKE
