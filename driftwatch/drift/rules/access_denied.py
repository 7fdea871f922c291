"""The audit's own credentials are refused.

What it finds
    The audit sent credentials and was answered 401, 403 or 407, or sent to a login page, while the mock succeeds.

Why it matters
    Verification is blocked: schema findings keep the state they had.

Example:
    Mock 200 for ``GET /admin/stats``, service 403.

Not when
    No credentials were sent (then ``auth-required``).

What to do
    Renew the audit's credentials, or give it an identity that may see this.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import mocked, seen
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "access-denied",
    Category.AUTH,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "the audit's own credentials are refused",
    is_health=True,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the audit was caught at this gate or not."""
    for difference in comparison.open(Aspect.REFUSED):
        if not any(sample.credentials_sent for sample in difference.samples):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=f"serves ({mocked(difference)})",
            observed=f"refuses the audit's credentials ({seen(difference)})",
            hint="Renew the audit's credentials, or give them the right to see this.",
            prevalence=Prevalence(difference.k, difference.n),
        )
