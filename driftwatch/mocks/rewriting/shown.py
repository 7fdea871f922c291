"""The text of a stored body, and how a changed one is stored again: base64, compression and charset as they were."""

import codecs
import re
import sys
import zlib
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import inflate
from driftwatch.mocks.refusal import Refusal

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_CHARSET: Final = re.compile(r"(?i);\s*charset\s*=\s*\"?([\w.:-]+)")
_ALL: Final = 1 << 30
_LEVELS: Final = (6, 9, 1)
"""zlib's levels, the likeliest first."""

Packs = Callable[[bytes], bytes]


class Stored(Struct, frozen=True):
    """A body's text, and the way back."""

    text: str
    encoding: str
    mark: bytes
    pack: Packs

    def stored(self, text: str) -> bytes:
        """The bytes that are stored for a text. Raises ``Refusal`` if its charset cannot say it."""
        try:
            return self.pack(self.mark + text.encode(self.encoding, "surrogatepass"))
        except UnicodeEncodeError as error:
            raise Refusal(f"the new body has characters that {self.encoding} has not") from error


def shown(stored: bytes, content_type: str, coding: str, limit: int) -> Stored:
    """What a body's stored bytes say as text. Raises ``Refusal`` if they are none."""
    plain = inflate(stored, content_type, coding, limit)
    pack: Packs = _same if plain is stored or plain == stored else _packer(stored, plain, coding)
    mark = codecs.BOM_UTF8 if plain.startswith(codecs.BOM_UTF8) else b""
    for encoding in _encodings(content_type):
        try:
            text = plain[len(mark) :].decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if mark + text.encode(encoding) == plain:
            return Stored(text, encoding, mark, pack)
    raise Refusal("the body is not text")


def _encodings(content_type: str) -> list[str]:
    match = _CHARSET.search(content_type)
    return [match.group(1), "utf-8"] if match else ["utf-8"]


def _same(plain: bytes) -> bytes:
    return plain


def _packer(stored: bytes, plain: bytes, coding: str) -> Packs:
    """The way of compression that makes the stored bytes again, else one of the same kind."""
    if stored.startswith(_GZIP):
        return _first([_gzip(stored, level) for level in _LEVELS], stored, plain)
    if stored.startswith(_ZSTD):
        return _zstd
    if coding.strip().lower() == "br":
        return _brotli
    window = zlib.MAX_WBITS if stored[:1] == b"\x78" else -zlib.MAX_WBITS
    return _first([_deflate(window, level) for level in _LEVELS], stored, plain)


def _first(ways: list[Packs], stored: bytes, plain: bytes) -> Packs:
    return next((way for way in ways if way(plain) == stored), ways[0])


def _deflate(window: int, level: int) -> Packs:
    def pack(plain: bytes) -> bytes:
        stream = zlib.compressobj(level, zlib.DEFLATED, window)
        return stream.compress(plain) + stream.flush()

    return pack


def _gzip(stored: bytes, level: int) -> Packs:
    """A gzip member (RFC 1952) with the header of the stored one, so that no time of today comes into the file."""
    header = _gzip_header(stored)

    def pack(plain: bytes) -> bytes:
        body = _deflate(-zlib.MAX_WBITS, level)(plain)
        return header + body + zlib.crc32(plain).to_bytes(4, "little") + (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")

    return pack


def _gzip_header(stored: bytes) -> bytes:
    flags, end = stored[3], 10
    if flags & 4:
        end += 2 + int.from_bytes(stored[end : end + 2], "little")
    for flag in (8, 16):  # a name, a comment
        if flags & flag:
            end = stored.index(b"\0", end) + 1
    return stored[: end + 2] if flags & 2 else stored[:end]


def _brotli(plain: bytes) -> bytes:
    import brotli as library  # noqa: PLC0415 - rare

    packed: bytes = library.compress(plain)
    return packed


def _zstd(plain: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd as library  # noqa: PLC0415 - rare
    else:
        from backports import zstd as library  # noqa: PLC0415
    packed: bytes = library.compress(plain)
    return packed
