"""Another media type than the mock shows.

What it finds
    The essence of Content-Type differs, parameters and case aside. Info inside the JSON family
    (``application/json``, ``text/json``, ``*+json``).

Why it matters
    A reader chosen by media type is not called, or chokes on the document.

Example:
    Mock ``application/json``, service ``text/html``.

Not when
    A missing Content-Type, if the body parses as promised; ``application/problem+json`` on an error status (see
    ``error-shape-changed``).

What to do
    Write the new media type into the mock; if an error page came instead of a document, look at the service.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "content-type-changed",
    Category.HEADER,
    Severity.BREAKING,
    Direction.CHANGED,
    "another media type than the mock shows",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for strangers, one for cousins inside the JSON family."""
    for difference in comparison.open(Aspect.MEDIA_TYPE):
        yield Draft(
            (difference,),
            difference.path,
            claim=difference.said,
            observed=difference.heard,
            hint="Write the new media type into the mock, or look at the service if it sent an error page.",
            severity=Severity.INFO if difference.note == "json" else None,
            detail=difference.heard,
            prevalence=Prevalence(difference.k, difference.n),
        )
