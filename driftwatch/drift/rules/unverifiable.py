"""This could not be checked.

What it finds
    Something that should have been compared was not: nothing may be sent, no request could be made, the service
    refused a made-up request, the refusal depends on state, a list was empty, our own conditional request or size
    limit was in the way, or the mock's own body does not parse.

Why it matters
    It is neither drift nor health. What could not be checked is never green.

Example:
    Mock ``{"items": [{"sku": "a"}]}``, service ``{"items": []}``: nothing is known of ``/items/*``.

Not when
    The service could not be reached or refused the audit: those have kinds of their own.

What to do
    The reason says what is missing: a value in ``variables``, a record on staging, credentials, consent.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.callers import are_nobody, asks_nobody, is_named_refusal
from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind
from driftwatch.drift.status import mocked, seen, seen_classes, unverifiable_status
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import describe

KIND: Final = Kind(
    "unverifiable",
    Category.COVERAGE,
    Severity.INFO,
    Direction.CHANGED,
    "this could not be checked",
    is_health=True,
)

_REASONS: Final = {
    Aspect.NOTHING_LEFT: "no answer was left to compare",
    Aspect.NO_ITEMS: "only empty lists: nothing is known of the items",
    Aspect.CUT_BODY: "the answer is longer than the size limit",
    Aspect.UNASKED: "a statement of the mock's author cannot be evaluated",
    Aspect.MUTE_MOCK: "the mock's own body is not the JSON it claims to be",
}

_ELSEWHERE: Final = "Make the state the mock is about on staging, or leave this mock to a test that can."
_LACKING: Final = "Set auth for this provider in the config, or bind an identity to this mock."


def find(comparison: Comparison) -> Iterator[Draft]:
    """Everything that stood between us and an answer."""
    for difference in comparison.open(*_REASONS):
        yield Draft(
            (difference,),
            difference.path,
            claim=_claim(difference),
            observed=difference.note or _REASONS[difference.aspect],
            hint="Give the audit what it lacks: a record on staging, a value in variables, credentials or consent.",
            detail=difference.aspect.value,
            prevalence=Prevalence(difference.k, difference.n) if difference.n else None,
        )
    for difference in comparison.open(Aspect.REFUSED):
        if are_nobody(difference.samples, comparison.context) and not asks_nobody(comparison.claim):
            yield _state((difference,), "the mock is of somebody who shows credentials; the audit had none", _LACKING)
    for difference in comparison.open(Aspect.NOT_REFUSED):
        is_told = is_named_refusal(comparison.claim, difference.samples, comparison.context)
        if not is_told and not are_nobody(difference.samples, comparison.context):
            yield _state((difference,), "the mock refuses an anonymous request; the audit sent credentials")
    for difference in comparison.open(Aspect.STATUS):
        reason = unverifiable_status(difference, comparison)
        if reason:
            yield _state((difference,), reason)


def _state(about: tuple[Difference, ...], reason: str, hint: str = _ELSEWHERE) -> Draft:
    return Draft(
        about,
        "mock",
        claim=mocked(about[0]),
        observed=f"{seen(about[0])}: {reason}",
        hint=hint,
        detail=seen_classes(about[0]),
        prevalence=Prevalence(about[0].k, about[0].n),
    )


def _claim(difference: Difference) -> str:
    return describe(difference.promised) if difference.promised is not None else "an answer"
