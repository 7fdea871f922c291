"""An error document of another kind.

What it finds
    The same error status, but the two documents have no top-level member in common, or an ordinary object became a
    problem document (RFC 9457).

Why it matters
    Code that reads the error finds nothing where it looks.

Example:
    Mock ``{"error": "limit"}``, service ``{"type": "about:blank", "title": "Bad Request"}``.

Not when
    Error documents with members in common are compared like others; between two problem documents only ``type`` and
    ``status`` count.

What to do
    Write the new error document into the mock and mend what reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import Shape

KIND: Final = Kind(
    "error-shape-changed",
    Category.ERROR,
    Severity.BREAKING,
    Direction.CHANGED,
    "an error document of another kind",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.ERROR_DOCUMENT):
        yield Draft(
            (difference,),
            "",
            claim=describe_members(difference.promised),
            observed=describe_members(difference.delivered),
            hint="Write the new error document into the mock and mend what reads it.",
            prevalence=Prevalence(difference.k, difference.n),
        )


def describe_members(shape: Shape | None) -> str:
    """The names at the top level."""
    return f"object with {', '.join(sorted(shape.members))}" if shape is not None else "nothing"
