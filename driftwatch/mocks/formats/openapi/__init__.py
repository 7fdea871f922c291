"""OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0: descriptions that mock servers answer from, by example and by schema.

Facts from OAI/OpenAPI-Specification @ 46c1076, stoplightio/prism @ ddbe020 (5.14.2, which serves our cases in a test)
and microcks/microcks @ 18ab337 (requests and answers paired by the names of their examples).

The schema is the claim. Examples are variants beside documents made from the schema, which together allow what the
schema allows; so an answer that satisfies the schema is no drift, however far from the example. An example without a
schema is a plain mock.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.openapi.reading import Description
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Ignored

NAME: Final = "openapi"

_MARKS: Final = re.compile(r"(?m)^\s*\{?\s*[\"']?(?:openapi[\"']?\s*:\s*[\"']?3\.|swagger[\"']?\s*:\s*[\"']?[12]\.)")
_ASYNC: Final = "an AsyncAPI document describes messages and no requests"
_SCHEMA: Final = "a schema describes values and answers no request"
_FRAGMENT: Final = "a part of an OpenAPI description, without its version"
_TYPES: Final = ("object", "array")


def recognises(document: Document) -> bool:
    """A description by its version, whatever it is; and the schemas and fragments that lie beside descriptions."""
    if document.problem is not None:
        return _MARKS.search(document.text) is not None
    value = document.value
    return isinstance(value, dict) and (_has_version(value) or bool(_reason_to_ignore(value)))


def read(document: Document) -> Iterator[Stub]:
    """Every operation, and every pair of examples of one."""
    value = document.value
    if document.problem is not None or not isinstance(value, dict):
        yield document.unreadable(NAME, document.problem or Refusal("a description must be an object"))
        return
    reason = _reason_to_ignore(value)
    if reason:
        yield Ignored(document.file, reason)
        return
    refusal = _refusal(document, value)
    if refusal is not None:
        yield document.unreadable(NAME, refusal)
        return
    found = False
    try:
        for stub in Description(document, NAME).stubs():
            found = True
            yield stub
    except Refusal as broken:
        yield document.unreadable(NAME, broken, "paths")
        return
    if not found:
        yield Ignored(document.file, "an OpenAPI description without operations: there is nothing to call")


def _has_version(value: Mapping[str, object]) -> bool:
    return any(isinstance(value.get(name), str | int | float) for name in ("openapi", "swagger", "swaggerVersion"))


def _reason_to_ignore(value: Mapping[str, object]) -> str:
    """Why a file of this family has nothing to call; empty if it may have, or is of no such kind."""
    if _has_version(value):
        return "" if "paths" in value else "an OpenAPI description without `paths`: there is nothing to call"
    if isinstance(value.get("asyncapi"), str | float) and "channels" in value:
        return _ASYNC
    if "json-schema.org" in str(value.get("$schema", ""))[:200] and "request" not in value:
        return _SCHEMA
    if value.get("type") in _TYPES and isinstance(value.get("properties", value.get("items")), dict):
        return _SCHEMA
    components = value.get("components")
    if isinstance(components, dict) and "schemas" in components:
        return _FRAGMENT
    return _FRAGMENT if _are_paths(value) or _are_paths(value.get("paths")) else ""


def _are_paths(value: object) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    items = [item for name, item in value.items() if name.startswith("/") and isinstance(item, dict)]
    operations = [operation for item in items for operation in item.values() if isinstance(operation, dict)]
    return len(items) == len(value) and any("responses" in operation for operation in operations)


def _refusal(document: Document, value: Mapping[str, object]) -> Refusal | None:
    for name, known in (("openapi", ("3.",)), ("swagger", ("2.",))):
        if name not in value:
            continue
        version = document.scalar(name).strip("\"'")
        if not version.startswith(known):
            return Refusal(f"version {version[:20]} of {name} is not known, only {known[0]}x", steps=(name,))
        if not isinstance(value.get("paths"), dict):
            return Refusal("`paths` must be an object", steps=("paths",))
        return None
    return Refusal("Swagger before 2.0 is not read; convert it to OpenAPI", steps=("swaggerVersion",))
