"""The service asks for credentials where the mock does not.

What it finds
    The mock succeeds; the audit sent no credentials and was answered 401, 403 or 407, or sent to a login page.

Why it matters
    The consumer was never tested with a request that must carry credentials.

Example:
    Mock 200, service 401 to an anonymous request.

Not when
    The audit did send credentials (then ``access-denied``). The mock itself asks for credentials (then
    ``unverifiable``, unless somebody else is served). It was recorded, somebody else is served, and it is the lens
    that asks without credentials: recorders scrub what was shown.

What to do
    Give the audit credentials in ``auth``; if the mock's consumers send none, they fail in production.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.callers import are_nobody, asks_nobody
from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import mocked, seen
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "auth-required",
    Category.AUTH,
    Severity.BREAKING,
    Direction.REAL_ONLY,
    "the service asks for credentials where the mock does not",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.REFUSED):
        if not are_nobody(difference.samples, comparison.context) or not asks_nobody(comparison.claim):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=f"serves anybody ({mocked(difference)})",
            observed=f"refuses without credentials ({seen(difference)})",
            hint="Check that the consumer sends credentials; let the mock ask for them, and set auth in the config.",
            prevalence=Prevalence(difference.k, difference.n),
        )
