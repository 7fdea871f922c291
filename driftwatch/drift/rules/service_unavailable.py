"""The service could not be asked.

What it finds
    All samples failed on the way (refused, timed out, reset) or were answered 500 and above.

Why it matters
    It is no drift: nothing is known of this interaction, and all its findings keep the state they had.

Example:
    Connection refused three times of three; 503 three times of three.

Not when
    The mock itself shows that server error; some samples succeeded (then ``intermittent-error``).

What to do
    Look at the service or the way to it; run the audit again.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "service-unavailable",
    Category.ERROR,
    Severity.WARNING,
    Direction.CHANGED,
    "the service could not be asked",
    is_health=True,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.NO_ANSWER):
        yield Draft(
            (difference,),
            difference.path,
            claim="an answer",
            observed=_what_came(difference),
            hint="Look at the service or the way to it, then audit again.",
            prevalence=Prevalence(difference.k, difference.n),
        )


def _what_came(difference: Difference) -> str:
    """The failures and statuses seen, each once."""
    came = (str(sample.failure or sample.status) for sample in difference.samples)
    return ", ".join(dict.fromkeys(came))
