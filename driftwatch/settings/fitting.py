"""Whether a document fits a schema: yes or no, and no word of why.

Most configs are right. To know that takes the few keywords that our schema is made of; ``validation`` loads jsonschema,
which knows them all and takes half as long to load as requests, only where something is to be told. A test holds the
two to one verdict.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
Part = Any
"""A piece of a document: what YAML and JSON are made of."""


def fits(part: Part, schema: Schema) -> bool:
    """Whether jsonschema (draft 7, formats unchecked) would have nothing to say.

    ``KeyError`` for a keyword that is not known here: our mistake, since the schema is ours.
    """
    return all(keyword in _SAYING_NOTHING or _CHECKS[keyword](part, schema) for keyword in schema)


_SAYING_NOTHING: Final = frozenset({
    "$schema", "default", "description", "errorMessage", "format", "title", "writeOnly",
})  # fmt: skip


def _is_number(part: Part) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool)


_TYPES: Final[Mapping[str, Callable[[Part], bool]]] = {
    "array": lambda part: isinstance(part, list),
    "boolean": lambda part: isinstance(part, bool),
    "integer": lambda part: _is_number(part) and (isinstance(part, int) or part.is_integer()),
    "null": lambda part: part is None,
    "number": _is_number,
    "object": lambda part: isinstance(part, dict),
    "string": lambda part: isinstance(part, str),
}


def _is_of_type(part: Part, schema: Schema) -> bool:
    names = schema["type"]
    return any(_TYPES[name](part) for name in ([names] if isinstance(names, str) else names))


def _is_one(part: Part, choices: Iterable[Part]) -> bool:
    """Whether it is one of the scalars; ``True`` is not 1, and 1 is 1.0."""
    return any(part == choice and isinstance(part, bool) == isinstance(choice, bool) for choice in choices)


def _has_known_members(part: Part, schema: Schema) -> bool:
    if not isinstance(part, dict):
        return True
    known = schema.get("properties", {})
    each = schema.get("additionalProperties", True)
    others = [value for name, value in part.items() if name not in known]
    return not others if each is False else each is True or all(fits(value, each) for value in others)


def _members_fit(part: Part, schema: Schema) -> bool:
    known = schema["properties"]
    return not isinstance(part, dict) or all(fits(part[name], known[name]) for name in known if name in part)


def _counted(keyword: str, kind: Callable[[Part], bool], is_kept: Callable[[Part, Any], bool]) -> Callable[..., bool]:
    """A bound, which says something of one type alone. What is no number at all (NaN) breaks none, as in jsonschema."""
    return lambda part, schema: not kind(part) or is_kept(part, schema[keyword])


_text, _list, _object = _TYPES["string"], _TYPES["array"], _TYPES["object"]

_CHECKS: Final[Mapping[str, Callable[[Part, Schema], bool]]] = {
    "additionalProperties": _has_known_members,
    "const": lambda part, schema: _is_one(part, [schema["const"]]),
    "enum": lambda part, schema: _is_one(part, schema["enum"]),
    "exclusiveMinimum": _counted("exclusiveMinimum", _is_number, lambda part, bound: not part <= bound),
    "items": _counted("items", _list, lambda part, each: all(fits(one, each) for one in part)),
    "maxLength": _counted("maxLength", _text, lambda part, bound: len(part) <= bound),
    "maxProperties": _counted("maxProperties", _object, lambda part, bound: len(part) <= bound),
    "maximum": _counted("maximum", _is_number, lambda part, bound: not part > bound),
    "minItems": _counted("minItems", _list, lambda part, bound: len(part) >= bound),
    "minLength": _counted("minLength", _text, lambda part, bound: len(part) >= bound),
    "minProperties": _counted("minProperties", _object, lambda part, bound: len(part) >= bound),
    "minimum": _counted("minimum", _is_number, lambda part, bound: not part < bound),
    "not": lambda part, schema: not fits(part, schema["not"]),
    "oneOf": lambda part, schema: sum(fits(part, one) for one in schema["oneOf"]) == 1,
    "pattern": _counted("pattern", _text, lambda part, pattern: re.search(pattern, part) is not None),
    "properties": _members_fit,
    "propertyNames": _counted("propertyNames", _object, lambda part, each: all(fits(name, each) for name in part)),
    "required": _counted("required", _object, lambda part, names: all(name in part for name in names)),
    "type": _is_of_type,
}
