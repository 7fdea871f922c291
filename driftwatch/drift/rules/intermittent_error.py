"""Some answers fail where the mock never does.

What it finds
    Some samples failed on the way or were answered 500 and above, others succeeded.

Why it matters
    The mock is more cooperative than the dependency.

Example:
    503 once in ten answers.

Not when
    The mock shows that status.

What to do
    Add a mocked failure, so that the consumer's retry is tested.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "intermittent-error",
    Category.ERROR,
    Severity.INFO,
    Direction.REAL_ONLY,
    "some answers fail where the mock never does",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.SERVER_ERROR):
        yield Draft(
            (difference,),
            difference.path,
            claim="never fails",
            observed=_what_came(difference),
            hint="Add a mocked failure, so that the consumer's retry is tested.",
            prevalence=Prevalence(difference.k, difference.n),
        )


def _what_came(difference: Difference) -> str:
    """The failures and statuses seen, each once."""
    came = (str(sample.failure or sample.status) for sample in difference.samples)
    return f"sometimes {', '.join(dict.fromkeys(came))}"
