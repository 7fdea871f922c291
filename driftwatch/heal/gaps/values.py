"""Words of a closed set that earlier audits came to know and no mock of the endpoint shows.

The store holds digests of them: which one it is, is told where an answer of this run has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from driftwatch.heal.gaps.findings import digest
from driftwatch.heal.gaps.view import View
from driftwatch.model.history import History, KnownValues, digest_of
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.likeness import merge
from driftwatch.model.shape import Shape
from driftwatch.model.unshown import Sort, Unshown

_ENOUGH: Final = 10
"""Observations after which few values count as a closed set (drift semantics 3.12)."""
_MANY: Final = 16
"""More words than this that no mock shows are no set: nobody mocks each of them."""
_LISTED: Final = frozenset({
    MatcherKind.ENUM, MatcherKind.EXACT, MatcherKind.REGEX, MatcherKind.DYNAMIC, MatcherKind.ANY, MatcherKind.IGNORE,
})  # fmt: skip
"""The author's own word on which values may come."""


def missing_words(view: View) -> Iterator[Unshown]:
    """One for each word that is known of a place and stands in no mock there."""
    mocked, real = _places(view.mocked.shapes), _places(view.real.shapes)
    listed = {
        matcher.path
        for mock in view.mocks
        for variant in mock.variants
        for matcher in variant.matchers
        if matcher.kind in _LISTED
    }
    for path, known in _closed(view.histories).items():
        words = _words(mocked.get(path))
        missing = known.values - {digest_of(word, known.salt) for word in words}
        if not words or path in listed or not 0 < len(missing) <= _MANY:
            continue
        named = {digest_of(word, known.salt): word for word in _words(real.get(path))}
        for one in sorted(map(str, missing)):
            yield Unshown(
                Sort.ENUM_VALUE, path, digest(named[one]) if one in named else one,
                f"{len(words)} of {len(known.values)} known values", "another of them", n=known.n,
                advice="Add an answer with each value that the service is known to use.",
            )  # fmt: skip


def _closed(histories: Sequence[History]) -> Mapping[str, KnownValues]:
    """What is known of places whose values are a closed set, for all mocks of the endpoint together."""
    found: dict[str, KnownValues] = {}
    opened: set[str] = set()
    for history in histories:
        opened |= history.unlimited
        for path, known in history.values.items():
            before = found.get(path)
            n = known.n + (before.n if before is not None else 0)
            found[path] = KnownValues(
                known.values | (before.values if before is not None else frozenset()), n, known.salt
            )
    return {
        path: known
        for path, known in found.items()
        if path not in opened and known.salt and known.n >= _ENOUGH and len(known.values) ** 2 < known.n
    }


def _places(shapes: Mapping[int, Shape]) -> Mapping[str, Shape]:
    return dict(merge(shape for status, shape in shapes.items() if status < 300).walk())


def _words(shape: Shape | None) -> frozenset[str]:
    values = shape.distinct if shape is not None else None
    return frozenset(value for value in values or () if isinstance(value, str) and value.strip())
