"""What a file of Postman's is: a mock, something a mock draws on, or something that only looks like one."""

import re
from enum import Enum, auto
from typing import Final

from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object

_SCHEMA: Final = re.compile(r"/collection/v(\d)\.|#(\d)\.\d")
"""``info.schema`` of an export, and ``info._postman_schema`` of collections from before there was one."""
_JSON_MARKS: Final = re.compile(
    r"schema\.(?:get)?postman\.com/(?:json/|collection)"
    r'|(?<!\\)"_postman_(?:id|schema|variable_scope|previewlanguage|exported_at|exported_using)"\s*:'
)
_YAML_MARKS: Final = re.compile(r"(?m)^[\"']?\$kind[\"']?:\s*[\"']?(?:collection|http-request|http-example)\b")
_OTHER_PROTOCOL: Final = re.compile(r"(?:graphql|grpc|websocket|socket\.?io|mqtt|mcp|llm|ai)-[\w-]+")
_V3_SCOPE_FOLDERS: Final = re.compile(r"(?i)(environments?|globals?)")
_ENTRY_NAMES: Final = frozenset(["enabled", "disabled", "type", "value", "description"])
_MOST_LOOKED_AT: Final = 50


class Kind(Enum):
    """What a recognised file is."""

    COLLECTION = auto()
    """2.0 or 2.1, also wrapped as ``{"collection": …}``."""
    OLD = auto()
    """Version 1: flat ``requests``."""
    BACKUP = auto()
    """All data of a workspace in one file, as Postman exported it until 2022; its collections are of version 1."""
    ENVIRONMENT = auto()
    GLOBALS = auto()
    RUN = auto()
    """What Newman, the Postman CLI or the collection runner report."""
    DEFINITION = auto()
    """Version 3: name, variables and auth of a collection or a folder."""
    REQUEST = auto()
    """Version 3: a request."""
    EXAMPLE = auto()
    """Version 3: one saved example."""
    OTHER_PROTOCOL = auto()
    """Version 3: a request over something else than plain HTTP."""
    BROKEN = auto()


_BY_KIND: Final = {
    "collection": Kind.DEFINITION,
    "http-request": Kind.REQUEST,
    "http-example": Kind.EXAMPLE,
    "environment": Kind.ENVIRONMENT,
    "globals": Kind.GLOBALS,
}


def kind_of(document: Document) -> Kind | None:
    """What a file is; ``None`` if it is none of Postman's."""
    if document.problem is not None:
        marks = _YAML_MARKS if document.syntax is Syntax.YAML else _JSON_MARKS
        return Kind.BROKEN if marks.search(document.text) else None
    value = document.value
    if not isinstance(value, dict):
        return None
    if "$kind" in value:
        return _declared(value["$kind"])
    return _report(value) or _mock(value) or _scope(value, document)


def _declared(kind: object) -> Kind | None:
    """Version 3. Kinds that other tools made up for files beside a collection are nobody's."""
    if not isinstance(kind, str):
        return None
    return _BY_KIND.get(kind) or (Kind.OTHER_PROTOCOL if _OTHER_PROTOCOL.fullmatch(kind) else None)


def _report(value: Object) -> Kind | None:
    run = value.get("run")
    is_newmans = isinstance(run, dict) and not {"executions", "stats", "summary"}.isdisjoint(run)
    is_runners = isinstance(value.get("results"), list) and {"collection_id", "totalPass"} <= set(value)
    return Kind.RUN if is_newmans or is_runners else None


def _mock(value: Object) -> Kind | None:
    inner = collection_of(value)
    info = inner.get("info")
    schema = str((info.get("schema") or info.get("_postman_schema") or "") if isinstance(info, dict) else "")
    version = _SCHEMA.search(schema[:200])
    if version:
        return Kind.COLLECTION if "2" in version.groups() else Kind.OLD
    if _has_items(inner.get("item")):
        return Kind.COLLECTION
    if isinstance(inner.get("requests"), list) and not {"order", "folders", "folders_order"}.isdisjoint(inner):
        return Kind.OLD
    if isinstance(value.get("collections"), list) and {"version", "environments"} <= set(value):
        return Kind.BACKUP
    return None


def collection_of(value: Object) -> Object:
    """The collection itself, in or out of the wrapping that Postman's own API puts around it."""
    inner = value.get("collection")
    return inner if isinstance(inner, dict) and "item" not in value else value


def _has_items(items: object) -> bool:
    """Whether this is a list of requests and folders, for collections that name no schema."""
    if not isinstance(items, list):
        return False
    return any(isinstance(one, dict) and ("request" in one or _is_folder(one)) for one in items[:_MOST_LOOKED_AT])


def _is_folder(one: Object) -> bool:
    return isinstance(one.get("item"), list) and "name" in one


def _scope(value: Object, document: Document) -> Kind | None:
    """Environments and globals: by their own word, or by their form (version 3 writes no kind)."""
    scope = value.get("_postman_variable_scope")
    if isinstance(scope, str):
        return Kind.GLOBALS if scope == "globals" else Kind.ENVIRONMENT
    entries, name = value.get("values"), value.get("name")
    if not isinstance(entries, list) or not isinstance(name, str):
        return None
    if document.syntax is Syntax.YAML and not any(map(_V3_SCOPE_FOLDERS.search, document.file.split("/"))):
        return None
    if not all(isinstance(one, dict) and "key" in one and _ENTRY_NAMES & set(one) for one in entries):
        return None
    is_global = "globals" in name.lower() or "globals" in document.folders
    return Kind.GLOBALS if is_global else Kind.ENVIRONMENT
