"""Stored bodies as the bytes a client would see: decompressed by what they are, not by what a header says.

Recorders store bodies decoded under a header that still says ``gzip``, and encoded under none (VCR.py: 504 of 519
measured bodies under ``Content-Encoding: gzip`` were compressed, 15 were text). The first bytes decide.
"""

import base64
import binascii
import codecs
import re
import zlib
from typing import Final

from driftwatch.mocks.answers import unpacking
from driftwatch.mocks.refusal import Refusal

_GZIP: Final = b"\x1f\x8b"
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_JSON_STARTS: Final = frozenset(bytes([first]) for first in b'{["-0123456789tfn')
_ARCHIVES: Final = re.compile(r"(?i)application/(?:x-)?(?:gzip|gtar|tgz|compressed|zip|zstd)|application/octet-stream")
_CHARSET: Final = re.compile(r"(?i);\s*charset\s*=\s*\"?([\w.:-]+)")
_GZIP_WINDOW: Final = 31
"""zlib's window bits for a gzip header (16) and the largest window (15)."""


def inflate(stored: bytes, content_type: str, content_encoding: str, limit: int) -> bytes:
    """The body without its content coding. Raises ``Refusal`` if it is cut, too large or in an unknown coding."""
    coding = content_encoding.strip().lower()
    if stored.startswith(_GZIP) and (coding or not _ARCHIVES.match(content_type)):
        return unpacking.deflate(stored, _GZIP_WINDOW, limit)
    if stored.startswith(_ZLIB) and coding == "deflate":
        return unpacking.deflate(stored, zlib.MAX_WBITS, limit)
    if coding == "deflate" and not _is_text(stored):
        return unpacking.deflate(stored, -zlib.MAX_WBITS, limit)
    if stored.startswith(_ZSTD) and (coding or not _ARCHIVES.match(content_type)):
        return unpacking.zstd(stored, limit)
    if coding == "br" and stored:
        return _from_brotli(stored, content_type, limit)
    if coding == "zstd" and not _is_text(stored):
        raise Refusal("the body is marked as compressed (zstd) and is not")
    return stored


def _from_brotli(stored: bytes, content_type: str, limit: int) -> bytes:
    """A brotli stream has no mark of its own: what it gives must be what the media type says, else it is none."""
    try:
        expanded = unpacking.brotli(stored, limit)
    except Refusal:
        if _is_text(stored):
            return stored
        raise
    return expanded if _fits(expanded, content_type) or not _is_text(stored) else stored


def _fits(body: bytes, content_type: str) -> bool:
    if "json" in content_type:
        return body.lstrip()[:1] in _JSON_STARTS
    return _is_text(body)


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def from_base64(text: str) -> bytes:
    """Bytes of base64 with or without line breaks and padding. Raises ``Refusal``."""
    compact = "".join(text.split()).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("the body is marked as base64 and is not") from error


def encode_text(text: str, content_type: str) -> bytes:
    """Text in the charset its media type names, else in UTF-8."""
    match = _CHARSET.search(content_type)
    try:
        return text.encode(codecs.lookup(match.group(1)).name if match else "utf-8")
    except (LookupError, UnicodeError):
        return text.encode("utf-8", "surrogatepass")


def has_no_body(method: str, status: int) -> bool:
    """Answers that have no body, whatever a mock stores for them (RFC 9110, 6.4.1)."""
    return method == "HEAD" or status in (204, 304) or 100 <= status < 200
