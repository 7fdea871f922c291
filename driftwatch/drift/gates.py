"""The order of judgement before any body is looked at (drift semantics 2.1).

Each sample walks down the gates; the first that catches it decides and later ones never see it. What is left is
paired by status: an error answer is only ever compared with an error variant of the same status.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.model.answers import Pair
from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim
from driftwatch.model.probe import Observation

_LOGIN: Final = frozenset({"login", "signin", "sso", "oauth", "oauth2", "authorize", "saml"})
_REFUSALS: Final = frozenset({401, 403, 407})
NO_BODY: Final = frozenset({204, 205, 304})


class Admission(Struct, frozen=True):
    """What the gates let through, and what they held back."""

    differences: tuple[Difference, ...] = ()
    pairs: tuple[Pair, ...] = ()


def is_fault(claim: Claim) -> bool:
    """Whether the mock is deliberate fault injection: its first answer is a server error or a throttling."""
    primary = claim.variants[0]
    return bool(primary.fault) or primary.status >= 500 or primary.status == 429


def admit(claim: Claim, samples: tuple[Observation, ...], context: Context) -> Admission:
    """Lead the samples through the gates in their order."""
    if is_fault(claim):
        return Admission()
    if not samples:
        reason = context.not_sent or "nothing was sent"
        return Admission((Difference(Aspect.NOTHING_LEFT, "mock", note=reason),))
    walk = _Walk(claim, samples, context)
    if all(sample.status in walk.statuses for sample in samples):
        return Admission(pairs=_pair(walk))  # no gate catches a mocked status
    for gate in _GATES:
        walk.left = gate(walk)
        if not walk.left:
            break
    pairs = _pair(walk) if walk.left else ()
    return Admission(tuple(walk.differences), pairs)


class _Walk(Struct):
    """The samples on their way."""

    claim: Claim
    samples: tuple[Observation, ...]
    context: Context
    left: tuple[Observation, ...] = ()
    differences: list[Difference] = field(default_factory=list)
    statuses: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.left = self.samples
        self.statuses = tuple(dict.fromkeys(variant.status for variant in self.claim.variants))

    @property
    def expects_success(self) -> bool:
        return any(200 <= status < 300 for status in self.statuses)

    def split(
        self, is_caught: Callable[[Observation], bool]
    ) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
        """Those a gate catches, and the others."""
        caught = tuple(sample for sample in self.left if is_caught(sample))
        return caught, tuple(sample for sample in self.left if not is_caught(sample))

    def note(self, aspect: Aspect, path: str, caught: Iterable[Observation], note: str = "") -> None:
        """Keep a fact about the whole answer."""
        those = tuple(caught)
        self.differences.append(
            Difference(
                aspect, path, k=len(those), n=len(self.samples), samples=those, statuses=self.statuses, note=note
            )
        )


def _transport(walk: _Walk) -> tuple[Observation, ...]:
    caught, left = walk.split(lambda sample: sample.failure is not None)
    if caught and (not left or all(_is_server_error(walk, sample) for sample in left)):
        walk.note(Aspect.NO_ANSWER, "status" if left else "service", walk.samples)
        return ()
    if caught:
        walk.note(Aspect.SERVER_ERROR, "service", caught)
    return left


def _server_error(walk: _Walk) -> tuple[Observation, ...]:
    caught, left = walk.split(lambda sample: _is_server_error(walk, sample))
    if caught and not left:
        walk.note(Aspect.NO_ANSWER, "status", caught)
    elif caught:
        walk.differences = [d for d in walk.differences if d.aspect is not Aspect.SERVER_ERROR]
        failed = tuple(sample for sample in walk.samples if sample.failure or sample in caught)
        walk.note(Aspect.SERVER_ERROR, "status", failed)
    return left


def _is_server_error(walk: _Walk, sample: Observation) -> bool:
    return sample.status >= 500 and sample.status != 501 and sample.status not in walk.statuses


def _throttled(walk: _Walk) -> tuple[Observation, ...]:
    caught, left = walk.split(lambda sample: sample.status == 429 and 429 not in walk.statuses)
    if caught:
        walk.note(Aspect.THROTTLED, "status", caught)
    if caught and not left:
        walk.note(Aspect.NOTHING_LEFT, "mock", caught, "every request was throttled (429)")
    return left


def _auth(walk: _Walk) -> tuple[Observation, ...]:
    def is_refused(sample: Observation) -> bool:
        return walk.expects_success and sample.status not in walk.statuses and is_refusal(sample)

    caught, left = walk.split(is_refused)
    if caught:
        walk.note(Aspect.REFUSED, "status", caught)
    if left and walk.statuses[0] in (401, 403):
        served = tuple(sample for sample in left if 200 <= sample.status < 300 and sample.status not in walk.statuses)
        if served:
            walk.note(Aspect.NOT_REFUSED, "status", served)
            left = tuple(sample for sample in left if sample not in served)
    return left


def is_refusal(sample: Observation) -> bool:
    """Whether an answer asks for credentials, or for others: by its status, or by leading to a login page."""
    if sample.status in _REFUSALS:
        return True
    if not 300 <= sample.status < 400:
        return False
    path = re.sub(r"^[a-z][a-z0-9+.-]*://[^/?#]*", "", sample.header("location") or "", flags=re.IGNORECASE)
    segments = re.split(r"[?#]", path, maxsplit=1)[0].lower().split("/")
    return any(segment in _LOGIN for segment in segments)


def _not_modified(walk: _Walk) -> tuple[Observation, ...]:
    if not walk.context.is_conditional:
        return walk.left
    caught, left = walk.split(lambda sample: sample.status == 304 and 304 not in walk.statuses)
    if caught and not left:
        walk.note(Aspect.NOTHING_LEFT, "mock", caught, "only answers to our own conditional request")
    return left


def _in_flight(walk: _Walk) -> tuple[Observation, ...]:
    """Without 409s to repeats under an ``Idempotency-Key``, which the draft asks for while the first call runs.

    Nor without another success than the first one's: a repeat may say that nothing new was made. Only the auditor's own
    repeats meet them; a caller who sends a request once never does.
    """
    served = {_key(sample) for sample in walk.left if sample.status in walk.statuses and sample.idempotency_key}
    _, left = walk.split(lambda sample: _is_repeat(sample, walk) and _key(sample) in served)
    return left


def _is_repeat(sample: Observation, walk: _Walk) -> bool:
    """Whether it is answered as a repeat may be, and the first request is not."""
    return (sample.status == 409 or 200 <= sample.status < 300) and sample.status not in walk.statuses


def _key(sample: Observation) -> tuple[str, str]:
    return sample.identity, sample.idempotency_key


def _status(walk: _Walk) -> tuple[Observation, ...]:
    others, matching = walk.split(lambda sample: sample.status not in walk.statuses)
    if others and matching:
        walk.note(Aspect.STATUS_BESIDE, "status", others)
        return matching
    if others:
        walk.note(Aspect.STATUS, "status", others)
        if 200 <= walk.statuses[0] < 300:
            return tuple(sample for sample in others if 200 <= sample.status < 300 and sample.status not in NO_BODY)
        return ()
    return matching


_GATES: Final = (_transport, _server_error, _throttled, _auth, _not_modified, _in_flight, _status)


def _pair(walk: _Walk) -> tuple[Pair, ...]:
    """Variants and samples of one status, side by side; changed success statuses meet the mock's first answer."""
    by_status: dict[int, list[Observation]] = {}
    for sample in walk.left:
        target = sample.status if sample.status in walk.statuses else walk.statuses[0]
        by_status.setdefault(target, []).append(sample)
    return tuple(_make_pair(walk, target, tuple(samples)) for target, samples in by_status.items())


def _make_pair(walk: _Walk, target: int, samples: tuple[Observation, ...]) -> Pair:
    """``samples`` are never without a body by their own status: a change to 204 ends at the status gate."""
    variants = tuple(variant for variant in walk.claim.variants if variant.status == target)
    has_body = walk.claim.request.method.upper() != "HEAD" and target not in NO_BODY
    return Pair(variants, samples, is_error=400 <= target < 600, has_body=has_body)
