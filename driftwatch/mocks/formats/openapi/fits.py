"""Whether an example fits its own schema, and texts that YAML took for numbers made texts again."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.asking.json_paths import same
from driftwatch.mocks.formats.openapi.alternatives import (
    ANYTHING,
    Alternative,
    Place,
    extras,
    is_of,
    is_text_unquoted,
    items,
    required,
)
from driftwatch.mocks.formats.openapi.parts import Part
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.model.shape import join

_STEPS: Final = 20_000
"""Values that are held against a schema before an example is taken to fit."""


def retyped(part: Part, place: Place, schemas: Schemas) -> object:
    """An example's value, with unquoted numbers of a YAML file as the texts that the schema calls them."""
    alternatives = schemas.alternatives(place)
    match part.value:
        case int() | float():
            types = frozenset(word for one in alternatives for word in one.types or ("object",))
            return part.spelt() if is_text_unquoted(part, types) else part.value
        case list():
            inner = tuple(conjunction for one in alternatives if one.takes("array") for conjunction in items(one))
            return [retyped(child, inner or ANYTHING, schemas) for child in part.children()]
        case dict():
            return {
                str(child.steps[-1]): retyped(child, _member(alternatives, str(child.steps[-1]), schemas), schemas)
                for child in part.children()
            }
        case _:
            return part.value


def _member(alternatives: tuple[Alternative, ...], name: str, schemas: Schemas) -> Place:
    """What the alternatives say of a member by its name; ``ANYTHING`` if they say nothing."""
    found: list[tuple[Part, ...]] = []
    for one in alternatives:
        members = schemas.members(one)
        if name in members:
            found.append(members[name])
        else:
            found += extras(one) or ()
    return tuple(found) or ANYTHING


def misfit(value: object, place: Place, schemas: Schemas) -> str:
    """The first place where a value breaks its schema, in words; empty if it fits."""
    return _Fitting(schemas).problem(value, place, "")


class _Fitting(Struct):
    schemas: Schemas
    steps: int = field(default=0)

    def problem(self, value: object, place: Place, path: str) -> str:
        """What is wrong with the first alternative of the value's type; empty if one of them takes it."""
        self.steps += 1
        if self.steps > _STEPS:
            return ""
        alternatives = self.schemas.alternatives(place)
        near = [one for one in alternatives if one.types is None or is_of(value, one.types)]
        if not near:
            types = sorted({word for one in alternatives for word in one.types or ()})
            return f"{path or 'the whole'} is not of type {' or '.join(types)}"
        problems = [self._with(value, one, path) for one in near]
        return "" if "" in problems else problems[0]

    def _with(self, value: object, one: Alternative, path: str) -> str:
        if one.enum is not None and not any(same(value, allowed) for allowed in one.enum):
            return f"{path or 'the whole'} is none of the listed values"
        match value:
            case dict():
                return self._object(value, one, path)
            case list():
                problems = (self.problem(inner, items(one), f"{path}/{number}") for number, inner in enumerate(value))
                return next(filter(None, problems), "")
            case _:
                return ""

    def _object(self, value: Mapping[str, object], one: Alternative, path: str) -> str:
        members = self.schemas.members(one)
        missing = sorted(name for name in required(one) if name not in value and name in members)
        if missing:
            return f"{join(path, missing[0])} is required and not there"
        problems = (
            self.problem(value[name], (conjunction,), join(path, name))
            for name, conjunction in members.items()
            if name in value
        )
        return next(filter(None, problems), "")
