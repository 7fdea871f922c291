"""Counters for the values at one place, fed with whole columns of values.

A column is what makes counting cheap: sets, counts, minima and lengths of many values are one call each into the
interpreter's own loops, where a call per value would cost more than decoding it did.
"""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Final, Protocol, TypedDict, TypeVar

from driftwatch.model.shape import DISTINCT_LIMIT, JsonType, Lengths, Numbers

LONGEST_REMEMBERED: Final = 64
"""Longer texts are not remembered: they are prose, blobs or tokens, never one of a small set of values."""

_SLICE: Final = 256
"""How many values are tried at a time, so that a long column of other values is given up early."""
Facts = dict[str, Any]
"""What the tallies of one place say of it: the fields of a ``Shape``."""


class Tally(Protocol):
    """Counts the values of one type at one place."""

    def add(self, column: list[Any]) -> None:
        """Count a column, which has at least one value."""

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""

    def save(self) -> Any:
        """Everything, as JSON."""

    def restore(self, saved: Any) -> None:
        """Add what another tally saved."""


class Nulls:
    """How many there were: all there is to say of null."""

    __slots__ = ("count",)
    kind: ClassVar[JsonType] = JsonType.NULL

    def __init__(self) -> None:
        self.count = 0

    def add(self, column: list[object]) -> None:
        """Count a column."""
        self.count += len(column)

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""
        facts["types"][self.kind] = self.count

    def save(self) -> int:
        """Everything, as JSON."""
        return self.count

    def restore(self, saved: int) -> None:
        """Add what another tally saved."""
        self.count += saved


class Booleans:
    """Booleans are counted and not remembered: in a set of values ``True`` would be taken for 1."""

    __slots__ = ("count", "trues")

    def __init__(self) -> None:
        self.count = self.trues = 0

    def add(self, column: list[bool]) -> None:
        """Count a column."""
        self.count += len(column)
        self.trues += sum(column)

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""
        facts["types"][JsonType.BOOLEAN] = self.count
        facts["trues"] = self.trues

    def save(self) -> list[int]:
        """Everything, as JSON."""
        return [self.count, self.trues]

    def restore(self, saved: list[int]) -> None:
        """Add what another tally saved."""
        count, trues = saved
        self.count += count
        self.trues += trues


class SavedAmounts(TypedDict):
    """A tally of numbers as JSON."""

    whole: int
    fractions: int
    minimum: float | None
    maximum: float | None
    distinct: list[float] | None


class Amounts:
    """What was seen of numbers."""

    __slots__ = ("distinct", "fractions", "maximum", "minimum", "whole")

    def __init__(self) -> None:
        self.whole = self.fractions = 0
        self.minimum: float | None = None
        self.maximum: float | None = None
        self.distinct: set[float] | None = set()

    def add(self, column: list[int]) -> None:
        """Count a column, which has at least one number; none of them has a fraction."""
        self.add_mixed(column, fractions=0)

    def add_mixed(self, numbers: Sequence[float], fractions: int) -> None:
        """Count a column in which so many are to count as fractions."""
        self.whole += len(numbers) - fractions
        self.fractions += fractions
        self._stretch(min(numbers), max(numbers))
        if self.distinct is not None:
            self.distinct = widened(self.distinct, numbers)

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""
        if self.whole:
            facts["types"][JsonType.INTEGER] = self.whole
        if self.fractions:
            facts["types"][JsonType.NUMBER] = self.fractions
        if self.minimum is not None and self.maximum is not None:
            facts["numbers"] = Numbers(self.minimum, self.maximum, self.fractions)
        remember(facts, self.distinct)

    def save(self) -> SavedAmounts:
        """Everything, as JSON."""
        return {
            "whole": self.whole,
            "fractions": self.fractions,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "distinct": None if self.distinct is None else sorted(self.distinct),
        }

    def restore(self, saved: SavedAmounts) -> None:
        """Add what another tally saved."""
        self.whole += saved["whole"]
        self.fractions += saved["fractions"]
        if saved["minimum"] is not None and saved["maximum"] is not None:
            self._stretch(saved["minimum"], saved["maximum"])
        self.distinct = united(self.distinct, saved["distinct"])

    def _stretch(self, minimum: float, maximum: float) -> None:
        self.minimum = minimum if self.minimum is None else min(self.minimum, minimum)
        self.maximum = maximum if self.maximum is None else max(self.maximum, maximum)


class SavedArrays(TypedDict):
    """A tally of arrays as JSON."""

    count: int
    empty: int
    shortest: int
    longest: int


class Arrays:
    """What was seen of arrays, their items apart."""

    __slots__ = ("count", "empty", "longest", "shortest")

    def __init__(self) -> None:
        self.count = self.empty = self.longest = self.shortest = 0

    def add(self, arrays: list[list[object]]) -> None:
        """Count a column, which has at least one array."""
        lengths = [*map(len, arrays)]
        self.restore({
            "count": len(arrays), "empty": lengths.count(0), "shortest": min(lengths), "longest": max(lengths),
        })  # fmt: skip

    def tell(self, facts: Facts) -> None:
        """Put what was seen among the facts of a place."""
        facts["types"][JsonType.ARRAY] = self.count
        facts["empty_arrays"] = self.empty
        facts["arrays"] = Lengths(self.shortest, self.longest)

    def save(self) -> SavedArrays:
        """Everything, as JSON."""
        return {"count": self.count, "empty": self.empty, "shortest": self.shortest, "longest": self.longest}

    def restore(self, saved: SavedArrays) -> None:
        """Add what another tally saved."""
        self.shortest = min(self.shortest, saved["shortest"]) if self.count else saved["shortest"]
        self.longest = max(self.longest, saved["longest"])
        self.count += saved["count"]
        self.empty += saved["empty"]


_T = TypeVar("_T", str, float)


def widened(known: set[_T], values: Sequence[_T]) -> set[_T] | None:
    """The distinct values with a column's added; ``None`` once there are more than may be remembered."""
    if len(values) <= _SLICE:
        known.update(values)
        return known if len(known) <= DISTINCT_LIMIT else None
    for start in range(0, len(values), _SLICE):
        known.update(values[start : start + _SLICE])
        if len(known) > DISTINCT_LIMIT:
            return None
    return known


def united(known: set[_T] | None, saved: list[_T] | None) -> set[_T] | None:
    """The distinct values of two tallies; ``None`` if either had given up."""
    return None if known is None or saved is None else widened(known, saved)


def remember(facts: Facts, distinct: Collection[object] | None) -> None:
    """Values of one type beside those of another: ``"1"`` and ``1`` stay apart, ``1`` and ``1.0`` are one value."""
    known = facts.get("distinct", frozenset())
    if known is None or distinct is None or len(known) + len(distinct) > DISTINCT_LIMIT:
        facts["distinct"] = None
    else:
        facts["distinct"] = known.union(distinct)
