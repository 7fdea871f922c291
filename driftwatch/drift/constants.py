"""Values that hold still over days and are not the mock's: reference data has moved on."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import isclose
from typing import Final

from msgspec import Struct

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.moments import aware, band, moment
from driftwatch.drift.places import Spot, spots
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.history import History, digest_of
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.names import is_identifier, is_time, name_of, words
from driftwatch.model.probe import Observation

LONG: Final = timedelta(hours=24)
ENOUGH: Final = 3
"""Samples, and the time they must span, until a value counts as constant (drift semantics 3.12)."""

_NAMES: Final = 16_384
"""Places whose names are remembered: every run asks for the same ones."""
_FREE: Final = frozenset({MatcherKind.OPTIONAL, MatcherKind.NULLABLE})
"""Statements that leave the value to the example; any other says what may vary, for all that is below it as well."""
_SECRETIVE: Final = re.compile(r"token|etag|hash", re.IGNORECASE)
_COUNTDOWNS: Final = frozenset({"ttl", "remaining"})
_GENERATED: Final = re.compile(
    r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    r"|[0-9A-Fa-f]{16,}"
    r"|[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JWT (RFC 7519)
    r"|(?=[^0-9]*[0-9])[0-9A-Za-z+/_-]{32,}={0,2}"
)
"""What is made anew for every record: uuid, long hexadecimal or base64, JWT (drift semantics 3.1)."""
_TIME: Final = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ].*)?|[0-9]{2}:[0-9]{2}(?::[0-9]{2}.*)?")


def span_days(samples: Sequence[Observation]) -> bool:
    """Whether the samples were taken over a day or more, so that holding still means something."""
    moments = [aware(sample.at) for sample in samples if sample.at is not None]
    return len(moments) >= ENOUGH and max(moments) - min(moments) >= LONG


class Held(Struct, frozen=True):
    """A value that is the same in all answers of one run, and is not the mock's."""

    path: str
    value: str | float | bool
    count: int
    moments: tuple[datetime, ...]
    """When the answers were given that hold it."""

    def lasts(self, history: History) -> bool:
        """Whether it has held still long enough, with what earlier runs saw of the same value."""
        known = history.constants.get(self.path)
        is_known = known is not None and known.digest == digest_of(self.value, history.salt)
        samples = len(self.moments) + (known.n if known is not None and is_known else 0)
        since = min([*self.moments, *([known.since] if known is not None and is_known else [])])
        return samples >= ENOUGH and max(self.moments) - since >= LONG


def compare_constants(
    sides: Sides, said: frozenset[str], terms: Terms, history: History | None = None
) -> Iterator[Difference]:
    """One difference for each place that holds still; ``said`` are places of which something graver is known.

    Refusals are left out: their codes have a kind of their own, and what else they hold is prose.
    """
    known = history or History()
    if not known.constants and not span_days(sides.delivered_by):
        return
    for held in held_still(sides, terms):
        if held.path not in said and held.lasts(known):
            yield Difference(Aspect.CONSTANT, held.path, k=held.count, n=held.count)


def held_still(sides: Sides, terms: Terms) -> Iterator[Held]:
    """The places at which all answers of these sides have one value of the mocked type, and not the mocked one."""
    if sides.pair.is_error:
        return
    for spot, shape in spots(sides.promised):
        if shape.members or shape.items is not None or len(shape.types) != 1:
            continue
        held = _held(spot, sides) if _is_claimed(spot.path, terms) else None
        if held is not None:
            yield held


def _is_claimed(path: str, terms: Terms) -> bool:
    """Whether the example's value is all the mock says, and the name is not one whose values always differ."""
    steps = path.split("/")
    above = ("/".join(steps[:count]) for count in range(1, len(steps) + 1))
    stated = (matcher.kind for place in above for matcher in terms.by_path.get(place, ()))
    return _may_hold_still(path) and (not terms.by_path or _FREE.issuperset(stated))


@lru_cache(_NAMES)
def _may_hold_still(path: str) -> bool:
    name = name_of(path)
    is_countdown = not _COUNTDOWNS.isdisjoint(words(name)) or words(name)[-2:] == ("expires", "in")
    return not (is_identifier(name) or is_countdown or _SECRETIVE.search(name))


def _held(spot: Spot, sides: Sides) -> Held | None:
    """The value on which a service holds still, other than the mock's."""
    mocked = [value for document in sides.promises for value in spot.values(document)]
    seen: list[object] = []
    moments: list[datetime] = []
    for document, sample in zip(sides.deliveries, sides.delivered_by, strict=True):
        values = spot.values(document)
        seen += values
        if values and sample.at is not None:
            moments.append(aware(sample.at))
    if not moments or not mocked:
        return None
    is_still = all(_same(*pair) for pair in pairwise(mocked)) and all(_same(*pair) for pair in pairwise(seen))
    is_other = _is_one_type(mocked[0], seen[0]) and not _same(mocked[0], seen[0])
    if is_still and is_other and _is_plain(mocked[0], spot.path) and _is_plain(seen[0], spot.path):
        value = seen[0]
        return Held(spot.path, value, len(seen), tuple(moments)) if isinstance(value, str | int | float) else None
    return None


def _is_one_type(one: object, other: object) -> bool:
    if _is_number(one) and _is_number(other):
        return True
    return type(one) is type(other) and isinstance(one, str | bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: object, other: object) -> bool:
    """Equality as of an exact expectation: numbers within a relative 1e-9 (drift semantics 1.2)."""
    if isinstance(one, int | float) and isinstance(other, int | float) and _is_number(one) and _is_number(other):
        return one == other or isclose(one, other, rel_tol=1e-9)
    return type(one) is type(other) and one == other


def _is_plain(value: object, path: str) -> bool:
    """Neither a moment nor something that was made for one record."""
    if isinstance(value, str):
        return not (moment(value) or _TIME.fullmatch(value) or _GENERATED.fullmatch(value))
    return not (_is_number(value) and isinstance(value, int | float) and is_time(name_of(path)) and band(value))
