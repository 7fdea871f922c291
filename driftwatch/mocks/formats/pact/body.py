"""The bodies of a contract: plain values up to version 3, ``{contentType, encoded, content}`` in version 4.

Versions 1 to 3 cannot tell a JSON string from raw text: a text under a JSON media type is read as the JSON it holds
and, where that is a single value, as a string too. Which of them is meant only the service can say; either will do.
"""

import re
from enum import Enum
from typing import Final, TypeGuard

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text, from_base64, inflate
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.pact.half import Half
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_text

_ENVELOPE: Final = frozenset({"content", "contents", "contentType", "encoded", "contentTypeHint"})
_JSON: Final = re.compile(r"(?i)[^;]*\bjson\b")
_XML: Final = re.compile(r"(?i)[^;]*\b(?:xml|html)\b")
_TEXT: Final = re.compile(r"(?i)text/|application/(?:javascript|graphql|sql|yaml|x-yaml)\b")
_FIELDS: Final = re.compile(r"(?i)application/x-www-form-urlencoded|multipart/")
_MARKUP: Final = re.compile(r"\s*<[?!A-Za-z]")
_WHOLE_DOCUMENT: Final = re.compile(r"\s*[{\[]")


class BodyKind(Enum):
    """Whose rules a body is compared by."""

    NONE = "no body"
    JSON = "a JSON document"
    TEXT = "text"
    BYTES = "bytes"
    MARKUP = "XML or HTML"
    FIELDS = "form fields or parts"


class Body(Struct, frozen=True):
    """One reading of a body."""

    kind: BodyKind
    content: bytes | None = None
    """``None``: the contract says nothing of a body. ``b""``: there must be none."""
    value: object = None
    """``JSON``: the document. ``TEXT``: the text."""
    media_type: str = ""
    """As the body itself or a header states it."""


def read_bodies(half: Half) -> tuple[Body, ...]:
    """The readings of a request's or an answer's body, the likeliest first. Raises ``Refusal``."""
    if "body" not in half.fields:
        return (Body(BodyKind.NONE),)
    at, value = (*half.steps, "body"), half.fields["body"]
    stated = value_of(half.headers, "content-type")
    if is_envelope(value, is_v4=half.is_v4):
        return _unwrap(value, stated, half.document, *at)
    if value is None or value == "":
        return _empty(stated)
    if isinstance(value, str):
        return _text(value, stated)
    return (_json(half.document, value, stated, *at),)


def is_envelope(value: object, *, is_v4: bool) -> TypeGuard[Object]:
    """Whether a body is wrapped as in version 4."""
    if not isinstance(value, dict) or not _ENVELOPE.issuperset(value):
        return False
    return is_v4 or ("content" in value and "contentType" in value and "encoded" in value)


def key_of(envelope: Object) -> str:
    """The member with the content; the text of version 4 calls it otherwise than all files do."""
    return "contents" if "contents" in envelope and "content" not in envelope else "content"


def coding_of(envelope: Object) -> str:
    """How the content is encoded: ``base64``, ``json`` (a whole document in a text), or not at all."""
    encoded = envelope.get("encoded", False)
    return encoded.lower() if isinstance(encoded, str) else "base64" if encoded is True else ""


def _unwrap(value: Object, stated: str, document: Document, *steps: Step) -> tuple[Body, ...]:
    key, coding = key_of(value), coding_of(value)
    if key not in value:
        return (Body(BodyKind.NONE),)
    content = value[key]
    media_type = as_text(value.get("contentType"), *steps, "contentType") or stated
    if content is None or content == "":
        return _empty(media_type)
    if not isinstance(content, str):
        return (_json(document, content, media_type, *steps, key),)
    if coding == "base64":
        return (_bytes(content, media_type, document.limits.body_bytes, *steps, key),)
    if coding == "json":
        return (_document(content, media_type),)
    if _JSON.match(media_type):
        return (Body(BodyKind.JSON, document.json(*steps, key).encode("utf-8", "surrogatepass"), content, media_type),)
    return (_plain(content, media_type),)


def _empty(media_type: str) -> tuple[Body, ...]:
    """No body; for JSON the document ``null`` is as good."""
    nothing = Body(BodyKind.NONE, b"", media_type=media_type)
    return (nothing, Body(BodyKind.JSON, b"null", None, media_type)) if _JSON.match(media_type) else (nothing,)


def _json(document: Document, value: object, media_type: str, *steps: Step) -> Body:
    return Body(BodyKind.JSON, document.json(*steps).encode("utf-8", "surrogatepass"), value, media_type)


def _document(text: str, media_type: str) -> Body:
    """Text that holds a whole JSON document; if it does not, it is no more than text."""
    try:
        value = json_text.decode(text)
    except (ValueError, RecursionError):
        return Body(BodyKind.TEXT, text.encode("utf-8", "surrogatepass"), text, media_type)
    return Body(BodyKind.JSON, text.encode("utf-8", "surrogatepass"), value, media_type)


def _text(text: str, media_type: str) -> tuple[Body, ...]:
    """A text of versions 1 to 3 in all its plausible readings."""
    if not _JSON.match(media_type):
        if not media_type and _WHOLE_DOCUMENT.match(text) and (whole := _document(text, "")).kind is BodyKind.JSON:
            return (whole,)
        return (_maybe_base64(text, media_type),)
    quoted = Body(BodyKind.JSON, json_text.encode(text).encode("utf-8", "surrogatepass"), text, media_type)
    whole = _document(text, media_type)
    if whole.kind is not BodyKind.JSON:
        return (quoted,)
    return (whole,) if _WHOLE_DOCUMENT.match(text) else (whole, quoted)


def _maybe_base64(text: str, media_type: str) -> Body:
    """Binary bodies of versions 2 and 3 are base64 without a mark."""
    if media_type and not any(known.match(media_type) for known in (_TEXT, _XML, _FIELDS)):
        try:
            return Body(BodyKind.BYTES, from_base64(text), media_type=media_type)
        except Refusal:
            return Body(BodyKind.TEXT, encode_text(text, media_type), text, media_type)
    return _plain(text, media_type)


def _plain(text: str, media_type: str) -> Body:
    content = encode_text(text, media_type)
    if _XML.match(media_type) or (not media_type and _MARKUP.match(text)):
        return Body(BodyKind.MARKUP, content, text, media_type)
    if _FIELDS.match(media_type):
        return Body(BodyKind.FIELDS, content, text, media_type)
    return Body(BodyKind.TEXT, content, text, media_type)


def _bytes(text: str, media_type: str, limit: int, *steps: Step) -> Body:
    try:
        content = inflate(from_base64(text), media_type, "", limit)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal
    if not _JSON.match(media_type):
        decoded = _decoded(content) if any(known.match(media_type) for known in (_TEXT, _XML, _FIELDS)) else None
        return Body(BodyKind.BYTES, content, media_type=media_type) if decoded is None else _plain(decoded, media_type)
    found = _document(content.decode("utf-8", "replace"), media_type)
    return Body(found.kind, content, found.value, media_type)


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None
