"""What a database holds: its lists and objects, and whether it is a database at all."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.text.fields import describe

_SCHEMA: Final = "$schema"
"""For editors; 0.17 serves nothing under it."""
_MOST: Final = 1000
"""Names of one database; json-server builds a router for each, and what has more is keyed by its data."""
_STUBS: Final = (
    frozenset(["request", "response"]),
    frozenset(["httpRequest"]),
    frozenset(["predicates", "responses"]),
    frozenset(["endpoint", "method"]),
    frozenset(["_type", "_id"]),
)
"""Members that an item of another tool's list of stubs has."""
_OTHERS: Final = frozenset(["swagger", "openapi", "asyncapi", "imposters", "log", "info", "_postman_id"])
"""Names at the top of other tools' files."""


class Item(Struct, frozen=True):
    """The item of a list that is asked for alone."""

    position: int
    identifier: str


class Resource(Struct, frozen=True):
    """One name of the database and what is served under it."""

    name: str
    value: object
    problem: str = ""
    """Why json-server does not serve it; empty if it does."""
    notes: tuple[str, ...] = ()

    @property
    def items(self) -> list[object]:
        """The items of a list; none for an object."""
        return self.value if isinstance(self.value, list) else []

    @property
    def item(self) -> Item | None:
        """The first item with an identifier, if there is one."""
        found = ((position, identifier_of(item)) for position, item in enumerate(self.items))
        return next((Item(position, identifier) for position, identifier in found if identifier), None)


def is_database(value: object) -> bool:
    """Whether a document is of lists and objects, with a list of identified items, and of no other tool's form."""
    if not isinstance(value, dict) or len(value) > _MOST or not _OTHERS.isdisjoint(value):
        return False
    shown = [inner for name, inner in value.items() if name != _SCHEMA]
    containers = [inner for inner in shown if isinstance(inner, list | dict)]
    # a stray scalar or two beside real collections is a mistake of its owner; more are another kind of file
    if len(shown) - len(containers) > len(containers) // 3:
        return False
    return any(_is_collection(inner) for inner in containers) and not any(_is_stubs(inner) for inner in containers)


def _is_collection(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(identifier_of(item) for item in value)


def _is_stubs(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and any(marks <= item.keys() for marks in _STUBS) for item in items)


def identifier_of(item: object) -> str:
    """An item's ``id`` as it stands in a path; empty without one."""
    value = item.get("id") if isinstance(item, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def resources(value: object) -> Iterator[Resource]:
    """What is served, in the order of the file."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name != _SCHEMA:
            yield Resource(name, inner, _problem(name, inner), tuple(_notes(inner)))


def _problem(name: str, value: object) -> str:
    if "/" in name:
        return "json-server does not take a name with a slash; use routes.json for longer paths"
    if not isinstance(value, list | dict):
        return (
            f"must be a list of objects or an object, found {describe(value)}; json-server 0.17 does not start with it"
        )
    return ""


def _notes(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        return
    if value and not any(map(identifier_of, value)):
        yield "no item has an `id`, so none is asked for alone"
    if any(isinstance(item, dict) and type(item.get("id")) is int for item in value):
        yield "json-server 1.0 gives a numeric `id` as text"
    if any(isinstance(item, dict) and item.get("id") is None for item in value):
        yield "json-server 1.0 gives an item without `id` one at random"
    if not all(isinstance(item, dict) for item in value):
        yield "json-server 1.0 does not start with a list of anything but objects"
