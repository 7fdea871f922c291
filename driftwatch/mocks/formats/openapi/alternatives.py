"""One way to satisfy a schema, read as a whole: which types, which values, which members."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.json_paths import same
from driftwatch.mocks.formats.openapi.parts import Key, Part
from driftwatch.mocks.text.documents import Syntax

Conjunction = tuple[Part, ...]
"""Schemas that all hold; none at all allows everything."""

Place = tuple[Conjunction, ...]
"""What stands at one place of a document: one of these holds."""

ANYTHING: Final[Place] = ((),)
_TYPES: Final = frozenset(["null", "boolean", "integer", "number", "string", "array", "object"])
_IMPLIED: Final[Mapping[str, str]] = {
    "properties": "object", "additionalProperties": "object", "patternProperties": "object", "required": "object",
    "items": "array", "prefixItems": "array", "minItems": "array", "maxItems": "array",
    "pattern": "string", "minLength": "string", "maxLength": "string",
    "minimum": "number", "maximum": "number", "multipleOf": "number",
}  # fmt: skip
"""Authors leave the type out where a keyword makes sense for one type only."""


class Alternative(Struct, frozen=True):
    """One way to satisfy a schema."""

    parts: Conjunction
    types: frozenset[str] | None
    """The JSON types it takes; ``None`` for every type."""
    enum: tuple[object, ...] | None = None
    key: tuple[Key, ...] = ()
    """The places of its schemas: two alternatives with one key are the same."""

    @property
    def filled(self) -> frozenset[str] | None:
        """The types it takes beside null; ``None`` for every type."""
        return None if self.types is None else self.types - {"null"}

    def keyword(self, name: str) -> list[object]:
        """The values that the schemas give one keyword."""
        return [p.value[name] for p in self.parts if isinstance(p.value, dict) and name in p.value]

    def text(self, name: str) -> str:
        """A keyword that is text; empty if no schema has it, or several have different ones."""
        found = {text for text in self.keyword(name) if isinstance(text, str)}
        return found.pop() if len(found) == 1 else ""

    def numbers(self, name: str) -> list[float]:
        """A keyword that is a number."""
        return [n for n in self.keyword(name) if isinstance(n, int | float) and not isinstance(n, bool)]

    def takes(self, *types: str) -> bool:
        """Whether one of these types may stand here."""
        return self.types is None or not self.types.isdisjoint(types)


def required(alternative: Alternative) -> frozenset[str]:
    """The members that must be there."""
    lists = [names for names in alternative.keyword("required") if isinstance(names, list)]
    return frozenset(name for names in lists for name in names if isinstance(name, str))


def extras(alternative: Alternative) -> Place | None:
    """What members without a name of their own hold: ``()`` if there must be none, ``None`` if nothing is said."""
    found: list[Conjunction] = []
    is_closed = False
    for part in alternative.parts:
        patterns = part.child("patternProperties")
        found += [(schema,) for schema in patterns.children()] if patterns is not None else []
        additional = part.child("additionalProperties")
        is_closed |= additional is not None and additional.value is False
        if additional is not None and isinstance(additional.value, dict) and additional.value:
            found.append((additional,))
    if found:
        return tuple(found)
    return () if is_closed else None


def items(alternative: Alternative) -> Place:
    """What the items of an array are."""
    together: list[Part] = []
    places: list[Conjunction] = []
    for part in alternative.parts:
        for name in ("items", "prefixItems"):
            schema = part.child(name)
            if schema is not None and isinstance(schema.value, list):
                places += [(one,) for one in schema.children()]
            elif schema is not None and schema.value is not False:
                together.append(schema)
    if together:
        places.append(tuple(together))
    return tuple(places) or ANYTHING


def alternative_of(parts: Conjunction) -> Alternative | None:
    """The conjunction read as a whole; ``None`` if nothing can satisfy it."""
    types: frozenset[str] | None = None
    for part in parts:
        declared = _declared(part)
        if declared is not None:
            types = declared if types is None else _both(types, declared)
    implied = frozenset(_IMPLIED[name] for part in parts for name in part.names if name in _IMPLIED)
    enum = _enum(parts, types)
    if types is None and enum is None and len(implied) == 1:
        types = implied
    if types == frozenset() or enum == ():
        return None
    return Alternative(parts, types, enum, tuple(part.key for part in parts))


def _declared(part: Part) -> frozenset[str] | None:
    """The types one schema names; ``None`` if it names none, or a word that is no type."""
    found = part.value.get("type") if isinstance(part.value, dict) else None
    words = found if isinstance(found, list) else [found]
    if not words or not all(isinstance(word, str) and word in _TYPES for word in words):
        return None
    return frozenset(words)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types that both allow; a whole number is a number."""
    numbers = {"integer"} if {"integer", "number"} & one and {"integer", "number"} & other else set()
    return (one & other) | numbers if "number" not in one & other else one & other


def _enum(parts: Conjunction, types: frozenset[str] | None) -> tuple[object, ...] | None:
    """The values that are allowed, where only some are."""
    lists: list[list[object]] = []
    for part in parts:
        for name in ("enum", "const"):
            found = part.child(name)
            if found is None:
                continue
            several = [found] if name == "const" else list(found.children())
            lists.append([_as_typed(value, types) for value in several])
    if not lists:
        return None
    first, *others = lists
    kept = [value for value in first if all(any(same(value, one) for one in other) for other in others)]
    return tuple(value for value in kept if types is None or is_of(value, types))


def _as_typed(value: Part, types: frozenset[str] | None) -> object:
    """An unquoted ``1.0`` of a YAML file in a list of texts is text."""
    if is_text_unquoted(value, types):
        return value.spelt()
    return value.value


def is_text_unquoted(value: Part, types: frozenset[str] | None) -> bool:
    """Whether YAML made a number or a truth value of what its schema calls text."""
    if types is None or types - {"null"} != {"string"} or value.document.syntax is not Syntax.YAML:
        return False
    return isinstance(value.value, int | float)


def is_of(value: object, types: frozenset[str]) -> bool:
    """Whether a value is of one of these JSON types; ``2.0`` is a whole number (JSON Schema 2020-12, 4.2.3)."""
    match value:
        case None:
            return "null" in types
        case bool():
            return "boolean" in types
        case int():
            return not types.isdisjoint(["integer", "number"])
        case float():
            return "number" in types or ("integer" in types and value.is_integer())
        case str() | bytes():
            return "string" in types
        case list():
            return "array" in types
        case _:
            return "object" in types
