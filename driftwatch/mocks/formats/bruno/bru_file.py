"""A ``.bru`` file: one request with its saved examples."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.bruno.blocks import Block, Entry, blocks, entries, text_of
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
from driftwatch.mocks.text.fields import as_status
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.interaction import Header, Ignored

_START: Final = re.compile(r"\s*[A-Za-z][\w:-]*[ \t]*[{\[][ \t]*\r?\n")
_META: Final = re.compile(r"(?m)^meta \{[ \t]*\r?\n(?:[ \t][^\n]*\n|\r?\n){0,50}?[ \t]+(?:name|type|seq)[ \t]*:")
_METHODS: Final = frozenset(["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"])
_CUSTOM: Final = "http"
"""The block of a request whose method has no block of its own."""
_FORMS: Final = frozenset(["form-urlencoded", "multipart-form", "file"])
_MODES: Final = {"formUrlEncoded": "form-urlencoded", "multipartForm": "multipart-form"}
_REQUEST: Final = (2, 2, 2)
"""Levels of indentation before a text block of an example's request: example, request, block."""
_CONTENT: Final = (2, 2, 4)


def recognises(text: str) -> bool:
    """Whether a text begins with a block and has Bruno's ``meta``."""
    return _START.match(text) is not None and _META.search(text) is not None


def read(document: Document) -> Iterator[Stub]:
    """The file's examples. One that cannot be read costs nothing else."""
    found: list[Block] = []
    broken: Refusal | None = None
    for block in blocks(document.text):
        if isinstance(block, Refusal):
            broken = block
        else:
            found.append(block)
    saved = [block for block in found if block.name == "example"]
    document.tree = _tree(document, saved)
    yield from _examples(document, found, saved)
    if broken is not None:
        yield document.unreadable(NAME, broken)
    elif not saved:
        yield Ignored(document.file, _without_examples(found))


def _tree(document: Document, saved: list[Block]) -> Node:
    """The places of the examples, so that origins and messages find them."""
    items = tuple(Node(Kind.OBJECT, block.start, block.end) for block in saved)
    end = len(document.text)
    examples = Node(Kind.ARRAY, items[0].start if items else 0, end, items=items)
    return Node(Kind.OBJECT, 0, end, members=((Node(Kind.STRING, 0, 0, "examples"), examples),))


def _without_examples(found: list[Block]) -> str:
    if any(block.name in _METHODS or block.name == _CUSTOM for block in found):
        return WITHOUT_EXAMPLE
    return "a part of a Bruno collection that is no request over HTTP"


def _examples(document: Document, found: list[Block], saved: list[Block]) -> Iterator[Stub]:
    reader, left_out = Reader(document), 0
    notes = tuple(_notes(found))
    for index, block in enumerate(saved):
        steps: tuple[Step, ...] = ("examples", index)
        try:
            parts = {entry.name: entry for entry in entries(block.lines)}
            if "response" not in parts:
                left_out += 1
                continue
            call = replace(_call(parts.get("request"), block), notes=notes)
            answer = _answer(parts["response"])
            name = parts["name"].value if "name" in parts else ""
            yield reader.interaction(call, answer, name, *steps)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal, *steps)
    if left_out:
        yield Ignored(document.file, without_answers(left_out, len(saved)))


def _notes(found: list[Block]) -> Iterator[str]:
    """What the whole file says of its request: credentials, scripts."""
    for block in found:
        if block.name in _METHODS or block.name == _CUSTOM:
            try:
                yield from credential_notes(_values(block.lines).get("auth", ""))
            except Refusal:
                continue
        elif block.name == "script:pre-request":
            yield "a script may change what is sent"


def _values(lines: object) -> Mapping[str, str]:
    return {entry.name: entry.value for entry in entries(lines)} if isinstance(lines, tuple) else {}


def _call(request: Entry | None, block: Block) -> Call:
    if request is None or request.lines is None:
        raise Refusal("the example has no `request`", block.start)
    url, method, mode = "", "GET", ""
    headers: tuple[Header, ...] = ()
    path_values: Mapping[str, str] = {}
    bodies: dict[str, Entry] = {}
    for entry in entries(request.lines):
        match entry.name:
            case "url":
                url = entry.value
            case "method":
                method = entry.value.upper() or method
            case "mode":
                mode = entry.value
            case "headers":
                headers = _pairs(entry)
            case "params:path":
                path_values = dict(_pairs(entry))
            case name if name.startswith("body:"):
                bodies[name.removeprefix("body:")] = entry
    if not url:
        raise Refusal("the example's `request` has no `url`", request.start)
    return Call(method, url, headers, path_values, _body(mode, bodies))


def _pairs(entry: Entry) -> tuple[Header, ...]:
    return tuple((pair.name, pair.value) for pair in entries(entry.lines or ()) if pair.is_enabled)


def _body(mode: str, bodies: Mapping[str, Entry]) -> Body:
    """The body of the mode, or the only one there is."""
    kind = _MODES.get(mode, mode) or next(iter(bodies), "none")
    entry = bodies.get(kind)
    if kind in _FORMS:
        is_form = kind == "form-urlencoded" and entry is not None
        return Body(kind, pairs=_pairs(entry) if is_form and entry is not None else ())
    variables = bodies.get("graphql:vars")
    return Body(kind, _block_text(entry), _block_text(variables))


def _block_text(entry: Entry | None) -> str:
    return text_of(entry.lines, *_REQUEST) if entry is not None and entry.lines is not None else ""


def _answer(response: Entry) -> Answer:
    parts = {entry.name: entry for entry in entries(response.lines or ())}
    status = _status(parts.get("status"), response)
    headers = _pairs(parts["headers"]) if "headers" in parts else ()
    if "body" not in parts:
        return Answer(status, headers)
    body = {entry.name: entry for entry in entries(parts["body"].lines or ())}
    content = body.get("content")
    kind = body["type"].value if "type" in body else ""
    if content is None:
        return Answer(status, headers, None, kind)
    text = content.value if content.lines is None else text_of(content.lines, *_CONTENT)
    return Answer(status, headers, text, kind)


def _status(entry: Entry | None, response: Entry) -> int:
    values = _values(entry.lines) if entry is not None else {}
    code = unswapped(values.get("code", ""), values.get("text", ""))
    try:
        status = as_status(code or None, "status", "code")
    except Refusal as refusal:
        raise Refusal(refusal.reason, entry.start if entry is not None else response.start) from refusal
    if not status:
        raise Refusal("the example's `response` has no status `code`", response.start)
    return status
