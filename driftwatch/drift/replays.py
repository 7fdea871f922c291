"""Whether a repeat under one ``Idempotency-Key`` did its work twice (draft-ietf-httpapi-idempotency-key-header)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.drift.content import Decode, charset
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.terms import Terms
from driftwatch.model.interaction import Claim
from driftwatch.model.probe import Observation
from driftwatch.model.shape import join

_DEEPEST: Final = 3
"""Levels of objects in which an answer names its resource: ``/id``, ``/data/id``, ``/data/charge/id``."""
_ID: Final = re.compile(r"(?i:id)|.*(?:_id|_ID|Id)", re.DOTALL)
_OF_THE_CALL: Final = re.compile(
    r"(?:.*_)?(?:x_)?(?:request|req|trace|span|correlation|log|debug|invocation)_?id", re.IGNORECASE | re.DOTALL
)
"""Ids of the exchange itself: they differ however faithfully the first result is repeated."""

Ids = Mapping[str, str | int]
"""The ids in an answer by their paths, those nearest to the root first."""


def compare_replays(claim: Claim, samples: tuple[Observation, ...], decode: Decode) -> Iterator[Difference]:
    """Successful answers under one key that name different resources.

    One cause is one difference: a second resource differs in more than one id, and the one nearest to the root, ``id``
    before others, stands for all. A 409 while the first call runs, and any other refusal, is what the draft asks for.
    """
    first: dict[tuple[str, str], Ids] = {}
    differing: dict[str, list[Observation]] = {}
    repeats = 0
    ignored = Terms.of(matcher for variant in claim.variants for matcher in variant.matchers)
    for sample in samples:
        if not sample.idempotency_key or not 200 <= sample.status < 300:
            continue
        document = decode(sample.body, charset(sample.header("content-type"))).value
        ids = {path: value for path, value in _ids(document) if not ignored.is_ignored(path)}
        key = (sample.identity, sample.idempotency_key)
        if key not in first:
            first[key] = ids
            continue
        repeats += 1
        told = next((path for path, value in ids.items() if first[key].get(path, value) != value), "")
        if told:
            differing.setdefault(told, []).append(sample)
    if differing:
        path = min(differing, key=lambda one: (one.count("/"), one))
        others = tuple(sample for those in differing.values() for sample in those)
        yield Difference(Aspect.REPLAYED, path, k=len(others), n=repeats, samples=others)


def _ids(document: object) -> Iterator[tuple[str, str | int]]:
    level = [("", document)]
    for _ in range(_DEEPEST):
        below: list[tuple[str, object]] = []
        for path, value in level:
            if not isinstance(value, dict):
                continue
            for name in sorted(value, key=lambda name: (name.lower() != "id", name)):
                inner = value[name]
                place = join(path, name)
                if isinstance(inner, dict):
                    below.append((place, inner))
                elif _ID.fullmatch(name) and not _OF_THE_CALL.fullmatch(name) and _is_name(inner):
                    yield place, inner
        level = below


def _is_name(value: object) -> bool:
    return isinstance(value, str) or type(value) is int
