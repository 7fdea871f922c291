"""What of a mock one run could look at: the places that a score may weigh, and what stays unseen and why.

All of it follows from the claim and from what came back, never from what was found: a finding must not decide whether
an aspect counts, or one more of them could lift the score (drift semantics 3.4).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from driftwatch.drift.content import essence, is_json
from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.gates import NO_BODY
from driftwatch.drift.headers import is_contract
from driftwatch.drift.path_tree import PathTree
from driftwatch.model.answers import Sides
from driftwatch.model.interaction import Expectation, Header, MatcherKind
from driftwatch.model.policy import Consumer, Usage
from driftwatch.model.score import ScoreAspect, Unseen
from driftwatch.model.shape import ITEM

ROOT: Final = ""
_NOT_COMPARED: Final = "no answer had a mocked status"
_NOT_READ: Final = "no answer held a document to compare"
_NO_JSON: Final = "only JSON is compared place by place"
_NOT_SERVED: Final = "every answer was caught before: an outage, throttling or credentials"
_NO_ITEMS: Final = "only empty lists: nothing is known of the items"
CRITICAL: Final = 2.0
NOT_USED: Final = 0.0
"""How much a place counts to a consumer that depends on it, and to one that does not use it (drift semantics 3.4)."""
_KEPT: Final = 16_384
"""How many mocks' promised headers are kept: they are the same at every audit."""


class Scope(Struct, frozen=True):
    """What was looked at of one aspect."""

    name: ScoreAspect
    is_seen: bool
    """Whether there is a verdict at all."""
    names: tuple[str, ...] = (ROOT,)
    """The places, where they are not those of documents."""
    sides: tuple[Sides, ...] = ()
    """The documents whose places are weighed."""
    blind: tuple[str, ...] = ()
    """Places in them, each with all below, that could not be looked at."""
    share: float = 1.0
    """How much of the aspect was looked at, blind places aside."""
    unseen: tuple[Unseen, ...] = ()

    def weights(self, consumer: Consumer) -> tuple[Mapping[str, float], float]:
        """The weight of each place that was looked at, and how much that is of all, 0 to 1."""
        if not self.sides:
            return dict.fromkeys(self.names, 1.0), 1.0
        mocked = {path: _weight(path, consumer) for path in _mocked_paths(self.sides)}
        blind = PathTree.of(self.blind)
        seen = {path: weight for path, weight in mocked.items() if weight and blind.first(path) is None}
        total = sum(mocked.values())
        return seen, sum(seen.values()) / total if total else 1.0

    @property
    def is_plain(self) -> bool:
        """Whether the documents were looked at in full."""
        return not self.blind


def signature(comparison: Comparison) -> Hashable:
    """All that ``look`` heeds where there is no difference: equal ones lead to equal scopes."""
    claim = comparison.claim
    variants = tuple((one.status, one.headers, bool((one.body or b"").strip())) for one in claim.variants)
    seen = frozenset(sample.status for sample in comparison.samples if sample.failure is None)
    sides = tuple((one.pair.is_error, tuple(v.status for v in one.pair.variants)) for one in comparison.sides)
    return claim.request.method.upper(), variants, seen, sides


def look(comparison: Comparison) -> Iterator[Scope]:
    """Every aspect of which the claim says something, in the order of ``ScoreAspect``."""
    variants = comparison.claim.variants
    seen = {sample.status for sample in comparison.samples if sample.failure is None}
    met = [variant for variant in variants if variant.status in seen]
    yield _status(comparison, is_met=bool(met))
    yield from _documents(comparison, ScoreAspect.BODY, is_met=any(variant.status < 400 for variant in met))
    yield from _headers(comparison, met)
    yield from _documents(comparison, ScoreAspect.ERRORS, is_met=any(variant.status >= 400 for variant in met))
    is_compared = bool(met or comparison.sides)
    for name, is_seen in (
        (ScoreAspect.BEHAVIOUR, is_compared or _is_guard_known(comparison)),
        (ScoreAspect.FRESHNESS, is_compared),
    ):
        yield Scope(name, is_seen) if is_seen else _unseen(name, _NOT_COMPARED)


def _unseen(name: ScoreAspect, reason: str) -> Scope:
    return Scope(name, is_seen=False, share=0.0, unseen=(Unseen("", reason),))


def _status(comparison: Comparison, *, is_met: bool) -> Scope:
    if is_met or _has(comparison, Aspect.STATUS, Aspect.STATUS_BESIDE):
        return Scope(ScoreAspect.STATUS, is_seen=True)
    return _unseen(ScoreAspect.STATUS, _NOT_SERVED)


def _has(comparison: Comparison, *aspects: Aspect) -> bool:
    return any(difference.aspect in aspects for difference in comparison.differences)


def _is_guard_known(comparison: Comparison) -> bool:
    """Whether a request without credentials showed who is let in; what is refused to the audit's own shows nothing."""
    guards = (one for one in comparison.differences if one.aspect in (Aspect.REFUSED, Aspect.NOT_REFUSED))
    return any(not any(sample.credentials_sent for sample in one.samples) for one in guards)


def _documents(comparison: Comparison, name: ScoreAspect, *, is_met: bool) -> Iterator[Scope]:
    """The bodies of refusals, or all others."""
    is_error = name is ScoreAspect.ERRORS
    claimed = _with_documents(comparison, is_error=is_error)
    sides = tuple(one for one in comparison.sides if one.pair.is_error == is_error)
    refuted = any(_is_of_body(difference, is_error=is_error) for difference in comparison.differences)
    if not claimed and not sides and not refuted:
        return
    if not sides:
        yield Scope(name, is_seen=True) if refuted else _unseen(name, _why_not_read(claimed, is_met=is_met))
        return
    met = {variant.status for one in sides for variant in one.pair.variants}
    missed = sorted({variant.status for variant in claimed} - met)
    blind = tuple(sorted({d.path for d in comparison.differences if d.aspect is Aspect.NO_ITEMS}))
    unseen = [Unseen(path, _NO_ITEMS) for path in blind]
    unseen += [Unseen("", f"no answer had the mocked status {status}") for status in missed]
    share = len(met) / (len(met) + len(missed))
    yield Scope(name, is_seen=True, sides=sides, blind=blind, share=share, unseen=tuple(unseen))


def _with_documents(comparison: Comparison, *, is_error: bool) -> list[Expectation]:
    if comparison.claim.request.method.upper() == "HEAD":
        return []
    return [
        variant
        for variant in comparison.claim.variants
        if (variant.status >= 400) == is_error and variant.status not in NO_BODY and (variant.body or b"").strip()
    ]


def _is_of_body(difference: Difference, *, is_error: bool) -> bool:
    is_inside = difference.path == ROOT or difference.path.startswith("/")
    about_errors = bool(difference.statuses) and all(status >= 400 for status in difference.statuses)
    return is_inside and about_errors == is_error and difference.aspect not in (Aspect.NO_ITEMS, Aspect.MUTE_MOCK)


def _why_not_read(claimed: Iterable[Expectation], *, is_met: bool) -> str:
    if not is_met:
        return _NOT_COMPARED
    types = {essence(variant.header("content-type")) for variant in claimed}
    return _NOT_READ if any(not one or is_json(one) for one in types) else _NO_JSON


def _headers(comparison: Comparison, met: Iterable[Expectation]) -> Iterator[Scope]:
    """The headers that every variant of a status that was met shows; one that only some show is no promise."""
    by_status: dict[int, frozenset[str]] = {}
    for variant in met:
        promised = _promised(variant.headers)
        by_status[variant.status] = by_status.get(variant.status, promised) & promised
    names = sorted(frozenset().union(*by_status.values()))
    if names or any(difference.path.startswith("header:") for difference in comparison.differences):
        yield Scope(ScoreAspect.HEADERS, is_seen=True, names=tuple(names) or (ROOT,))
    elif not by_status and any(_promised(variant.headers) for variant in comparison.claim.variants):
        yield _unseen(ScoreAspect.HEADERS, _NOT_COMPARED)


@lru_cache(_KEPT)
def _promised(headers: tuple[Header, ...]) -> frozenset[str]:
    names = {name.lower() for name, _ in headers}
    return frozenset(f"header:{name}" for name in names if name == "content-type" or is_contract(name))


def _mocked_paths(sides: Iterable[Sides]) -> Iterator[str]:
    """All places below the root, the root of a document without any, and nothing that the author set aside."""
    for one in sides:
        aside = PathTree.of(matcher.path for matcher in one.pair.matchers if matcher.kind is MatcherKind.IGNORE)
        paths = [path for path, _ in one.promised.walk()]
        for path in paths[1:] or paths:
            if aside.first(path) is None:
                yield path


def _weight(path: str, consumer: Consumer) -> float:
    """Halved for each level below the second; doubled where the consumer depends on it, nothing where it does not."""
    depth = path.count("/") - path.count(f"/{ITEM}")
    return 0.5 ** max(0, depth - 2) * usage_factor(path, consumer)


def usage_factor(path: str, consumer: Consumer) -> float:
    """How much a place counts to the consumer: 2 if it is critical, 0 if unused, else 1."""
    usage = consumer.usage_of(path)
    if usage is None:
        return 1.0
    return CRITICAL if usage is Usage.CRITICAL else NOT_USED
