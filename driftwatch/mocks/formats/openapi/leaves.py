"""What a schema says of one place, before the members and items below it are looked at."""

from msgspec import Struct

from driftwatch.mocks.formats.openapi.alternatives import Alternative, Place
from driftwatch.mocks.formats.openapi.scalars import lengths, scalar_values, statements
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.model.interaction import Matcher, MatcherKind

Sized = tuple[object, int]
"""A value, and how many values it is made of."""


class Leaf(Struct, frozen=True):
    """What a place says before its items and members are looked at."""

    values: list[Sized]
    containers: tuple[Alternative, ...] = ()
    """The alternatives that are objects or arrays."""
    loose: tuple[MatcherKind, ...] = ()
    tight: tuple[Matcher, ...] | None = None
    """Without their path; ``None`` if there is nothing but null or anything."""
    problems: tuple[str, ...] = ()


Leaves = dict[tuple[Place, str], Leaf]
"""Each place that was met, by its schema and the name of the member; the same places are met again and again."""


def leaf_of(schemas: Schemas, place: Place, name: str) -> Leaf:
    """A place taken by itself; ``name`` is the member's, if it is one."""
    alternatives, problems = schemas.alternatives(place), schemas.problems(place)
    if any(_is_free(one) for one in alternatives):
        return Leaf([(None, 1)], loose=(MatcherKind.ANY,), problems=problems)
    loose = (MatcherKind.NULLABLE,) if any(_takes_null(one) for one in alternatives) else ()
    filled = [one for one in alternatives if one.filled != frozenset() and one.enum != (None,)]
    if not filled:
        return Leaf([(None, 1)], loose=loose, problems=problems)
    values = scalar_values(filled, name)
    values += [value for one in filled for value in one.enum or () if isinstance(value, dict | list)]
    containers = tuple(one for one in filled if one.takes("array", "object") and one.enum is None)
    if not values and not containers:
        values = [None]
    tight = (*statements(filled), *lengths(filled))
    return Leaf([(value, 1) for value in values], containers, loose, tight, problems)


def _is_free(one: Alternative) -> bool:
    return one.types is None and one.enum is None


def _takes_null(one: Alternative) -> bool:
    if one.enum is not None:
        return None in one.enum
    return one.types is not None and "null" in one.types
