"""From a claim and its samples to findings: gates, documents, shapes, differences, rules, in this order.

``audit`` and ``compare`` both come through here, so that what is tried at a desk is what runs at night. What a mock
promises is prepared once and kept for the next audit. An answer in which the prepared walk meets nothing new needs no
inference: a comparison of shapes could find nothing in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from driftwatch.drift.compare import compare_bodies
from driftwatch.drift.content import Content, examine
from driftwatch.drift.difference import Comparison, Difference
from driftwatch.drift.gates import admit
from driftwatch.drift.headers import compare_headers
from driftwatch.drift.judge import judge
from driftwatch.model.answers import Document, Pair, Sides
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Matcher, MatcherKind
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.model.shape import Shape
from driftwatch.shapes.decode import decode
from driftwatch.shapes.infer import infer
from driftwatch.shapes.walk import Walk, compile_walk
from driftwatch.usecases.second_opinion import with_second_opinion

_KEPT: Final = 16_384
"""How many mocks' promises are kept ready: a shape takes some kilobytes."""

_LOOSENING: Final = frozenset({MatcherKind.IGNORE, MatcherKind.ANY, MatcherKind.DYNAMIC})
_HARMLESS: Final = _LOOSENING | {MatcherKind.OPTIONAL, MatcherKind.NULLABLE, MatcherKind.MAP}
"""Statements that only widen what a mock allows: a walk that overlooks them is stricter than it must be."""


def findings_of(
    claim: Claim, samples: tuple[Observation, ...], context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """What the samples say of the claim, judged and addressed, the first cause first."""
    return weigh(compare(claim, samples, context), policy)


def weigh(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """What the rules and the operator's policy make of the differences, and what a second opinion says of it."""
    return with_second_opinion(judge(comparison, policy), comparison)


def compare(claim: Claim, samples: tuple[Observation, ...], context: Context) -> Comparison:
    """Everything in which the samples part from the claim, without opinion."""
    admission = admit(claim, samples, context)
    differences = list(admission.differences)
    sides: list[Sides] = []
    for pair in admission.pairs:
        statuses = tuple(dict.fromkeys(variant.status for variant in pair.variants))
        differences += [replace(found, statuses=statuses) for found in _compare_pair(pair, sides)]
    return Comparison(claim, samples, context, tuple(differences), tuple(sides))


def _compare_pair(pair: Pair, sides: list[Sides]) -> Iterator[Difference]:
    if all(sample.status == variant.status for sample in pair.samples for variant in pair.variants):
        # after another status, other headers are no news of their own
        yield from compare_headers(pair)
    content = examine(pair, _decode)
    yield from content.differences
    if not content.promises or not content.deliveries:
        return
    promise = _prepare(_promise_of(pair, content))
    if promise.is_kept_by(pair, content):
        sides.append(Sides(pair, promised=promise.shape, promises=tuple(content.promises)))
        return
    both = Sides(
        pair,
        promised=promise.shape,
        delivered=infer(content.deliveries, literal=False),
        promises=tuple(content.promises),
        deliveries=tuple(content.deliveries),
        delivered_by=tuple(content.delivered_by),
    )
    sides.append(both)
    yield from compare_bodies(both)


@dataclass(frozen=True, slots=True)
class _Promise:
    """What tells one mock's documents from another's, and the documents themselves."""

    bodies: tuple[tuple[bytes | None, str | None], ...]
    """Body and media type of every variant."""
    loose: frozenset[str]
    documents: tuple[object, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A mock's documents as a shape, and the walk that tells whether an answer holds anything else."""

    shape: Shape
    walk: Walk

    def is_kept_by(self, pair: Pair, content: Content) -> bool:
        """Whether every answer is familiar; equal bodies came as one document and are walked once."""
        if pair.is_error or not all(matcher.kind in _HARMLESS for matcher in pair.matchers):
            return False
        return all(self.walk(document) for document in {id(one): one for one in content.deliveries}.values())


@lru_cache(_KEPT)
def _prepare(promise: _Promise) -> _Prepared:
    """The mock's side: numbers by literal, since an author chose how to write them."""
    shape = infer(promise.documents, literal=True)
    return _Prepared(shape, compile_walk(shape, promise.loose))


def _promise_of(pair: Pair, content: Content) -> _Promise:
    return _Promise(
        tuple((variant.body, variant.header("content-type")) for variant in pair.variants),
        frozenset(matcher.path for matcher in pair.matchers if _is_loose(matcher)),
        tuple(content.promises),
    )


def _is_loose(matcher: Matcher) -> bool:
    """Whether anything may stand there; of a template inside quotes it is still known that a string comes."""
    return matcher.kind in _LOOSENING and not matcher.is_text


def _decode(raw: bytes, charset: str) -> Document:
    decoded = decode(raw, charset)
    return Document(decoded.value, decoded.problem)
