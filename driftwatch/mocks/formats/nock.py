"""nock's fixtures: what its recorder and ``nockBack`` write as objects, in JSON.

Facts from nock/nock @ 07fbfab (``recorder``, ``scope.define``, ``back``) and from recordings that nock 13.5.6 and
14.0.17 made. A list of definitions with ``scope`` and ``path``. ``rawHeaders`` is a flat list up to version 13 and an
object in 14; ``headers`` is older. A body that was JSON is stored as JSON, so a text that was JSON has lost its quotes;
one that is no UTF-8 is hexadecimal, and one with a content coding a list of hexadecimal chunks. Definitions of one
request are used up one after the other. ``filteringPath`` and its like are program code, and so is a recording that was
not made as objects.
"""

import binascii
import json
import re
from collections.abc import Iterator
from typing import Final, TypeGuard

from driftwatch.mocks.answers.bodies import encode_text
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text, as_whole
from driftwatch.model.interaction import Grade, Header

NAME: Final = "nock"

_MARKS: Final = re.compile(r"\A\s*\[\s*\{\s*\"scope\"\s*:\s*\"https?:")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")
_SCOPE: Final = re.compile(r"(?i)https?://[^/?#]")
_USUAL: Final = 200
_ANY_BODY: Final = "*"


def recognises(document: Document) -> bool:
    """A list of definitions with ``scope`` and ``path``; a broken file by its first words."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return _MARKS.match(document.text) is not None
    value = document.value
    return isinstance(value, list) and any(map(_is_definition, value))


def _is_definition(value: object) -> bool:
    if not isinstance(value, dict) or "path" not in value or not {"status", "reply", "response"} & set(value):
        return False
    scope = value.get("scope")
    return isinstance(scope, str) and "://" in scope


def read(document: Document) -> Iterator[Stub]:
    """Every definition, in the order in which nock uses them up."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
    elif isinstance(document.value, list):
        yield from read_all(document, NAME, _exchange)


def _exchange(entry: object, document: Document, *steps: Step) -> Exchange:
    fields = as_object(entry, *steps)
    headers = _header_map(fields.get("reqheaders"), *steps, "reqheaders")
    answer_headers = _answer_headers(fields, *steps)
    body, is_any = _asked_body(fields, headers)
    reason = "program code makes the path of what is asked (`filteringPath`)" if fields.get("filteringPath") else ""
    return Exchange(
        method=as_text(fields.get("method"), *steps, "method").upper() or "GET",
        url=_url(fields, *steps),
        headers=headers,
        body=body,
        status=_status(fields, *steps),
        answer_headers=answer_headers,
        answer_body=_answer_body(fields, answer_headers, document, *steps),
        notes=("any request body will do",) if is_any else (),
        grade=Grade.UNRESOLVABLE if reason else Grade.EXACT,
        reason=reason,
    )


def _url(fields: Object, *steps: Step) -> str:
    scope, path = as_text(fields.get("scope"), *steps, "scope"), as_text(fields.get("path"), *steps, "path")
    if not _SCOPE.match(scope):
        raise Refusal("`scope` must be an absolute URL", steps=(*steps, "scope"))
    port = fields.get("port")
    if port is not None and not re.search(r":\d+/?$", scope):
        scope = f"{scope.rstrip('/')}:{as_whole(port, *steps, 'port')}"
    return f"{scope.rstrip('/')}{path if path.startswith('/') else f'/{path}'}"


def _status(fields: Object, *steps: Step) -> int:
    """``status``; before, ``reply`` as text. Without either it is 200."""
    name = "reply" if fields.get("reply") is not None else "status"
    return as_status(fields.get(name), *steps, name) or _USUAL


def _answer_headers(fields: Object, *steps: Step) -> tuple[Header, ...]:
    raw = fields.get("rawHeaders")
    if isinstance(raw, list):
        texts = [as_text(value, *steps, "rawHeaders", index) for index, value in enumerate(raw)]
        return tuple(zip(texts[::2], texts[1::2], strict=False))
    name = "rawHeaders" if raw is not None else "headers"
    return _header_map(fields.get(name), *steps, name)


def _header_map(value: object, *steps: Step) -> tuple[Header, ...]:
    found: list[Header] = []
    for name, shown in as_object(value, *steps).items():
        texts = shown if isinstance(shown, list) else [shown]
        found += [(name, as_text(text, *steps, name)) for text in texts]
    return tuple(found)


def _asked_body(fields: Object, headers: tuple[Header, ...]) -> tuple[bytes | None, bool]:
    """The request's body, and whether any other would do as well (``*``)."""
    body = fields.get("body")
    if body is None or body == "":
        return None, False
    if body == _ANY_BODY:
        return None, True
    if isinstance(body, str):
        return encode_text(body, value_of(headers, "content-type")), False
    return json_text.encode(body).encode("utf-8", "surrogatepass"), False


def _answer_body(fields: Object, headers: tuple[Header, ...], document: Document, *steps: Step) -> bytes | None:
    body = fields.get("response")
    if body is None:
        return b""
    if is_in_chunks(body, headers):
        return binascii.unhexlify("".join(chunk for chunk in body if isinstance(chunk, str)))
    if not isinstance(body, str):
        return document.json(*steps, "response").encode("utf-8", "surrogatepass")
    if fields.get("responseIsBinary") is True:
        if body and not _HEX.fullmatch(body):
            raise Refusal("`response` is said to be binary and is not hexadecimal", steps=(*steps, "response"))
        return binascii.unhexlify(body)
    content_type = value_of(headers, "content-type")
    return encode_text(_with_quotes(body) if is_lost_text(body, content_type) else body, content_type)


def is_in_chunks(body: object, headers: tuple[Header, ...]) -> TypeGuard[list[object]]:
    """Whether a stored body is a list of hexadecimal chunks, as the recorder keeps one with a content coding."""
    if not isinstance(body, list) or not value_of(headers, "content-encoding"):
        return False
    chunks = "".join(chunk for chunk in body if isinstance(chunk, str))
    return all(isinstance(chunk, str) for chunk in body) and (not chunks or _HEX.fullmatch(chunks) is not None)


def is_lost_text(body: str, content_type: str) -> bool:
    """Whether the recorder parsed a JSON text and kept only what was between its quotes."""
    if not body or not re.match(r"(?i)application/(?:[\w.-]+\+)?json", content_type):
        return False
    try:
        json_text.decode(body)
    except (ValueError, RecursionError):
        return True
    return False


def _with_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
