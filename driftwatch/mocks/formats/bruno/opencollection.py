"""OpenCollection YAML: requests with their saved examples, one a file or many in a bundled collection."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.bruno.saved import (
    NAME,
    WITHOUT_EXAMPLE,
    Answer,
    Body,
    Call,
    Reader,
    credential_notes,
    unswapped,
    without_answers,
)
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text
from driftwatch.model.interaction import Header, Ignored

_MARK: Final = "opencollection"
_REQUESTS: Final = ("http", "graphql")
_KINDS: Final = frozenset([*_REQUESTS, "grpc", "websocket", "folder", "script", "app"])
_SECTIONS: Final = frozenset(
    ["http", "graphql", "grpc", "websocket", "request", "runtime", "script", "settings", "docs"]
)
_DEEPEST: Final = 50


def recognises(value: object) -> bool:
    """A collection by its mark, an item of it by the kind in its ``info`` and a section of that kind."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get(_MARK), str | int | float):
        return True
    return _kind(value) in _KINDS and not _SECTIONS.isdisjoint(value)


def _kind(value: Object) -> str:
    info = value.get("info")
    kind = info.get("type") if isinstance(info, dict) else None
    return kind if isinstance(kind, str) else ""


def read(document: Document) -> Iterator[Stub]:
    """The examples of every request in the file."""
    reader, is_empty, requests = Reader(document), True, 0
    for item, steps in _items(as_object(document.value), (), _DEEPEST):
        if _kind(item) in _REQUESTS:
            requests += 1
            for reading in _examples(item, document, reader, steps):
                is_empty = False
                yield reading
    if is_empty:
        yield Ignored(document.file, _without_examples(document.value, requests))


def _without_examples(value: object, requests: int) -> str:
    if requests:
        return WITHOUT_EXAMPLE
    is_root = isinstance(value, dict) and _MARK in value
    return (
        "the settings of a Bruno collection" if is_root else "a part of a Bruno collection that is no request over HTTP"
    )


def _items(value: Object, steps: tuple[Step, ...], depth: int) -> Iterator[tuple[Object, tuple[Step, ...]]]:
    """A request itself, or those in the folders of a bundled collection."""
    yield value, steps
    nested = value.get("items")
    for index, item in enumerate(nested if isinstance(nested, list) and depth else ()):
        if isinstance(item, dict):
            yield from _items(item, (*steps, "items", index), depth - 1)


def _examples(item: Object, document: Document, reader: Reader, above: tuple[Step, ...]) -> Iterator[Stub]:
    try:
        saved = as_list(item.get("examples"), *above, "examples")
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal.below(above), *above)
        return
    notes, left_out = tuple(_notes(item)), 0
    for index, example in enumerate(saved):
        steps: tuple[Step, ...] = (*above, "examples", index)
        try:
            fields = as_object(example, *steps)
            if fields.get("response") is None:
                left_out += 1
                continue
            call = read_call(fields.get("request"), document, *steps, "request")
            if not call.url:
                raise Refusal("the example's `request` has no `url`", steps=steps)
            answer = _answer(fields["response"], document, *steps, "response")
            name = as_text(fields.get("name"), *steps, "name")
            yield reader.interaction(replace(call, notes=notes), answer, name, *steps)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal.below(steps), *steps)
    if left_out:
        yield Ignored(document.file, without_answers(left_out, len(saved)))


def _notes(item: Object) -> Iterator[str]:
    runtime, section = item.get("runtime"), item.get(_kind(item))
    for place in (runtime, section):
        auth = place.get("auth") if isinstance(place, dict) else None
        mode = auth.get("type") if isinstance(auth, dict) else auth
        yield from credential_notes(mode if isinstance(mode, str) else "")
    if isinstance(runtime, dict) and runtime.get("scripts"):
        yield "a script may change what is sent"


def read_call(value: object, document: Document, *steps: Step) -> Call:
    """A request; members that are missing have Bruno's defaults, and the URL is empty. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    method = as_text(fields.get("method"), *steps, "method").upper() or "GET"
    url = as_text(fields.get("url"), *steps, "url")
    headers = read_pairs(fields.get("headers"), document, *steps, "headers")
    values = dict(read_pairs(fields.get("params"), document, *steps, "params", kind="path"))
    return Call(method, url, headers, values, _body(fields.get("body"), document, *steps, "body"))


def read_pairs(value: object, document: Document, *steps: Step, kind: str = "") -> tuple[Header, ...]:
    """The names and values of a list that are switched on; with ``kind``, those of that type. Raises ``Refusal``."""
    found = []
    for index, entry in enumerate(as_list(value, *steps)):
        fields = as_object(entry, *steps, index)
        name = as_text(fields.get("name"), *steps, index, "name")
        is_on = fields.get("disabled") is not True and fields.get("enabled") is not False
        if name and is_on and (not kind or fields.get("type") == kind):
            found.append((name, document.spelled(fields.get("value"), *steps, index, "value")))
    return tuple(found)


def _body(value: object, document: Document, *steps: Step) -> Body:
    """``{type, data}``; earlier ``{mode, json}``; a list of variants of which one is chosen; GraphQL's own form."""
    if isinstance(value, list):
        chosen = next((i for i, one in enumerate(value) if isinstance(one, dict) and one.get("selected") is True), 0)
        variant = as_object(value[chosen], *steps, chosen) if value else {}
        return _body(variant.get("body"), document, *steps, chosen, "body")
    fields = as_object(value, *steps)
    if "query" in fields:
        query = as_text(fields.get("query"), *steps, "query")
        return Body("graphql", query, as_text(fields.get("variables"), *steps, "variables"))
    name = "type" if "type" in fields else "mode"
    kind = as_text(fields.get(name), *steps, name) or "none"
    data = "data" if name == "type" else kind
    if kind == "form-urlencoded":
        return Body(kind, pairs=read_pairs(fields.get(data), document, *steps, data))
    if kind in ("multipart-form", "file"):
        return Body(kind)
    return Body(kind, read_text(fields.get(data), document, *steps, data))


def read_text(value: object, document: Document, *steps: Step) -> str:
    """A body's text; one that is written as YAML instead is taken for the JSON it stands for. Raises ``Refusal``."""
    if isinstance(value, dict | list):
        return document.json(*steps)
    return document.spelled(value, *steps)


def _answer(value: object, document: Document, *steps: Step) -> Answer:
    fields = as_object(value, *steps)
    code = unswapped(
        as_text(fields.get("status"), *steps, "status"), as_text(fields.get("statusText"), *steps, "statusText")
    )
    status = as_status(code or None, *steps, "status")
    if not status:
        raise Refusal("the example's `response` has no `status`", steps=steps)
    headers = read_pairs(fields.get("headers"), document, *steps, "headers")
    if fields.get("body") is None:
        return Answer(status, headers)
    body = as_object(fields["body"], *steps, "body")
    text = read_text(body.get("data"), document, *steps, "body", "data")
    return Answer(status, headers, text, as_text(body.get("type"), *steps, "body", "type"))
