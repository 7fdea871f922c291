"""From a claim and its samples to findings: gates, documents, shapes, differences, rules, in this order.

``audit`` and ``compare`` both come through here, so that what is tried at a desk is what runs at night.
"""

from collections.abc import Iterator
from dataclasses import replace

from driftwatch.drift.compare import compare_bodies
from driftwatch.drift.content import Content, examine
from driftwatch.drift.difference import Comparison, Difference
from driftwatch.drift.gates import admit
from driftwatch.drift.headers import compare_headers
from driftwatch.drift.judge import judge
from driftwatch.model.answers import Document, Pair, Sides
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.shapes.decode import decode
from driftwatch.shapes.infer import infer


def findings_of(
    claim: Claim, samples: tuple[Observation, ...], context: Context, policy: Policy
) -> tuple[Finding, ...]:
    """What the samples say of the claim, judged and addressed, the first cause first."""
    return judge(compare(claim, samples, context), policy)


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
    if content.promises and content.deliveries:
        both = infer_sides(pair, content)
        sides.append(both)
        yield from compare_bodies(both)


def infer_sides(pair: Pair, content: Content) -> Sides:
    """The shapes of both sides: numbers by literal on the mock's, by value on the service's."""
    return Sides(
        pair,
        promised=infer(content.promises, literal=True),
        delivered=infer(content.deliveries, literal=False),
        promises=tuple(content.promises),
        deliveries=tuple(content.deliveries),
        delivered_by=tuple(content.delivered_by),
    )


def _decode(raw: bytes, charset: str) -> Document:
    decoded = decode(raw, charset)
    return Document(decoded.value, decoded.problem)
