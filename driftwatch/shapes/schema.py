"""A shape as JSON Schema, and what an independent validator says of a document under it.

The schema says less than the shape does, and nothing that a reader could not check: what was always there is
required, what was never there is not forbidden. It is evidence beside a finding, never the ground of one.
"""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from driftwatch.model.shape import Format, JsonType, Shape, join

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
VIOLATIONS_LIMIT: Final = 20

Schema = dict[str, Any]

_FORMATS: Final = {
    Format.DATE_TIME: "date-time", Format.DATE: "date", Format.UUID: "uuid", Format.URI: "uri", Format.EMAIL: "email",
}  # fmt: skip
"""The classes that JSON Schema has a name for (Validation, 7.3); its ``time`` wants an offset, ours does not."""


class Violation(Struct, frozen=True):
    """One place of a document that a schema does not allow. It never holds the value itself."""

    path: str
    """JSON Pointer into the document."""
    keyword: str
    """The keyword of the schema that fails: ``type``, ``required`` …"""
    expected: str
    """What the schema says under this keyword, in a few words; for ``required`` the names that are not there."""


def to_schema(shape: Shape) -> Schema:
    """JSON Schema (2020-12) that every document fits from which the shape was inferred."""
    return {"$schema": DIALECT, **_schema(shape)}


def violations(schema: Mapping[str, Any], document: object, limit: int = VIOLATIONS_LIMIT) -> tuple[Violation, ...]:
    """The first places, at most ``limit``, at which a document breaks a schema, by path.

    References out of the schema are not followed but raise ``referencing.exceptions.Unresolvable``: a schema may come
    from a stranger, and jsonschema left to itself would fetch what it points to. ``format`` is not checked, since
    classes of strings are judged by ``formats``.
    """
    # jsonschema costs more at start-up than the rest of this room together, and few audits need it
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    validator = Draft202012Validator(schema, registry=Registry())
    # jsonschema has an error for each name that is missing, we have one for all names missing in one object
    found = dict.fromkeys(map(_violation, islice(validator.iter_errors(document), limit)))
    return tuple(sorted(found, key=lambda violation: (violation.path, violation.keyword)))


def _schema(shape: Shape) -> Schema:
    if shape.is_empty:
        return {}
    types = sorted(_types(shape))
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if named := _format(shape):
        schema["format"] = named
    if shape.items is not None:
        schema["items"] = _schema(shape.items)
    if shape.is_collapsed:
        (values,) = shape.members.values()
        schema["additionalProperties"] = _schema(values.shape)
    elif shape.members:
        schema["properties"] = {name: _schema(member.shape) for name, member in shape.members.items()}
        if required := [name for name in shape.members if shape.is_required(name)]:
            schema["required"] = required
    return schema


def _types(shape: Shape) -> set[str]:
    """``number`` takes whole numbers in, so ``integer`` beside it says nothing."""
    types = {seen.value for seen in shape.types}
    return types - {JsonType.INTEGER.value} if JsonType.NUMBER in shape.types else types


def _format(shape: Shape) -> str:
    """The one class that every string had, if none was blank and the class has a name in JSON Schema."""
    if shape.blank or len(shape.formats) != 1:
        return ""
    (only,) = shape.formats
    return _FORMATS.get(only, "")


def _violation(error: "ValidationError") -> Violation:
    path = ""
    for step in error.absolute_path:
        path = join(path, str(step))
    return Violation(path, str(error.validator), _expected(error))


def _expected(error: "ValidationError") -> str:
    """Read from the schema alone: jsonschema's own messages quote the document."""
    value = error.validator_value
    if error.validator == "required" and isinstance(error.instance, dict) and isinstance(value, list):
        return ", ".join(str(name) for name in value if name not in error.instance)
    if error.validator == "type":
        return " or ".join(value) if isinstance(value, list) else str(value)
    return ""
