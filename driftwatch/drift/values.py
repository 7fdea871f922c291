"""Facts about values, which no shape holds: expiry, order, what history knows, what holds still over days.

They are looked for in the documents themselves, and so in a familiar answer too. What of it rests on the mock alone is
found out once (``watch``); a mock that shows nothing of the kind costs nothing.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from driftwatch.drift.constants import compare_constants
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.expiry import Expiry, compare_expiries, expiry_of, may_be_expiry
from driftwatch.drift.known_values import compare_known
from driftwatch.drift.ordering import ENOUGH, Order, compare_orders, inferred_order
from driftwatch.drift.places import spots
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Sides
from driftwatch.model.context import Context
from driftwatch.model.shape import Shape


class Watched(Struct, frozen=True):
    """The places of a mock's documents whose values are watched."""

    expiries: tuple[Expiry, ...] = ()
    orders: tuple[Order, ...] = ()


def watch(promised: Shape, documents: Sequence[object]) -> Watched:
    """What there is to watch in a mock's documents; ``promised`` is their shape."""
    if not _is_worth_a_look(promised):
        return Watched()
    expiries: list[Expiry] = []
    orders: list[Order] = []
    for spot, place in spots(promised):
        expiry, order = expiry_of(spot, documents), inferred_order(spot, place, documents)
        expiries += [expiry] if expiry else []
        orders += [order] if order else []
    return Watched(tuple(expiries), tuple(orders))


def _is_worth_a_look(promised: Shape) -> bool:
    """Whether some list is long enough for an order, or some name may be that of an end; most mocks have neither."""
    waiting = [promised]
    while waiting:
        place = waiting.pop()
        if (place.arrays and place.arrays.maximum >= ENOUGH) or any(map(may_be_expiry, place.members)):
            return True
        waiting += [member.shape for member in place.members.values()]
        waiting += [place.items] if place.items is not None else []
    return False


def compare_values(
    sides: Sides, watched: Watched, context: Context, found: Sequence[Difference] = ()
) -> Iterator[Difference]:
    """In what the values of a pair part; ``found`` is what was already found of its form."""
    if any(difference.aspect is Aspect.ERROR_DOCUMENT for difference in found):
        return
    terms = Terms.of(sides.pair.matchers)
    yield from compare_expiries(sides, watched.expiries, context.now, terms)
    yield from compare_orders(sides, watched.orders, terms)
    known = tuple(compare_known(sides, context.history, terms))
    yield from known
    said = frozenset(difference.path for difference in (*found, *known))
    yield from compare_constants(sides, said, terms, context.history)
