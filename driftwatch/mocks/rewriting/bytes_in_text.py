"""Bytes that a file spells as text: base64 or hexadecimal digits, alone or as a list of chunks."""

import base64
import binascii
import json

from driftwatch.mocks.answers.bodies import from_base64
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.home import Body


def decoded(spelled: str, home: Body) -> bytes:
    """The bytes. Raises ``Refusal`` if the text does not spell any."""
    try:
        return b"".join(_one(chunk, home) for chunk in _chunks(spelled, home))
    except (binascii.Error, ValueError) as error:
        raise Refusal("the body is not encoded as its file says") from error


def spelled_like(spelled: str, content: bytes, home: Body) -> str:
    """Other bytes in the same manner; of several chunks one remains."""
    first = next(iter(_chunks(spelled, home)), "")
    if not home.is_chunked:
        return _like(spelled, content, home)
    return json.dumps([_like(first, content, home)])


def _chunks(spelled: str, home: Body) -> list[str]:
    if not home.is_chunked:
        return [spelled]
    chunks = json.loads(spelled)
    if not isinstance(chunks, list) or not all(isinstance(chunk, str) for chunk in chunks):
        raise Refusal("the body is not a list of encoded chunks")
    return chunks


def _one(chunk: str, home: Body) -> bytes:
    return bytes.fromhex(chunk) if home.is_hex else from_base64(chunk)


def _like(spelled: str, content: bytes, home: Body) -> str:
    if not home.is_hex:
        return base64_like(spelled, content)
    return content.hex().upper() if spelled != spelled.lower() else content.hex()


def base64_like(spelled: str, content: bytes) -> str:
    """Base64 of these bytes in the line lengths and the padding that another has."""
    lines = spelled.split("\n")
    compact = "".join(spelled.split())
    packed = base64.b64encode(content).decode("ascii")
    if not compact.endswith("=") and len(compact) % 4:
        packed = packed.rstrip("=")
    if len(lines) == 1:
        return packed
    width = max(len(lines[0].strip("\r")), 1)
    newline = "\r\n" if lines[0].endswith("\r") else "\n"
    wrapped = newline.join(packed[start : start + width] for start in range(0, len(packed), width))
    return wrapped + (newline if not lines[-1] else "")
