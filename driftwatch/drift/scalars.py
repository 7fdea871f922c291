"""What a number or a date promises beyond its type: its width, its unit of time, its offset from UTC."""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.moments import band
from driftwatch.drift.terms import Terms
from driftwatch.model.names import is_time, name_of
from driftwatch.model.shape import Format, JsonType, Shape

INT32: Final = (-(2**31), 2**31 - 1)
INT53: Final = (-(2**53) + 1, 2**53 - 1)
"""Where parsers that read doubles stop telling whole numbers apart (RFC 8259, 6; RFC 7493, 2.2)."""


def compare_scalars(promised: Shape, delivered: Shape, terms: Terms, path: str) -> Iterator[Difference]:
    """In what the numbers and the dates of one place part, types aside.

    Of numbers a shape keeps the extremes and the first few values, so ``k`` may be less than there are.
    """
    is_utc = promised.formats.keys() == {Format.DATE_TIME} and not promised.offset
    if is_utc and delivered.offset and not terms.has_free_text(path):
        count = sum(delivered.formats.values())
        yield Difference(Aspect.ZONE, path, promised, delivered, k=delivered.offset, n=count)
    if promised.numbers and delivered.numbers and JsonType.NUMBER not in promised.types:
        yield from _unit(promised, delivered, path)
        yield from _width(promised, delivered, path)


def _unit(promised: Shape, delivered: Shape, path: str) -> Iterator[Difference]:
    """A name that tells of time, all mocked numbers in one unit, a real one in another."""
    mocked = {band(number) for number in _seen(promised)}
    if len(mocked) != 1 or "" in mocked or not is_time(name_of(path)):
        return
    strange = [number for number in _seen(delivered) if band(number) not in ("", *mocked)]
    if strange:
        heard = ", ".join(sorted({band(number) for number in strange}))
        yield _differs(Aspect.UNIT, path, promised, delivered, len(strange), said=mocked.pop(), heard=heard)


def _width(promised: Shape, delivered: Shape, path: str) -> Iterator[Difference]:
    """The widest border that a real whole number crosses and no mocked one does."""
    for aspect, (low, high) in ((Aspect.INT53, INT53), (Aspect.INT32, INT32)):
        if all(low <= number <= high for number in _seen(promised)):
            beyond = [number for number in _seen(delivered) if not low <= number <= high and is_whole(number)]
            if beyond:
                yield _differs(aspect, path, promised, delivered, len(beyond))
                return


def is_whole(number: float) -> bool:
    """By value: the service's 3e9 is a whole number."""
    return isinstance(number, int) or number.is_integer()


def _seen(shape: Shape) -> list[float]:
    """The numbers that were remembered; of many only the least and the greatest."""
    extremes = [shape.numbers.minimum, shape.numbers.maximum] if shape.numbers else []
    remembered = [n for n in shape.distinct or () if isinstance(n, int | float)]
    return remembered or extremes


def _differs(
    aspect: Aspect, path: str, promised: Shape, delivered: Shape, k: int, said: str = "", heard: str = ""
) -> Difference:
    n = delivered.types.get(JsonType.INTEGER, 0) + delivered.types.get(JsonType.NUMBER, 0)
    return Difference(aspect, path, promised, delivered, k=k, n=n, said=said, heard=heard)
