"""From a path to the values that stand there. Level by level, since documents may be as deep as they like."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from driftwatch.model.likeness import key_class, values
from driftwatch.model.shape import ITEM, Shape, escape, unescape


class Spot(Struct, frozen=True):
    """A path with its steps, ready to be looked up in many documents."""

    path: str
    steps: tuple[str, ...]
    maps: frozenset[int] = frozenset()
    """Which of the stars stand for members and not for items."""

    def values(self, document: object) -> list[object]:
        """All values there; ``*`` goes into every item of a list, or every member of a map."""
        level = [document]
        for number, step in enumerate(self.steps):
            if step == ITEM:
                level = [inner for value in level for inner in self._all_of(value, number)]
            else:
                name = unescape(step)
                level = [value[name] for value in level if isinstance(value, dict) and name in value]
        return level

    def _all_of(self, value: object, number: int) -> Sequence[object]:
        if isinstance(value, list):
            return value
        return [*value.values()] if isinstance(value, dict) and number in self.maps else ()


def spot_of(path: str, documents: Sequence[object]) -> Spot:
    """The place an author or a history names; a star is a map's where the mock shows objects and no list."""
    steps = tuple(path.split("/")[1:])
    found: frozenset[int] = frozenset()
    for number, step in enumerate(steps):
        if step == ITEM:
            above = [value for document in documents for value in Spot("", steps[:number], found).values(document)]
            if any(isinstance(v, dict) for v in above) and not any(isinstance(v, list) for v in above):
                found |= {number}
    return Spot(path, steps, found)


def spots(shape: Shape) -> Iterator[tuple[Spot, Shape]]:
    """Every place of a mock's shape. Members whose names are data count as one place, as in a comparison."""
    waiting = [(Spot("", ()), shape)]
    while waiting:
        spot, place = waiting.pop()
        yield spot, place
        if place.items is not None:
            waiting.append((_below(spot, ITEM), place.items))
        is_map = place.is_collapsed or bool(key_class(place.members))
        inside = values(place) if is_map else place
        if place.is_collapsed or (is_map and len(inside.families) <= 1):
            waiting.append((_below(spot, ITEM, is_map=True), inside))
        else:
            members = [(_below(spot, escape(name)), member.shape) for name, member in place.members.items()]
            waiting += reversed(members)  # the first is popped first: places come in the document's order


def _below(spot: Spot, step: str, *, is_map: bool = False) -> Spot:
    maps = spot.maps | {len(spot.steps)} if is_map else spot.maps
    return Spot(f"{spot.path}/{step}", (*spot.steps, step), maps)
