"""Objects sorted by a discriminator, as long as some member may be one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from driftwatch.model.shape import DISCRIMINATORS, VARIANTS_LIMIT, Shape
from driftwatch.shapes.tally import LONGEST_REMEMBERED

Schema = dict[str, Any]
"""A JSON Schema with tallies in it."""

SEEN: Final = "x-driftwatch-seen"
"""The keyword that carries a tally; validators ignore what they do not know."""

SavedSplits = Mapping[str, Mapping[str, Schema | None]]


class Part(Protocol):
    """The objects of one variant, or of all."""

    def add_batch(self, column: list[dict[str, object]]) -> None:
        """Count a column of objects."""

    def add_schema(self, schema: Schema) -> None:
        """Add what another part saved."""

    def to_schema(self) -> Schema:
        """Everything, as JSON."""
        ...

    def shape(self) -> Shape:
        """What was seen."""
        ...


Parts = dict[str, Part | None]
"""A discriminator's values and their objects; ``None`` where one value was all there was: the whole is its variant."""


class Splits:
    """Each possible discriminator of one place, with the objects of each of its values counted apart.

    The objects of a split place are counted twice. As long as a discriminator has only one value, which is what a
    ``type`` outside a list has, nothing is counted twice.
    """

    __slots__ = ("_make", "_may_split", "_splits")

    def __init__(self, may_split: Callable[[], bool], make: Callable[[], Part]) -> None:
        self._may_split = may_split
        self._make = make
        self._splits: dict[str, Parts] | None = None
        """``None`` until the first object: then every discriminator is still possible."""

    def add(self, objects: list[dict[str, object]], columns: Mapping[str, list[object]], whole: Part) -> None:
        """Sort objects; ``whole`` is what was counted before them."""
        if self._splits is None:
            self._splits = {name: {} for name in DISCRIMINATORS if name in columns}
        for name, parts in tuple(self._splits.items()):
            column = columns.get(name, [])
            values = {value if isinstance(value, str) else None for value in column}
            if len(column) < len(objects) or not self._admits(parts, values):
                del self._splits[name]
            elif len(parts.keys() | values) == 1:
                parts.update(dict.fromkeys(map(str, values)))
            elif not self._may_split():
                del self._splits[name]
            else:
                self._part_from(parts, whole)
                for value, group in _groups(column, objects).items():
                    self._part(parts, value).add_batch(group)

    def best(self) -> tuple[str, Parts] | None:
        """The first discriminator that all objects had, with their variants; ``None`` if there is none."""
        return next(iter((self._splits or {}).items()), None)

    def save(self) -> SavedSplits:
        """Everything, as JSON."""
        return {
            name: {value: None if part is None else part.to_schema() for value, part in parts.items()}
            for name, parts in (self._splits or {}).items()
        }

    def merge(self, saved: SavedSplits, other: Schema, whole: Part) -> None:
        """Add what was saved of ``other``; ``whole`` is what was counted here before."""
        if self._splits is None:
            self._splits = {name: {} for name in DISCRIMINATORS if name in saved}
        for name, parts in tuple(self._splits.items()):
            theirs = saved.get(name)
            if theirs is None or not self._admits(parts, theirs):
                del self._splits[name]
            elif len(parts.keys() | theirs.keys()) == 1 and None in theirs.values():
                parts.update(dict.fromkeys(theirs))
            elif not self._may_split():
                del self._splits[name]
            else:
                self._part_from(parts, whole)
                for value, schema in theirs.items():
                    self._part(parts, value).add_schema(_unsplit(schema or other))

    @staticmethod
    def _admits(parts: Parts, values: Iterable[str | None]) -> bool:
        both = {*parts, *values}
        return len(both) <= VARIANTS_LIMIT and all(v is not None and len(v) <= LONGEST_REMEMBERED for v in both)

    def _part_from(self, parts: Parts, whole: Part) -> None:
        """A second value comes: what was counted so far was the first one's."""
        for value, part in parts.items():
            if part is None:
                self._part(parts, value).add_schema(_unsplit(whole.to_schema()))

    def _part(self, parts: Parts, value: str) -> Part:
        part = parts.get(value)
        if part is None:
            part = parts[value] = self._make()
        return part


def _groups(column: list[object], objects: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for value, one in zip(column, objects, strict=True):
        groups.setdefault(str(value), []).append(one)
    return groups


def _unsplit(schema: Schema) -> Schema:
    """A variant is not split by the same discriminator again."""
    return {**schema, SEEN: {**schema[SEEN], "splits": {}}}
