"""Strings of another form than the mock shows.

What it finds
    All mocked strings here are uuids, absolute URIs or e-mail addresses and at least one real string is not; or the
    mock shows a plain number as text and a real one is spelled with separators, a comma, a currency or a percent
    sign.

Why it matters
    Parsers and column types reject it.

Example:
    Mock a uuid, service ``usr_01HV7R2``; mock ``"1024"``, service ``"1,024"``.

Not when
    Free text; digit strings that turn alphanumeric; upper case; blanks (see ``null-unexpected``); values a template
    makes; a form the author stated.

What to do
    Write the new form into the mock and mend what parses it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "format-changed",
    Category.SCHEMA,
    Severity.WARNING,
    Direction.CHANGED,
    "strings of another form than the mock shows",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each such place."""
    for difference in comparison.open(Aspect.FORMAT):
        if difference.note == "date":
            continue
        yield Draft(
            (difference,),
            difference.path,
            claim=describe(difference.promised),
            observed=describe(difference.delivered),
            hint="Write a value of the new form into the mock.",
            detail=",".join(sorted(difference.delivered.formats)) if difference.delivered else "",
            prevalence=Prevalence(difference.k, difference.n),
        )
