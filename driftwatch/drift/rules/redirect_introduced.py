"""The service redirects where the mock answers.

What it finds
    The mock succeeds, the service answers 3xx. Redirects are recorded, never followed.

Why it matters
    301, 302 and 303 turn a POST into a GET in many clients; credentials are dropped across hosts. Breaking for
    methods that are not safe.

Example:
    Mock 200 for ``GET /a``, service 301 to ``/b``.

Not when
    A redirect to a login page is ``access-denied``; 304 is no redirect.

What to do
    Call the new place, or mock the redirect.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import is_redirect, mocked, seen, seen_classes
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "redirect-introduced",
    Category.STATUS,
    Severity.WARNING,
    Direction.REAL_ONLY,
    "the service redirects where the mock answers",
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft: the answer has one status line."""
    for difference in comparison.open(Aspect.STATUS):
        if not (is_redirect(difference)):
            continue
        yield Draft(
            (difference,),
            "status",
            claim=mocked(difference),
            observed=f"{seen(difference)}, a redirect",
            hint="Call the new place directly, or mock the redirect.",
            severity=Severity.WARNING
            if comparison.claim.request.method in ("GET", "HEAD", "OPTIONS")
            else Severity.BREAKING,
            detail=seen_classes(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
