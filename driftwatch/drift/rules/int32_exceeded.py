"""Whole numbers that 32 bits cannot hold.

What it finds
    A real whole number is beyond 2^31 - 1 (or as far below zero) and all mocked ones are within.

Why it matters
    Columns and variables of 32 bits overflow.

Example:
    Mock ``"id": 4211``, service ``"id": 3000000042``.

Not when
    Numbers beyond 2^53 - 1 as well (``int53-exceeded``); a changed unit of time (``epoch-unit-changed``); digits in
    text; a mock that is as wide, or shows fractions.

What to do
    Write a number of that size into the mock, so that a test reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "int32-exceeded",
    Category.SCHEMA,
    Severity.INFO,
    Direction.REAL_ONLY,
    "whole numbers that 32 bits cannot hold",
    turn=Turn.REST,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.INT32):
        yield Draft(
            (difference,),
            difference.path,
            claim="whole numbers up to 2^31 - 1",
            observed="whole numbers beyond 2^31 - 1",
            hint="Write a number of that size into the mock, so that a test reads it.",
            prevalence=Prevalence(difference.k, difference.n),
        )
