"""Which probes are sent first where a budget does not last for all of them: those whose mocks are likely most stale."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Consumer, Usage
from driftwatch.model.probe import Probe
from driftwatch.model.standing import Standing

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_LONGEST: Final = 1024 * 1024
"""Bytes of a mock's body that are looked through for what is critical."""


class Past(Struct, frozen=True):
    """What is known of one claim."""

    standing: Standing = Standing()
    verified_at: datetime | None = None
    """When it was last really compared, by whichever run."""


def stalest_first(
    probes: Sequence[Probe], past_of: Callable[[Claim], Past], important: Sequence[str], consumer: Consumer
) -> tuple[Probe, ...]:
    """The probes by expected staleness; what is equally stale stays in the order of the files.

    First comes what was never asked, then what was asked longest ago, by runs: all that one run asked is equally old.
    Among those, what no run ever verified, then what had drifted most often, then what the consumer finds critical or
    the operator important. A mock that was asked and could not be verified waits its turn like the others: were it
    always first, a few mocks that nobody can verify would take every run's budget.
    """
    critical = tuple(
        tuple(pointer.split("/")[1:]) for pointer, usage in consumer.usage.items() if usage is Usage.CRITICAL
    )

    def urgency(probe: Probe) -> tuple[object, ...]:
        return min(
            (_rank(past_of(claim), is_important=_is_important(claim, important, critical)) for claim in probe.claims),
            default=(_EVER, 0, 0.0, 0),
        )

    return tuple(sorted(probes, key=urgency))


def _rank(past: Past, *, is_important: bool) -> tuple[object, ...]:
    """Sorts before others the more urgent it is."""
    standing = past.standing
    asked_at = standing.asked_at or past.verified_at
    drift_rate = standing.drifted / standing.looks if standing.looks else 0.0
    return (asked_at or _EVER, past.verified_at is not None, -drift_rate, not is_important)


def _is_important(claim: Claim, important: Sequence[str], critical: Sequence[tuple[str, ...]]) -> bool:
    operation = f"{claim.request.method.upper()} {claim.request.path}"
    any_method = f"* {claim.request.path}"
    if any(fnmatchcase(operation, pattern) or fnmatchcase(any_method, pattern) for pattern in important):
        return True
    if not critical:
        return False
    return any(_holds(body, steps) for body in _bodies(claim) for steps in critical)


def _bodies(claim: Claim) -> Iterator[object]:
    for variant in claim.variants:
        if variant.body and len(variant.body) <= _LONGEST:
            try:
                yield json.loads(variant.body)
            except (ValueError, RecursionError):
                continue


def _holds(document: object, steps: tuple[str, ...]) -> bool:
    """Whether there is anything at a JSON Pointer, in which ``*`` stands for every item."""
    if not steps:
        return True
    step, rest = steps[0], steps[1:]
    if isinstance(document, list) and step == "*":
        return any(_holds(item, rest) for item in document)
    if isinstance(document, Mapping):
        if step == "*":
            return any(_holds(value, rest) for value in document.values())
        name = step.replace("~1", "/").replace("~0", "~")
        return name in document and _holds(document[name], rest)
    return False
