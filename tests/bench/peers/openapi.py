"""An OpenAPI description made from mocks: what peers that check descriptions are given.

genson (1.x) infers each schema from the one mocked answer, which makes every member it shows required; the answer
itself is the example. genson knows no formats: ``date-time`` and ``uuid`` are what a careful author adds.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from genson import SchemaBuilder

from tests.bench.accuracy.endpoints import Endpoint

Document = dict[str, Any]
_TITLE: Final = {"title": "The mocked service", "version": "1"}
_FORMATS: Final = (
    ("date-time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    ("uuid", re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
)


def openapi_3(endpoints: Iterable[Endpoint], url: str, *, careful: bool) -> Document:
    """The description in OpenAPI 3.0."""
    paths: Document = {}
    for one in endpoints:
        answer = {"schema": _schema(one, careful=careful), "example": json.loads(one.mocked.body)}
        said = {"description": "As mocked.", "content": {"application/json": answer}}
        paths[one.path] = _operation(one, said)
    return {"openapi": "3.0.3", "info": _TITLE, "servers": [{"url": url}], "paths": paths}


def swagger_2(endpoints: Iterable[Endpoint], url: str, *, careful: bool) -> Document:
    """The same in Swagger 2.0."""
    paths: Document = {}
    for one in endpoints:
        examples = {"application/json": json.loads(one.mocked.body)}
        said = {"description": "As mocked.", "schema": _schema(one, careful=careful), "examples": examples}
        paths[one.path] = _operation(one, said)
    return {
        "swagger": "2.0", "info": _TITLE, "host": urlsplit(url).netloc, "basePath": "/", "schemes": ["http"],
        "produces": ["application/json"], "paths": paths,
    }  # fmt: skip


def _operation(endpoint: Endpoint, said: Document) -> Document:
    name = endpoint.path.strip("/").replace("/", "-")
    return {"get": {"operationId": name, "summary": endpoint.path, "responses": {str(endpoint.mocked.status): said}}}


def _schema(endpoint: Endpoint, *, careful: bool) -> Document:
    document = json.loads(endpoint.mocked.body)
    builder = SchemaBuilder()
    builder.add_object(document)
    schema: Document = builder.to_schema()
    del schema["$schema"]
    if careful:
        _name_formats(schema, document)
    return schema


def _name_formats(schema: Document, value: object) -> None:
    """Write down the formats of the mocked strings."""
    if isinstance(value, dict):
        for name, member in value.items():
            _name_formats(schema["properties"][name], member)
    elif isinstance(value, list):
        for item in value:
            _name_formats(schema["items"], item)
    elif isinstance(value, str):
        for name, pattern in _FORMATS:
            if pattern.fullmatch(value):
                schema["format"] = name
