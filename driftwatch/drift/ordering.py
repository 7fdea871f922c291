"""Whether lists keep their order: the author's, or the one a mocked list shows by a date of its items.

A list with no such date, or a short one, is ordered by accident: staging has other records than a fixture.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.moments import moment
from driftwatch.drift.places import Spot, spot_of
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.names import is_time
from driftwatch.model.shape import DATE_FORMATS, Shape, unescape

ENOUGH: Final = 5
"""Items of a list that is ordered on purpose (drift semantics 3.12)."""

_WORDS: Final = {False: "ascending", True: "descending"}


class Order(Struct, frozen=True):
    """A mocked list that is strictly monotonic by dates of its items."""

    spot: Spot
    by: tuple[tuple[str, bool], ...]
    """Each member that shows it, and whether it descends."""


def inferred_order(spot: Spot, shape: Shape, documents: Sequence[object]) -> Order | None:
    """The order that all mocked lists of one place show; ``None`` if they show none."""
    if shape.arrays is None or shape.arrays.maximum < ENOUGH or shape.items is None:
        return None
    lists = _lists(spot, documents)
    if not lists or any(len(items) < ENOUGH for items in lists):
        return None
    dated = [name for name, member in shape.items.members.items() if _may_be_dates(name, member.shape)]
    found = ((name, {_direction(_moments(items, name)) for items in lists}) for name in dated)
    by = tuple((name, ways.pop() is True) for name, ways in found if len(ways) == 1 and None not in ways)
    return Order(spot, by) if by else None


def compare_orders(sides: Sides, orders: Sequence[Order], terms: Terms) -> Iterator[Difference]:
    """One difference for each list whose declared order is broken, or whose own order is turned round."""
    declared: dict[str, Matcher] = {}
    for matcher in sides.pair.matchers:
        if matcher.kind is MatcherKind.ORDERED:
            declared.setdefault(matcher.path, matcher)  # of two members the first decides, the second among equals
    for matcher in declared.values():
        lists = _lists(spot_of(matcher.path, sides.promises), sides.deliveries)
        broken = sum(not _is_kept(matcher, items) for items in lists)
        if broken and not terms.is_out_of_scope(matcher.path):
            yield Difference(
                Aspect.ORDER, matcher.path, k=broken, n=len(lists), said=_WORDS[matcher.descending], note="declared"
            )
    for order in orders:
        if order.spot.path not in declared and not terms.is_out_of_scope(order.spot.path):
            yield from _turned(order, sides)


def _turned(order: Order, sides: Sides) -> Iterator[Difference]:
    """Every real list, and by no member as the mock has it: a service that shuffles has no order to change."""
    lists = [items for items in _lists(order.spot, sides.deliveries) if len(items) > 1]
    if not any(len(items) >= ENOUGH for items in lists):
        return
    ways = [(descends, {_direction(_moments(items, name)) for items in lists}) for name, descends in order.by]
    turned = [descends for descends, seen in ways if seen == {not descends}]
    if turned and not any(descends in seen for descends, seen in ways):
        yield Difference(Aspect.ORDER, order.spot.path, k=len(lists), n=len(lists), said=_WORDS[turned[0]])


def _lists(spot: Spot, documents: Sequence[object]) -> list[list[Any]]:
    return [value for document in documents for value in spot.values(document) if isinstance(value, list)]


def _may_be_dates(name: str, shape: Shape) -> bool:
    is_text = bool(shape.formats) and DATE_FORMATS.issuperset(shape.formats)
    return is_text or (shape.numbers is not None and is_time(name))


def _moments(items: Sequence[object], name: str) -> Iterator[datetime | None]:
    return (moment(item.get(name)) if isinstance(item, dict) else None for item in items)


def _direction(moments: Iterator[datetime | None]) -> bool | None:
    """``True`` for strictly descending, ``False`` for strictly ascending, ``None`` for neither or a gap."""
    ways: set[bool] = set()
    for one, other in pairwise(moments):
        if one is None or other is None or one == other:
            return None
        ways.add(one > other)
        if len(ways) > 1:
            return None
    return ways.pop() if ways else None


def _is_kept(matcher: Matcher, items: Sequence[object]) -> bool:
    """Whether a list is in the author's order, by equal neighbours too. What cannot be compared is left out.

    Nobody tells how a service sorts text: it is kept if it is in the order of either letters or characters.
    """
    values = [value for value in map(partial(_key, matcher.by), items) if value is not None]
    kinds = {isinstance(value, str) for value in values}
    if len(kinds) != 1:
        return True
    return any(_is_sorted([*map(read, values)], matcher.descending) for read in _READINGS[kinds.pop()])


def _key(by: str, item: object) -> str | float | None:
    """What decides: the item itself, a member by its name, or a place in the item by its pointer."""
    value = item
    for step in by.split("/")[1:] if by.startswith("/") else ([by] if by else []):
        value = value.get(unescape(step)) if isinstance(value, dict) else None
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _is_sorted(values: Sequence[Any], descending: bool) -> bool:
    if None in values:
        return False
    return all((one >= other) if descending else (one <= other) for one, other in pairwise(values))


_READINGS: Final[dict[bool, tuple[Callable[[Any], Any], ...]]] = {
    True: (moment, str, str.casefold),
    False: (lambda number: number,),
}
"""How values of text and of numbers may be compared."""
