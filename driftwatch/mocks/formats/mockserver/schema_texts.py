"""Strings that a JSON Schema describes: whether one fits, and a few that do.

MockServer reads the string as a number or a truth value where the schema asks for one (``NottableSchemaString``,
8.0.0). Only keywords with one meaning for scalars are judged here; for others it is said that it cannot be told.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.truth import Truth, every
from driftwatch.mocks.text import json_text

_SCALARS: Final = ("string", "integer", "number", "boolean")
_JUDGED: Final = frozenset(
    ["type", "enum", "const", "pattern", "minimum", "maximum", "minLength", "maxLength", "title", "description",
     "example", "examples", "default", "$schema"]
)  # fmt: skip
_LONGEST: Final = 200


def satisfies(schema: Mapping[str, object], text: str) -> Truth:
    """Whether a string fits a schema; ``None`` if that cannot be told."""
    if not _JUDGED.issuperset(schema):
        return None
    value = _read(text, schema.get("type"))
    return False if value is None else every(_statements(schema, value))


def _read(text: str, kind: object) -> object:
    """The string as the type asks for it; ``None`` if it is of another, or the type of another kind."""
    if kind is None or kind == "string":
        return text
    try:
        value = json_text.decode(text)
    except (ValueError, RecursionError):
        return None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and (kind == "number" or isinstance(value, int)) and kind in _SCALARS else None


def _statements(schema: Mapping[str, object], value: object) -> Iterator[Truth]:
    allowed = schema.get("enum")
    if isinstance(allowed, list):
        yield value in allowed
    if "const" in schema:
        yield value == schema["const"]
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield patterns.occurs(pattern, value) if isinstance(value, str) else None
    size = len(value) if isinstance(value, str) else value
    for low, high in (("minLength", "maxLength"), ("minimum", "maximum")):
        if isinstance(value, str) is (low == "minLength"):
            yield _is_within(schema.get(low), size, schema.get(high))


def _is_within(low: object, size: object, high: object) -> Truth:
    if not isinstance(size, int | float):
        return None
    is_above = not isinstance(low, int | float) or size >= low
    return is_above and (not isinstance(high, int | float) or size <= high)


def schema_texts(schema: Mapping[str, object]) -> Iterator[str]:
    """Strings that may fit, the likeliest first; the caller asks whether they do."""
    for name in ("example", "const", "default"):
        if name in schema:
            yield _text(schema[name])
    listed = (schema.get("examples"), schema.get("enum"))
    yield from (_text(value) for values in listed if isinstance(values, list) for value in values[:5])
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from patterns.parse(pattern).candidates()
    yield from (_text(schema[name]) for name in ("minimum", "maximum") if name in schema)
    least = schema.get("minLength")
    if isinstance(least, int) and 1 < least <= _LONGEST:
        yield "x" * least
    yield from ("1", "x", "true")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json_text.encode(value)
