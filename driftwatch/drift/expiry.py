"""Ends of validity: a mocked one that is over where the real ones are still to come."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.moments import aware, band, end_of
from driftwatch.drift.places import Spot
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.names import is_expiry, name_of


class Expiry(Struct, frozen=True):
    """A place where a mock shows ends of validity."""

    spot: Spot
    latest: datetime
    units: frozenset[str]
    """In which units of time, for those that are numbers; ``""`` stands for text."""


def may_be_expiry(name: str) -> bool:
    """A quick look, for most names are none."""
    small = name.lower()
    return "exp" in small or "until" in small or "after" in small


def expiry_of(spot: Spot, documents: Sequence[object]) -> Expiry | None:
    """What the mock says of a place; ``None`` if it is no end of validity, or none that can be read."""
    name = name_of(spot.path)
    if not (may_be_expiry(name) and is_expiry(name)):
        return None
    values = _filled(spot, documents)
    ends = [end_of(value) for value in values]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends):
        return None
    return Expiry(spot, max(known), frozenset(map(_unit, values)))


def compare_expiries(
    sides: Sides, expiries: Sequence[Expiry], now: datetime | None, terms: Terms
) -> Iterator[Difference]:
    """Places where all is over in the mock and nothing is in reality. Null sets no end and is not asked."""
    for expiry in expiries:
        if now is None or expiry.latest >= aware(now) or terms.is_out_of_scope(expiry.spot.path):
            continue
        counts = Counter(map(id, sides.deliveries))
        each = {id(document): document for document in sides.deliveries}  # equal answers came as one document
        values = {place: _filled(expiry.spot, [document]) for place, document in each.items()}
        if any(values.values()) and all(
            _is_to_come(value, expiry, now) for found in values.values() for value in found
        ):
            count = sum(counts[place] * len(found) for place, found in values.items())
            yield Difference(Aspect.EXPIRED, expiry.spot.path, k=count, n=count)


def _is_to_come(value: object, expiry: Expiry, now: datetime) -> bool:
    """A number in another unit is another difference: read as it is meant, it is a moment by accident."""
    end = end_of(value) if _unit(value) in expiry.units else None
    return end is not None and end > aware(now)


def _filled(spot: Spot, documents: Sequence[object]) -> list[object]:
    return [value for document in documents for value in spot.values(document) if value is not None]


def _unit(value: object) -> str:
    return band(value) if isinstance(value, int | float) else ""
