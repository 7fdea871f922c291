"""Values as JavaScript treats them where a mock server compares: as text, in order, counting as nothing."""

import math
from functools import cmp_to_key
from typing import Final

MISSING: Final = object()
"""JavaScript's ``undefined``."""
UNKNOWN: Final = object()
"""A value that only the server sees."""


def as_script_text(value: object) -> str:
    """A value as ``toString`` spells it: ``1.0`` is ``1``."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case list():
            return ",".join("" if item is None else as_script_text(item) for item in value)
        case dict():
            return "[object Object]"
        case _:
            return str(value)


def is_falsy(value: object) -> bool:
    """Whether a value counts as nothing in a condition."""
    return value is MISSING or value in (None, "", 0)


def all_texts(value: object) -> object:
    """The same with every scalar as text (``forceStrings``)."""
    match value:
        case dict():
            return {name: all_texts(inner) for name, inner in value.items()}
        case list():
            return [all_texts(item) for item in value]
        case _ if value is UNKNOWN or value is MISSING:
            return value
        case _:
            return as_script_text(value)


def canonical(value: object) -> str:
    """A text that is the same for equal values, whatever the order of their members."""
    match value:
        case dict():
            return "{" + ",".join(f"{name!r}:{canonical(value[name])}" for name in sorted(value)) + "}"
        case list():
            return "[" + ",".join(map(canonical, value)) + "]"
        case str():
            return repr(value)
        case _ if value is UNKNOWN or value is MISSING:
            return "undefined"
        case _:
            return as_script_text(value)


def in_order(values: list[object]) -> list[object]:
    """A list as mountebank's ``sortObjects`` puts it; equal values are not kept equal, as there."""
    return sorted(values, key=cmp_to_key(lambda one, other: -1 if _is_less(one, other) else 1))


def _is_less(one: object, other: object) -> bool:
    if isinstance(one, dict | list) and isinstance(other, dict | list):
        return canonical(one) < canonical(other)
    left, right = _primitive(one), _primitive(other)
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return _number(left) < _number(right)


def _primitive(value: object) -> object:
    return as_script_text(value) if isinstance(value, dict | list) else value


def _number(value: object) -> float:
    match value:
        case None:
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            try:
                return float(value.strip() or 0)
            except ValueError:
                return math.nan
        case _:
            return math.nan
