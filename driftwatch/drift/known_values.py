"""Values beside what earlier audits saw: new members of a closed set, and mocked ones that never come.

Only words make a closed set (drift semantics 1.7): at least ten observations and few different values, not all of them
numbers or blank.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.places import spot_of
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.history import History, KnownValues
from driftwatch.model.interaction import MatcherKind

CLOSED: Final = 10
UNOBSERVED: Final = 30
"""Observations after which a set counts as known, and a value that never came as worth a word (3.12)."""
_MANY: Final = 16
"""More new values than this are no news about a set: it was none."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LISTED: Final = (MatcherKind.ENUM, MatcherKind.EXACT, MatcherKind.REGEX, MatcherKind.DYNAMIC)
"""The author's own word on which values may come is above what we saw."""
_FIXED: Final = (MatcherKind.EXACT, MatcherKind.DYNAMIC)


def compare_known(sides: Sides, history: History, terms: Terms) -> Iterator[Difference]:
    """What is new, and what never came, at the places whose values are known to be a closed set."""
    for path, known in history.values.items():
        if terms.is_out_of_scope(path) or not _is_closed(known):
            continue
        spot = spot_of(path, sides.promises)
        mocked = _texts(value for document in sides.promises for value in spot.values(document))
        seen = _texts(value for document in sides.deliveries for value in spot.values(document))
        if not mocked or not seen:
            continue  # of a member that one side lacks something else is to be said
        if not terms.has(path, *_LISTED):
            new = [text for text in seen if not known.has(text) and text not in mocked]
            yield from unlisted(path, new, len(seen), "one of the values that mock and service have shown so far")
        is_asked = known.n >= UNOBSERVED and not sides.pair.is_error and not terms.has(path, *_FIXED)
        if is_asked and not all(known.has(text) or text in seen for text in mocked):
            yield Difference(Aspect.UNOBSERVED, path, n=known.n)


def unlisted(path: str, values: Sequence[object], n: int, note: str) -> Iterator[Difference]:
    """One difference for each value outside a set. ``name`` is the value's digest: what tells two of them apart."""
    counts = Counter(map(_digest, values))
    if len(counts) > _MANY:
        counts = Counter({"": len(values)})
    for digest, k in sorted(counts.items()):
        yield Difference(Aspect.UNLISTED, path, name=digest, k=k, n=n, note=note)


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _is_closed(known: KnownValues) -> bool:
    few = known.n >= CLOSED and len(known.values) ** 2 < known.n
    return few and any(isinstance(value, str) and not _is_number_or_blank(value) for value in known.values)


def _is_number_or_blank(text: str) -> bool:
    return not text.strip() or _NUMBER.fullmatch(text) is not None


def _texts(values: Iterable[object]) -> list[str]:
    """Words; null and blank name no case."""
    return [value for value in values if isinstance(value, str) and value.strip()]
