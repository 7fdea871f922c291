"""Names that one object has more than once: which value a reader gets depends on its parser (RFC 8259, 4)."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from driftwatch.drift.content import Content, charset
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Pair
from driftwatch.model.interaction import Expectation
from driftwatch.model.likeness import key_class, values
from driftwatch.model.probe import Observation
from driftwatch.model.shape import ITEM, Shape, unescape

MayRepeat = Callable[[bytes, object], bool]
"""Whether bytes may hold a name twice that their document holds once; cheap, and never wrong when it says no."""
Repeated = Callable[[bytes, str], tuple[str, ...]]
"""The paths of the names that bytes of a charset hold twice."""

_ENOUGH: Final = 1024 * 1024
"""Bytes after which no further body is read for such names: a service that repeats one repeats it everywhere."""


_MOST: Final = 64
"""Names that are told of one body: an object may repeat all it has."""


def compare_repeats(
    pair: Pair, content: Content, promised: Shape, may_repeat: MayRepeat, repeated: Repeated
) -> Iterator[Difference]:
    """Repeated names that the mock's own text does not have; equal bodies came as one document and are read once."""
    suspects: dict[int, list[Observation]] = {}
    clean: set[int] = set()
    size = 0
    for sample, document in zip(content.delivered_by, content.deliveries, strict=True):
        key = id(document)
        if key in suspects:
            suspects[key].append(sample)
        elif key not in clean:
            if size < _ENOUGH and may_repeat(sample.body, document):
                suspects[key] = [sample]
                size += len(sample.body)
            else:
                clean.add(key)
    if not suspects:
        return
    known = {path for variant in pair.variants for path in _paths(variant, promised, repeated)}
    found: dict[str, list[Observation]] = {}
    for samples in suspects.values():
        for path in islice(_paths(samples[0], promised, repeated), _MOST):
            found.setdefault(path, []).extend(samples)
    terms = Terms.of(pair.matchers)
    for path, samples in found.items():
        if path not in known and not _is_ignored(path, terms):
            count = len(content.deliveries)
            yield Difference(Aspect.REPEATED, path, k=len(samples), n=count, samples=tuple(samples))


def _paths(answer: Expectation | Observation, promised: Shape, repeated: Repeated) -> Iterator[str]:
    """The repeated names of one answer, each place once."""
    told: set[str] = set()
    for path in repeated(answer.body or b"", charset(answer.header("content-type"))):
        starred = _starred(path, promised)
        if starred not in told:
            told.add(starred)
            yield starred


def _starred(path: str, shape: Shape | None) -> str:
    """The path with ``*`` for the names that are keys of one of the mock's maps, and so are data."""
    starred = ""
    for step in path.split("/")[1:]:
        if shape is None:
            starred = f"{starred}/{step}"
        elif step == ITEM and shape.items is not None:
            starred, shape = f"{starred}/{ITEM}", shape.items
        elif shape.is_collapsed or (key_class(shape.members) and len(values(shape).families) <= 1):
            starred, shape = f"{starred}/{ITEM}", values(shape)
        else:
            member = shape.members.get(unescape(step))
            starred, shape = f"{starred}/{step}", member.shape if member is not None else None
    return starred


def _is_ignored(path: str, terms: Terms) -> bool:
    steps = path.split("/")
    return any(terms.is_ignored("/".join(steps[:length])) for length in range(1, len(steps) + 1))
