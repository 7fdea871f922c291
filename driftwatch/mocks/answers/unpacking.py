"""Compressed streams of strangers, unpacked within a limit and only if they are whole."""

import sys
import zlib

from driftwatch.mocks.refusal import Refusal


def deflate(stored: bytes, window: int, limit: int) -> bytes:
    """A gzip, zlib or bare stream, by zlib's window bits. Raises ``Refusal``."""
    stream = zlib.decompressobj(window)
    try:
        expanded = stream.decompress(stored, limit + 1)
    except zlib.error as error:
        raise _damaged(error) from error
    return _whole(expanded, limit, is_finished=stream.eof)


def brotli(stored: bytes, limit: int) -> bytes:
    """A brotli stream (RFC 7932). Raises ``Refusal``."""
    import brotli as library  # noqa: PLC0415 - rare, and every start would pay for it

    stream = library.Decompressor()
    try:
        expanded = stream.process(stored, output_buffer_limit=limit + 1)
    except library.error as error:
        raise _damaged(error) from error
    return _whole(expanded, limit, is_finished=stream.is_finished())


def zstd(stored: bytes, limit: int) -> bytes:
    """A Zstandard frame (RFC 8878). Raises ``Refusal``."""
    if sys.version_info >= (3, 14):
        from compression import zstd as library  # noqa: PLC0415 - rare, and every start would pay for it
    else:
        from backports import zstd as library  # noqa: PLC0415

    stream = library.ZstdDecompressor()
    try:
        expanded = stream.decompress(stored, limit + 1)
    except library.ZstdError as error:
        raise _damaged(error) from error
    return _whole(expanded, limit, is_finished=stream.eof)


def _damaged(error: Exception) -> Refusal:
    return Refusal(f"the stored body does not decompress: {error}")


def _whole(expanded: bytes, limit: int, *, is_finished: bool) -> bytes:
    if len(expanded) > limit:
        raise Refusal(f"the stored body expands to more than {limit:,} bytes")
    if not is_finished:
        raise Refusal("the stored body is cut: its compressed stream does not end")
    return expanded
