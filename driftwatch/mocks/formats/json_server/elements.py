"""What a collection says of its elements: the type of every leaf, and what some of them lack.

The rows of a database are samples of one kind of thing, so an item asked for alone promises no more than all of its
neighbours show: what one of them lacks is optional, what is null in one is nullable, what has two types is open.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join


class Place(Struct):
    """All values found at one path."""

    kinds: set[str] = field(default_factory=set)
    count: int = 0
    objects: int = 0
    members: dict[str, "Place"] = field(default_factory=dict)
    items: "Place | None" = None


def look(value: object) -> Place:
    """All that a value shows, place by place; walks with a list of its own, so that depth cannot hurt."""
    root = Place()
    waiting = [(value, root)]
    while waiting:
        here, place = waiting.pop()
        place.count += 1
        place.kinds.add(_kind(here))
        if isinstance(here, dict):
            place.objects += 1
            waiting.extend((inner, place.members.setdefault(name, Place())) for name, inner in here.items())
        elif isinstance(here, list):
            place.items = items = place.items or Place()
            waiting.extend((item, items) for item in here)
    return root


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def statements(root: Place) -> Iterator[Matcher]:
    """A statement for each leaf at and below a place, told from there."""
    waiting: list[tuple[str, Place, bool]] = [("", root, False)]
    while waiting:
        path, place, is_optional = waiting.pop()
        kinds = place.kinds - {"null"}
        if is_optional:
            yield Matcher(path, MatcherKind.OPTIONAL)
        if kinds and "null" in place.kinds:
            yield Matcher(path, MatcherKind.NULLABLE)
        if len(kinds) > 1:
            yield Matcher(path, MatcherKind.ANY)
            continue
        if kinds.isdisjoint({"array", "object"}):
            yield Matcher(path, MatcherKind.TYPE)
        if place.items is not None and place.items.count:
            waiting.append((join(path, ITEM), place.items, False))
        for name, member in reversed(place.members.items()):
            waiting.append((join(path, name), member, member.count < place.objects))
