"""Another value in one of the few headers whose value is a claim.

What it finds
    One of these says something that no variant of the mock says: the route that ``Location`` leads to (identifiers,
    host and spelling aside), a scheme lost from ``WWW-Authenticate``, the type of ``Content-Disposition``, the language
    of ``Content-Language``, a method lost from ``Allow``. Every other header's value is data.

Why it matters
    Code that follows, answers or shows what the header says was tested with another.

Example:
    Mock ``WWW-Authenticate: Basic realm="x"``, service ``WWW-Authenticate: Bearer``.

Not when
    Another identifier in the path; the same path with or without host; a further scheme or method; a region of the
    mocked language (``en-GB`` for ``en``); a value that a template writes.

What to do
    Write the new value into the mock and mend what acts on it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "header-value-changed",
    Category.HEADER,
    Severity.WARNING,
    Direction.CHANGED,
    "another value in one of the few headers whose value is a claim",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each header."""
    for difference in comparison.open(Aspect.HEADER_VALUE):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=difference.heard,
            hint=f"Write the new {difference.name} into the mock and mend what acts on it.",
            detail=difference.name,
            prevalence=Prevalence(difference.k, difference.n),
        )
