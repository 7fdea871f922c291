"""The bytes of a changed file: its byte order mark, its charset and its compression as they were."""

import zlib

from driftwatch.mocks.text.documents import Document


def encoded(document: Document, before: bytes, text: str) -> bytes:
    """The file with another text."""
    content = text.encode(document.encoding, "surrogatepass")
    if document.has_mark:
        content = "\ufeff".encode(document.encoding) + content
    if not document.is_packed:
        return content
    old = _unpacked(before)
    levels = (level for level in range(1, 10) if zlib.compress(old, level) == before)
    return zlib.compress(content, next(levels, zlib.Z_DEFAULT_COMPRESSION))


def _unpacked(stored: bytes) -> bytes:
    return zlib.decompress(stored)
