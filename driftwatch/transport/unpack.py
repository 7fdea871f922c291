"""A body out of its content-encoding, within a limit and only if it is whole.

urllib3 could do it, but takes a packed body that stops in the middle for a complete one. The packing knows its own end,
and a document that lost its second half on the way would look like drift.
"""

import zlib
from typing import Final

_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_BARE: Final = -zlib.MAX_WBITS
"""``deflate`` without the zlib wrapper: wrong by RFC 9110, 8.4.1.2, and sent by some servers nevertheless."""

ACCEPTED: Final = "gzip, deflate"
"""What we ask for, and all that ``unpack`` knows: what needs no further library."""


class UnpackError(Exception):
    """The body is not what its content-encoding says; the message says in which way."""


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """The decoded body, at most ``limit + 1`` bytes of it, so that one can tell whether there was more.

    ``body`` holds at most ``limit + 1`` bytes, too: if it is that long, it was cut, and then it may end anywhere.
    """
    codings = [coding.strip() for coding in encoding.lower().split(",")]
    if not _PLAIN.union(_PACKED).issuperset(codings):
        raise UnpackError("a content-encoding that was not asked for")
    packings = [coding for coding in codings if coding in _PACKED]
    if len(packings) > 1:
        raise UnpackError("a body that is packed more than once")
    if not packings or not body:
        return body
    try:
        return _inflate(body, limit + 1, _GZIP_OR_ZLIB, may_end_early=len(body) > limit)
    except zlib.error:
        if packings != ["deflate"]:
            raise UnpackError("the body does not decode as its content-encoding says") from None
    try:
        return _inflate(body, limit + 1, _BARE, may_end_early=len(body) > limit)
    except zlib.error:
        raise UnpackError("the body does not decode as its content-encoding says") from None


def _inflate(packed: bytes, most: int, window: int, *, may_end_early: bool) -> bytes:
    """All members of the packed body (RFC 1952, 2.2 allows several); what follows the last is ignored, as curl does."""
    members: list[bytes] = []
    room = most
    while packed and room:
        stream = zlib.decompressobj(window)
        try:
            members.append(stream.decompress(packed, room))
        except zlib.error:
            if not members:
                raise
            break
        room -= len(members[-1])
        if room and not stream.eof and not may_end_early:
            raise UnpackError("the packed body ends in the middle")
        packed = stream.unused_data
    return b"".join(members)
