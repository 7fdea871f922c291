"""From a claim and its samples to findings: gates, documents, shapes, differences, rules, in this order.

``audit`` and ``compare`` both come through here, so that what is tried at a desk is what runs at night. What a mock
promises is prepared once and kept for the next audit. An answer in which the prepared walk meets nothing new needs no
inference: a comparison of shapes could find nothing in it.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.compare import compare_bodies
from driftwatch.drift.content import Content, examine
from driftwatch.drift.coverage import shadowed, survey
from driftwatch.drift.difference import Comparison, Difference
from driftwatch.drift.error_documents import set_errors_aside
from driftwatch.drift.freshness import unchecked
from driftwatch.drift.gates import admit, is_fault
from driftwatch.drift.headers import compare_headers
from driftwatch.drift.heads import Heads
from driftwatch.drift.judge import judge
from driftwatch.drift.latency import compare_latency
from driftwatch.drift.noise import without_noise
from driftwatch.drift.paging import next_links
from driftwatch.drift.repeats import compare_repeats
from driftwatch.drift.replays import compare_replays
from driftwatch.drift.split import find_splits
from driftwatch.drift.values import Watched, compare_values, watch
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.answers import Document, Pair, Sides
from driftwatch.model.case import Case
from driftwatch.model.context import Context
from driftwatch.model.coverage import Covered, Matching, Traffic
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Matcher, MatcherKind
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.model.shape import Shape
from driftwatch.shapes.decode import decode, duplicate_names, may_repeat_names
from driftwatch.shapes.infer import infer
from driftwatch.shapes.walk import Walk, compile_walk
from driftwatch.usecases.cache import Cache
from driftwatch.usecases.second_opinion import with_second_opinion

_OF_A_PLACE: Final = 2400
"""Bytes that one place of a mock's documents takes in its shape and its walk."""
_OF_A_BYTE: Final = 8
"""Bytes that one byte of JSON takes once it is decoded."""

_LOOSENING: Final = frozenset({MatcherKind.IGNORE, MatcherKind.ANY, MatcherKind.DYNAMIC})
_HARMLESS: Final = _LOOSENING | {MatcherKind.OPTIONAL, MatcherKind.NULLABLE, MatcherKind.MAP, MatcherKind.ORDERED}
"""Statements that only widen what a mock allows, or are held against familiar answers too (an order): a walk that
overlooks them is stricter than it must be."""


def findings_of(
    claim: Claim, samples: tuple[Observation, ...], context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """What the samples say of the claim, judged and addressed, the first cause first."""
    comparison = compare(claim, samples, context)
    findings = weigh(comparison, policy)
    is_verified = comparison.is_compared or verdict_of(findings)[0].is_answer
    return (*findings, *findings_beside(claim, context, policy, is_verified=is_verified))


def findings_of_case(case: Case) -> tuple[Finding, ...]:
    """What is to be said of a comparison without a network."""
    if case.claim is None:
        return findings_of_set(case.mocks, case.traffic, case.context, case.policy)
    found = findings_of(case.claim, case.samples, case.context, case.policy)
    return (*found, *findings_of_set(_alone(case.claim), case.traffic, case.context, case.policy))


def _alone(claim: Claim) -> tuple[Covered, ...]:
    """The mock of a claim as the whole set: what its traffic shows beside it, nobody mocked."""
    one, asked = claim.interactions[0], claim.request
    return (Covered(one.name, Matching(asked.method, asked.path, query=dict(asked.query)), one),)


def weigh(comparison: Comparison, policy: Policy) -> tuple[Finding, ...]:
    """What the rules and the operator's policy make of the differences, and what a second opinion says of it."""
    return with_second_opinion(judge(comparison, policy), comparison)


def findings_of_set(
    mocks: Sequence[Covered], traffic: Traffic, context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """What is to be said of a set of mocks without asking anybody."""
    return tuple(found for comparison in survey(mocks, traffic, context) for found in judge(comparison, policy))


def findings_beside(claim: Claim, context: Context, policy: Policy, *, is_verified: bool) -> tuple[Finding, ...]:
    """What is to be said of a claim whatever came back: who answers in its place, and how old it is unless verified.

    Of mocks that never answer it does not matter how old they are.
    """
    told = [shadowed(one, one.shadowed_by, context) for one in claim.interactions if one.shadowed_by]
    if not is_verified and len(told) < len(claim.interactions):
        told.append(Comparison(claim, (), context, tuple(unchecked(claim, context))))
    return tuple(found for comparison in told for found in judge(comparison, policy))


def compare(claim: Claim, samples: tuple[Observation, ...], context: Context) -> Comparison:
    """Everything in which the samples part from the claim, without opinion."""
    admission = admit(claim, samples, context)
    differences = list(admission.differences)
    if any(sample.idempotency_key for sample in samples) and not is_fault(claim):
        differences += compare_replays(claim, samples, _decode)
    sides: list[Sides] = []
    for pair in admission.pairs:
        statuses = tuple(dict.fromkeys(variant.status for variant in pair.variants))
        differences += [replace(found, statuses=statuses) for found in _compare_pair(pair, sides, claim, context)]
    differences += compare_latency(admission.pairs, context)
    return Comparison(claim, samples, context, tuple(differences), tuple(sides), is_compared=bool(admission.pairs))


def _compare_pair(pair: Pair, sides: list[Sides], claim: Claim, context: Context) -> Iterator[Difference]:
    content = examine(pair, _decode, _decode_promise)
    promise = _prepare(pair, tuple(content.promises)) if content.promises else None
    if all(sample.status == variant.status for sample in pair.samples for variant in pair.variants):
        # after another status, other headers are no news of their own
        heads = Heads.of(pair)
        yield from compare_headers(heads, claim.request, context)
        yield from next_links(heads, promise.shape if promise is not None else Shape())
    yield from content.differences
    if promise is None or not content.deliveries:
        return
    yield from compare_repeats(pair, content, promise.shape, may_repeat_names, duplicate_names)
    is_kept = promise.is_kept_by(pair, content)
    if not is_kept:
        yield from set_errors_aside(pair, content, promise.shape)
        if not content.deliveries:
            return
    both = Sides(
        pair,
        promised=promise.shape,
        delivered=Shape() if is_kept else infer(content.deliveries, literal=False),
        promises=tuple(content.promises),
        deliveries=tuple(content.deliveries),
        delivered_by=tuple(content.delivered_by),
    )
    sides.append(both)
    found = () if both.delivered.is_empty else tuple(without_noise(compare_bodies(both), context))
    yield from found
    yield from find_splits(both, found, partial(_compare_some, both))
    yield from without_noise(compare_values(both, promise.watched, context, found), context)


def _compare_some(sides: Sides, members: Sequence[int]) -> Sequence[Difference]:
    """The differences of form that there would be if only these answers had come."""
    documents = tuple(sides.deliveries[number] for number in members)
    samples = tuple(sides.delivered_by[number] for number in members)
    part = replace(sides, delivered=infer(documents, literal=False), deliveries=documents, delivered_by=samples)
    return tuple(compare_bodies(part))


class _Promise(Struct, frozen=True):
    """What tells one mock's documents from another's."""

    bodies: tuple[tuple[bytes | None, str | None], ...]
    """Body and media type of every variant."""
    loose: frozenset[str]

    @classmethod
    def of(cls, pair: Pair) -> "_Promise":
        """The promise that the mock's side of a pair makes."""
        return cls(
            tuple((variant.body, variant.header("content-type")) for variant in pair.variants),
            frozenset(matcher.path for matcher in pair.matchers if _is_loose(matcher)),
        )

    @property
    def size(self) -> int:
        """Bytes of all bodies."""
        return sum(len(body or b"") for body, _ in self.bodies)


class _Prepared(Struct, frozen=True):
    """A mock's documents as a shape, and the walk that tells whether an answer holds anything else."""

    shape: Shape
    walk: Walk
    watched: Watched

    def is_kept_by(self, pair: Pair, content: Content) -> bool:
        """Whether every answer is familiar; equal bodies came as one document and are walked once."""
        if pair.is_error or not all(matcher.kind in _HARMLESS for matcher in pair.matchers):
            return False
        return all(self.walk(document) for document in {id(one): one for one in content.deliveries}.values())


_PREPARED: Final = Cache[_Prepared](room=96 * 1024 * 1024)
_OPENED: Final = Cache[Document](room=32 * 1024 * 1024)
"""Mocks' bodies, kept open beside the promises that are made of them."""


def _prepare(pair: Pair, documents: Sequence[object]) -> _Prepared:
    """The mock's side: numbers by literal, since an author chose how to write them."""
    promise = _Promise.of(pair)
    prepared = _PREPARED.get(promise)
    if prepared is None:
        shape = infer(documents, literal=True)
        prepared = _Prepared(shape, compile_walk(shape, promise.loose), watch(shape, documents))
        _PREPARED.put(promise, prepared, promise.size + _OF_A_PLACE * sum(1 for _ in shape.walk()))
    return prepared


def _is_loose(matcher: Matcher) -> bool:
    """Whether anything may stand there; of a template inside quotes it is still known that a string comes."""
    return matcher.kind in _LOOSENING and not matcher.is_text


def _decode(raw: bytes, charset: str) -> Document:
    decoded = decode(raw, charset)
    return Document(decoded.value, decoded.problem)


def _decode_promise(raw: bytes, charset: str) -> Document:
    document = _OPENED.get((raw, charset))
    if document is None:
        document = _decode(raw, charset)
        _OPENED.put((raw, charset), document, _OF_A_BYTE * len(raw))
    return document
