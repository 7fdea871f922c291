"""A document against the schema, with every mistake in the words of a person."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from driftwatch.model.secret import MASK
from driftwatch.settings.fitting import fits
from driftwatch.settings.node import Steps, named
from driftwatch.settings.spot import Reading
from driftwatch.settings.words import allude, describe, guess, listing, nearest, quote

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_ABOUT_CHILDREN: Final = frozenset({"additionalProperties", "required", "propertyNames"})
"""Keywords that complain of single keys: the mapping itself can still be read."""

_HARMLESS_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,19}")
"""A key that may be repeated even where secrets go: no token looks like this."""

Complaint = tuple[Steps, str, str]
"""Place, what was found, what would be right."""


def validate(reading: Reading, schema: Mapping[str, Any]) -> None:
    """Note all that the schema does not admit, and mark those places as refused."""
    if fits(reading.root.plain, schema):
        return
    # Imported here: a config without a mistake must not pay for it (13 times a bare interpreter's start).
    from jsonschema import Draft7Validator  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    # The empty registry keeps a `$ref` from ever being fetched.
    validator = Draft7Validator(schema, registry=Registry())
    refused = set(reading.refused)
    for error in validator.iter_errors(reading.root.plain):
        steps: Steps = tuple(error.absolute_path)
        if any(steps[:depth] in refused for depth in range(len(steps) + 1)):
            continue  # one place, one complaint
        for place, found, remedy in _complaints(error, steps, schema):
            reading.complain(place, found, remedy)
            if place != steps or error.validator not in _ABOUT_CHILDREN:
                refused.add(place)
    reading.refused = frozenset(refused)


def _complaints(error: "ValidationError", steps: Steps, schema: Mapping[str, Any]) -> Iterator[Complaint]:
    here = cast("Mapping[str, Any]", error.schema)
    if list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]:
        name = str(error.instance)
        yield (*steps, name), f"found the name {quote(named(name))}", here["errorMessage"]
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(error, steps, schema)
    elif error.validator == "required":
        yield from _missing_keys(error, steps)
    elif _is_secret(error, schema):
        yield steps, allude(error.instance), here["errorMessage"]
    elif "enum" in here:
        yield steps, describe(error.instance), guess(str(error.instance), here["enum"])
    else:
        yield steps, describe(error.instance), here["errorMessage"]


def _unknown_keys(error: "ValidationError", steps: Steps, schema: Mapping[str, Any]) -> Iterator[Complaint]:
    known = cast("Mapping[str, Any]", error.schema)["properties"]
    is_secret = _is_secret(error, schema)
    for name in cast("Mapping[str, object]", error.instance):
        if name in known:
            continue
        if is_secret and not _HARMLESS_NAME.fullmatch(name):
            yield steps, f"unknown key {quote(MASK)}, not shown because it may be a secret", guess("", known)
        else:
            yield (*steps, name), f"unknown key {quote(named(name))}", _remedy_for_key(name, known, schema)


def _missing_keys(error: "ValidationError", steps: Steps) -> Iterator[Complaint]:
    """Missing keys, but for those that stand there misspelt: one mistake is told once."""
    here = cast("Mapping[str, Any]", error.schema)
    written = cast("Mapping[str, object]", error.instance)
    misspelt = {nearest(name, here["properties"]) for name in written if name not in here["properties"]}
    for name in here["required"]:
        if name not in written and name not in misspelt:
            yield (*steps, name), f"{quote(name)} is missing", f"Add it. {here['properties'][name]['errorMessage']}"


def _remedy_for_key(name: str, known: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if name == "<<":
        return "Merge keys are not read: write the keys out."
    hint = guess(name, known)
    homes = [home for home in _homes(name, schema) if home]
    if hint.startswith("Did you mean") or not homes:
        return hint
    return f"It stands below {listing(homes)}. {hint}"


def _homes(name: str, schema: Mapping[str, Any], home: str = "") -> Iterator[str]:
    """The sections in which a key is known: ``probing``, ``providers.<name>.probing``."""
    properties = schema.get("properties", {})
    if name in properties:
        yield home
    for key, below in properties.items():
        yield from _homes(name, below, f"{home}.{key}" if home else key)
    if isinstance(each := schema.get("additionalProperties"), dict):
        yield from _homes(name, each, f"{home}.<name>")


def _is_secret(error: "ValidationError", schema: Mapping[str, Any]) -> bool:
    """Whether the place, or one above it, is marked ``writeOnly``."""
    part: Any = schema
    for step in error.absolute_schema_path:
        if isinstance(part, dict) and part.get("writeOnly") is True:
            return True
        part = part[step]
    return False
