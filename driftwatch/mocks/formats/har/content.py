"""A HAR answer's body: text, base64, a file beside the archive, or Polly.js's list of encoded chunks."""

import binascii
import json
import re
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text, from_base64
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object, as_text
from driftwatch.mocks.text.opening import content_of
from driftwatch.model.interaction import Header

_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")


class Content(Struct, frozen=True):
    """What an entry says of its answer's body."""

    body: bytes | None
    media_type: str
    file: str = ""
    notes: tuple[str, ...] = ()


def read_content(
    value: object, headers: tuple[Header, ...], document: Document, *steps: Step, is_polly: bool
) -> Content:
    """The body as stored; ``None`` if it was not captured, which is not the same as empty. Raises ``Refusal``."""
    here = (*steps, "response", "content")
    fields = as_object(value, *here)
    media_type = as_text(fields.get("mimeType"), *here, "mimeType")
    if fields.get("_file"):
        return _attached(as_text(fields["_file"], *here, "_file"), media_type, document)
    if fields.get("text") is None:
        return Content(None, media_type, notes=("its body was not captured",) if fields else ())
    text = as_text(fields["text"], *here, "text")
    is_base64 = as_text(fields.get("encoding"), *here, "encoding").lower() == "base64"
    try:
        if is_polly and value_of(headers, "content-encoding") and text.lstrip().startswith("["):
            return Content(_chunks(text, is_base64=is_base64), media_type)
        body = from_base64(text) if is_base64 else encode_text(text, value_of(headers, "content-type") or media_type)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=(*here, "text")) from refusal
    return Content(body, media_type)


def _chunks(text: str, *, is_base64: bool) -> bytes:
    """Polly.js stores encoded answers as a JSON list of chunks: base64 where it says so, hexadecimal where not."""
    try:
        chunks = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("the list of encoded chunks is not JSON") from error
    if not isinstance(chunks, list) or not all(isinstance(chunk, str) for chunk in chunks):
        raise Refusal("the list of encoded chunks has something else than text in it")
    joined = "".join(chunks)
    if is_base64:
        return b"".join(from_base64(chunk) for chunk in chunks)
    if not _HEX.fullmatch(joined):
        raise Refusal("the encoded chunks are neither base64 nor hexadecimal")
    return binascii.unhexlify(joined)


def _attached(name: str, media_type: str, document: Document) -> Content:
    """Playwright's ``attach`` mode: the body is a file in the archive's own folder."""
    folder = document.path.parent
    path = folder / name
    if "\0" in name:
        raise Refusal("the name of the attached body is not a file name")
    try:
        real = path.resolve()
        if not real.is_relative_to(folder.resolve()) or not real.is_relative_to(document.root.resolve()):
            raise Refusal(f"the attached body `{name}` is outside of the archive's folder")
        if not real.is_file():
            raise FileNotFoundError(real)
        body = content_of(real, document.limits.body_bytes, document.options.drafts)
    except (OSError, RuntimeError, UnicodeError) as error:
        raise Refusal(f"the attached body `{name}` is not there or cannot be opened") from error
    if len(body) > document.limits.body_bytes:
        raise Refusal(f"the attached body `{name}` is larger than {document.limits.body_bytes:,} bytes")
    return Content(body, media_type, path.relative_to(document.root).as_posix())
