"""The mock refuses an anonymous request and the service serves it.

What it finds
    The mock shows 401 or 403, the audit sent no credentials or expired ones, the service succeeds. Or the mock shows
    403, the config says that this is what an ordinary user gets, and the service serves one.

Why it matters
    The refusal that the tests rehearse does not exist; and somebody should look whether the endpoint is meant to be
    open.

Example:
    Mock 401 for ``GET /me``, service 200 to an anonymous request.

Not when
    The audit did send credentials that may be good enough: then nothing can be said (``unverifiable``).

What to do
    Ask the provider whether the endpoint is meant to be open.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.callers import are_nobody, is_named_refusal
from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import mocked, seen
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "auth-not-enforced",
    Category.AUTH,
    Severity.WARNING,
    Direction.MOCK_ONLY,
    "the mock refuses an anonymous request and the service serves it",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.NOT_REFUSED):
        is_expired = any(sample.credentials_sent for sample in difference.samples)
        if is_named_refusal(comparison.claim, difference.samples, comparison.context):
            whom = ("refuses ordinary users", "serves them")
        elif not are_nobody(difference.samples, comparison.context):
            continue
        elif is_expired:
            whom = ("refuses expired credentials", "serves them")
        else:
            whom = ("refuses without credentials", "serves anybody")
        yield Draft(
            (difference,),
            "status",
            claim=f"{whom[0]} ({mocked(difference)})",
            observed=f"{whom[1]} ({seen(difference)})",
            hint="Ask the provider whether this endpoint is meant to be open to them.",
            prevalence=Prevalence(difference.k, difference.n),
        )
