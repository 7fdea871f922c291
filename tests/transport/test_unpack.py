"""Bodies come out of their packing whole, bounded, or not at all."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.transport.unpack import UnpackError, unpack

TEXT = b'{"name": "Ada", "name2": "Ada"}' * 20


def gzipped(body: bytes) -> bytes:
    """Gzip without the time of packing, which would give each test process other test names."""
    return gzip.compress(body, mtime=0)


def bare_deflate(body: bytes) -> bytes:
    """Deflate without wrapper."""
    return zlib.compress(body)[2:-4]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT), ("identity", TEXT), ("gzip", gzipped(TEXT)), ("X-GZIP", gzipped(TEXT)),
        ("deflate", zlib.compress(TEXT)), ("deflate", bare_deflate(TEXT)), ("identity, gzip", gzipped(TEXT)),
        ("gzip", gzipped(TEXT[:100]) + gzipped(TEXT[100:])), ("gzip", gzipped(TEXT) + b"padding"),
    ],
)  # fmt: skip
def test_what_is_packed_is_unpacked(encoding: str, packed: bytes) -> None:
    """Every encoding we ask for, in every spelling that is sent."""
    assert unpack(packed, encoding, 10_000) == TEXT


def test_nothing_is_nothing() -> None:
    """An empty body needs no packing, whatever its header says (an answer to HEAD)."""
    assert unpack(b"", "gzip", 100) == b""


@pytest.mark.parametrize(
    ("encoding", "packed", "words"),
    [
        ("gzip", b"no gzip at all", "does not decode"),
        ("deflate", b"\xff\xffno deflate", "does not decode"),
        ("gzip", gzipped(TEXT)[:-9], "ends in the middle"),
        ("gzip", gzipped(TEXT)[:30], "ends in the middle"),
        ("gzip", gzipped(TEXT)[:-8] + bytes(8), "does not decode"),
        ("deflate", zlib.compress(TEXT)[:-6], "ends in the middle"),
        ("br", b"x", "not asked for"),
        ("gzip, br", b"x", "not asked for"),
        ("gzip, gzip", gzipped(gzipped(TEXT)), "more than once"),
    ],
)
def test_what_is_not_whole_is_refused(encoding: str, packed: bytes, words: str) -> None:
    """Garbage, a lost end, a wrong checksum, an encoding of another kind."""
    with pytest.raises(UnpackError, match=words):
        unpack(packed, encoding, 10_000)


@pytest.mark.parametrize(("size", "length"), [(99, 99), (100, 100), (101, 101), (50_000, 101)])
def test_the_limit_bounds_what_is_unpacked(size: int, length: int) -> None:
    """One byte more than the limit is enough to know."""
    assert len(unpack(gzipped(bytes(size)), "gzip", 100)) == length


@given(st.binary(max_size=300), st.integers(1, 400))
def test_a_body_that_was_cut_is_no_liar(body: bytes, limit: int) -> None:
    """A packed body longer than the limit was cut by us, and yields what it holds; a shorter one is complete."""
    packed = gzipped(body)[: limit + 1]
    assert body.startswith(unpack(packed, "gzip", limit)[:limit])
