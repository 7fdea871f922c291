"""Counters for the names in the objects at one place, and the objects turned into columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypedDict

from driftwatch.model.shape import ITEM, KEY_SETS_LIMIT
from driftwatch.shapes.ids import FEWEST, are_ids

Layouts = Mapping[tuple[str, ...], int]
"""How many objects have these names in this order."""


class SavedNames(TypedDict):
    """A tally of names as JSON."""

    count: int
    empty: int
    present: dict[str, int]
    key_sets: list[list[str]]
    is_collapsed: bool


class Names:
    """Which names were seen, in how many objects."""

    __slots__ = ("count", "empty", "is_collapsed", "key_sets", "present")

    def __init__(self) -> None:
        self.count = self.empty = 0
        self.present: dict[str, int] = {}
        """In how many objects each name was; once collapsed, in how many there was any name, under ``*``."""
        self.key_sets: dict[frozenset[str], None] = {}
        self.is_collapsed = False

    def add(self, layouts: Layouts) -> None:
        """Count a column of objects."""
        present = self.present
        for layout, times in layouts.items():
            self.count += times
            if not layout:
                self.empty += times
            for name in (ITEM,) if self.is_collapsed and layout else layout:
                present[name] = present.get(name, 0) + times
            if len(self.key_sets) < KEY_SETS_LIMIT and not self.is_collapsed:
                self.key_sets[frozenset(layout)] = None

    def become_map(self, layouts: Layouts) -> bool:
        """Whether, with these objects, the place turns out to be a map; from then on names are not told apart."""
        if self.is_collapsed or len(self.present) + sum(map(len, layouts)) < FEWEST:
            return False
        if not are_ids(self.present.keys() | set(chain.from_iterable(layouts))):
            return False
        self.is_collapsed = True
        self.present = {ITEM: self.count - self.empty}
        self.key_sets = {}
        return True

    @property
    def in_all(self) -> set[str]:
        """The names that every object has."""
        if self.is_collapsed:
            return set()
        return {name for name, times in self.present.items() if times == self.count}

    def save(self) -> SavedNames:
        """Everything, as JSON."""
        return {
            "count": self.count,
            "empty": self.empty,
            "present": self.present,
            "key_sets": [sorted(names) for names in self.key_sets],
            "is_collapsed": self.is_collapsed,
        }

    def restore(self, saved: SavedNames) -> None:
        """Add what another tally saved."""
        self.count += saved["count"]
        self.empty += saved["empty"]
        if saved["is_collapsed"] or self.is_collapsed:
            self.is_collapsed = True
            self.present = {ITEM: self.count - self.empty}
            self.key_sets = {}
            return
        for name, times in saved["present"].items():
            self.present[name] = self.present.get(name, 0) + times
        for names in saved["key_sets"]:
            if len(self.key_sets) < KEY_SETS_LIMIT:
                self.key_sets[frozenset(names)] = None


def layouts_of(objects: Sequence[dict[str, object]]) -> Layouts:
    """The names of the objects, in their order, and how often each such row of names comes."""
    layouts = {*map(tuple, objects)}
    if len(layouts) == 1:
        return {layouts.pop(): len(objects)}
    return Counter(map(tuple, objects))


def in_columns(objects: Sequence[dict[str, object]], layouts: Layouts) -> Mapping[str, list[object]]:
    """The values of each name, in the order of the objects; objects of one layout are turned over in one go."""
    if len(layouts) == 1:
        (layout,) = layouts
        return dict(zip(layout, map(list, zip(*map(dict.values, objects), strict=True)), strict=True))
    columns: dict[str, list[object]] = {}
    for one in objects:
        for name, value in one.items():
            if name in columns:
                columns[name].append(value)
            else:
                columns[name] = [value]
    return columns
