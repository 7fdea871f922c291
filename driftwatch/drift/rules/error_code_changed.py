"""An error known by another code.

What it finds
    ``code``, ``error_code``, ``errorCode``, a one-word ``error`` or a problem's ``type`` (RFC 9457), at the top of an
    error document or in its ``error`` or ``errors``: the same in all answers and none of those that the mock shows.

Why it matters
    The branch that looks at the mocked code is dead, and the real code meets none.

Example:
    Mock ``{"code": "LIMIT_NEGATIVE"}``, service ``{"code": "VALIDATION_FAILED"}``.

Not when
    Text with spaces, which is prose; codes that differ from answer to answer; a matcher that says what may stand there;
    documents with nothing in common (``error-shape-changed``).

What to do
    Write the new code into the mock and mend the branch that looks at it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "error-code-changed",
    Category.ERROR,
    Severity.WARNING,
    Direction.CHANGED,
    "an error known by another code",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """One draft for each place of a code."""
    for difference in comparison.open(Aspect.ERROR_CODE):
        yield Draft(
            (difference,),
            difference.path,
            claim="the mocked code",
            observed="one other code in every answer",
            hint="Write the new code into the mock and mend the branch that looks at it.",
            prevalence=Prevalence(difference.k, difference.n),
        )
