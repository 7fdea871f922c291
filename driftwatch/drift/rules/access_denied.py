"""The audit's own credentials are refused.

What it finds
    The audit sent credentials and was answered 401, 403 or 407, or sent to a login page, while the mock succeeds.

Why it matters
    Verification is blocked: schema findings keep the state they had.

Example:
    Mock 200 for ``GET /admin/stats``, service 403.

Not when
    No credentials were sent, or expired ones (then ``auth-required``). It was another identity of the lens that was
    refused: the mock may show what only others see. Only one that is refused (401) wherever it asks is told of.

What to do
    Renew the audit's credentials, or give it an identity that may see this.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.callers import are_nobody
from driftwatch.drift.difference import Aspect, Comparison, Difference
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
        if are_nobody(difference.samples, comparison.context):
            continue
        named = _names(difference)
        whom = named or "the audit's credentials"
        yield Draft(
            (difference,),
            "status",
            claim=f"serves ({mocked(difference)})",
            observed=f"refuses {whom} ({seen(difference)})",
            hint="Renew the audit's credentials, or give them the right to see this.",
            detail=named,
            prevalence=Prevalence(difference.k, difference.n),
        )


def _names(difference: Difference) -> str:
    """The identities that were refused; nothing where it was the default one."""
    return ", ".join(dict.fromkeys(sample.identity for sample in difference.samples if sample.identity))
