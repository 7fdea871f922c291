"""Places at which a service is known to disagree with itself: no value and no order is claimed there (3.1).

Only scalar values and the order of lists can be noise, and only at the exact place. An entry that is too broad turns a
report green while less is checked; one that is missing stays visible.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.places import Spot
from driftwatch.model.context import Context
from driftwatch.model.history import History, Noise, NoiseScope

EXACTLY: Final = "exactly the mocked value"
"""How ``expectations`` describes a pinned value."""
_LIFE: Final = timedelta(days=30)
"""Until an entry is to be learnt anew (drift semantics 3.12)."""
_ENOUGH: Final = 2
"""Pairs of repeats that disagree."""
_MOST: Final = 32
"""Entries of one mock."""


def without_noise(differences: Iterable[Difference], context: Context) -> Iterator[Difference]:
    """The same, in which a pinned value that is noise is pinned too tightly, and no order is read out of a shuffle."""
    for one in differences:
        if one.aspect is Aspect.EXPECTATION and one.note == EXACTLY and _knows(context, one, NoiseScope.VALUE):
            yield replace(one, aspect=Aspect.OVERSPECIFIED)
        elif not (one.aspect is Aspect.ORDER and not one.note and _knows(context, one, NoiseScope.ORDER)):
            yield one


def _knows(context: Context, one: Difference, scope: NoiseScope) -> bool:
    return context.history.is_noise(one.path, scope, context.now)


def learn_noise(spots: Iterable[Spot], documents: Sequence[object], history: History, now: datetime) -> list[Noise]:
    """What is known to be noise after a run: what repeats of one request disagree on, and what has not expired.

    Not learnt are the root, lists of different length and whatever is not one scalar: there the form differs.
    """
    known = {(each.path, each.scope): each for each in history.noise if each.expires_at > now}
    if len(documents) > 1:
        for spot in spots:
            scope, pairs = _disagreement(spot, documents)
            if scope is not None and pairs >= _ENOUGH:
                known[spot.path, scope] = Noise(spot.path, scope, now, now + _LIFE, pairs)
    return list(known.values())[-_MOST:]


def _disagreement(spot: Spot, documents: Sequence[object]) -> tuple[NoiseScope | None, int]:
    seen = [spot.values(document) for document in documents]
    if not spot.steps or len({*map(len, seen)}) > 1:
        return None, 0
    if all(_is_scalar(value) for values in seen for value in values):
        # of items, only that one holds what the other lacks: which stands where is their list's affair
        apart = [Counter(map(repr, values)) for values in seen]
        return NoiseScope.VALUE, sum(one != other for one, other in combinations(apart, 2))
    lists = [values[0] if len(values) == 1 else None for values in seen]
    shuffled = sum(_is_shuffled(one, other) for one, other in combinations(lists, 2))
    return NoiseScope.ORDER, shuffled


def _is_scalar(value: object) -> bool:
    return not isinstance(value, list | dict)


def _is_shuffled(one: object, other: object) -> bool:
    """Whether two lists hold the same in another order; of records, the text is compared."""
    if not isinstance(one, list) or not isinstance(other, list) or one == other:
        return False
    return Counter(map(repr, one)) == Counter(map(repr, other))
