"""What others are answered who ask the question of a mock: what hangs on who asks, and doors that stand open or shut.

The mock's own identity decides what the mock is worth. Of the others there is little to say: a member that only some
are shown, a door that is shut to nobody where the mock's is, or open where the mock's is shut. That somebody with fewer
rights is refused is no news, nor that somebody with more is served.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.callers import is_for_all, is_nobody
from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.gates import is_refusal
from driftwatch.model.context import Context
from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Claim
from driftwatch.model.probe import Observation

Samples = tuple[Observation, ...]
Compare = Callable[[Samples], Comparison]
"""The comparison of the claim with these answers."""

_DENIALS: Final = frozenset({401, 403})


def differences_of(
    claim: Claim, own: Samples, others: Mapping[str, Samples], context: Context, compare: Compare
) -> tuple[Difference, ...]:
    """All that the answers to ``others`` say beyond those to the mock's own identity."""
    return (
        *_hanging_on_who_asks(claim, own, others, compare),
        *_shut_to_nobody(claim, own, others),
        *_open_to_nobody(claim, own, others, context),
    )


def denied(claim: Claim, samples: Samples) -> Difference:
    """Credentials that are not accepted, where the mock serves."""
    return _about(Aspect.REFUSED, claim, samples)


def is_accepted(samples: Samples) -> bool:
    """Whether any answer shows that the service knows who asks: whoever lacks a right (403) is known."""
    answered = (sample for sample in samples if sample.failure is None)
    return any(sample.status == 403 or not is_refusal(sample) for sample in answered)


def _hanging_on_who_asks(
    claim: Claim, own: Samples, others: Mapping[str, Samples], compare: Compare
) -> Iterator[Difference]:
    """Members that one always gets and another never, unless that is found of the mock's own identity already."""
    statuses = {variant.status for variant in claim.variants if 200 <= variant.status < 300}
    served = {who: them for who, them in others.items() if them and all(one.status in statuses for one in them)}
    mine = tuple(one for one in own if one.status in statuses)
    if not served or not mine:
        return
    together = compare((*mine, *(one for them in served.values() for one in them)))
    causes = [difference for difference in together.differences if difference.aspect is Aspect.VIEWS]
    if not causes:
        return
    known = [difference.path for difference in compare(mine).differences]
    for cause in causes:
        left = frozenset(place for place in cause.causes if not any(_is_one_place(place[1], path) for path in known))
        if left:
            yield replace(cause, causes=left)
            yield from (
                difference
                for difference in together.differences
                if (difference.aspect, difference.path) in left and difference.statuses == cause.statuses
            )


def _is_one_place(one: str, other: str) -> bool:
    """Whether two paths are the same or one is inside of the other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _shut_to_nobody(claim: Claim, own: Samples, others: Mapping[str, Samples]) -> Iterator[Difference]:
    """Nobody is refused, where the mock serves without asking; its own identity is served."""
    statuses = {variant.status for variant in claim.variants}
    serves = any(200 <= status < 300 for status in statuses) and all(200 <= one.status < 300 for one in own)
    nobodys = others.get(NOBODY, ())
    is_refused = bool(nobodys) and all(is_refusal(one) and one.status not in statuses for one in nobodys)
    if serves and is_refused and is_for_all(claim):
        yield _about(Aspect.REFUSED, claim, nobodys)


def _open_to_nobody(
    claim: Claim, own: Samples, others: Mapping[str, Samples], context: Context
) -> Iterator[Difference]:
    """Somebody whom a service that checks refuses is served, where the mock refuses, and its own identity is refused.

    That the own one is served is found without a lens.
    """
    if claim.variants[0].status not in _DENIALS or any(200 <= one.status < 300 for one in own):
        return
    mocked = {variant.status for variant in claim.variants}
    served = tuple(
        one
        for them in others.values()
        if them and all(is_nobody(one, context) and 200 <= one.status < 300 for one in them)
        for one in them
        if one.status not in mocked
    )
    if served:
        yield _about(Aspect.NOT_REFUSED, claim, served)


def _about(aspect: Aspect, claim: Claim, samples: Samples) -> Difference:
    statuses = tuple(dict.fromkeys(variant.status for variant in claim.variants))
    return Difference(aspect, "status", k=len(samples), n=len(samples), samples=samples, statuses=statuses)
