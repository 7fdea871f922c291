"""Stored bodies and dates."""

import gzip
import sys
import zlib
from datetime import UTC, datetime

import brotli
import pytest

from driftwatch.mocks.answers.bodies import encode_text, from_base64, inflate
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stored", "content_type", "encoding", "body"),
    [
        (gzip.compress(b"hi", mtime=0), "text/plain", "gzip", b"hi"),
        (gzip.compress(b"hi", mtime=0), "text/plain", "", b"hi"),
        (b"hi", "text/plain", "gzip", b"hi"),
        (zlib.compress(b"hi"), "text/plain", "deflate", b"hi"),
        (zlib.compress(b"hi" * 9)[2:-4], "text/plain", "deflate", b"hi" * 9),
        (gzip.compress(b"hi", mtime=0), "application/gzip", "", gzip.compress(b"hi", mtime=0)),
        ("é".encode(), "text/plain", "br", "é".encode()),
        (brotli.compress(b'{"a": 1}'), "application/json", "br", b'{"a": 1}'),
        (brotli.compress("é".encode()), "text/plain", "br", "é".encode()),
        (b'{"a": 1}', "application/json", "br", b'{"a": 1}'),
        (b"\x06", "text/plain", "br", b""),  # an empty stream, which happens to be text
        (b"\x06", "application/json", "br", b"\x06"),
        (zstd.compress(b"hi"), "text/plain", "zstd", b"hi"),
        (zstd.compress(b"hi"), "text/plain", "gzip", b"hi"),
        (zstd.compress(b"hi"), "application/zstd", "", zstd.compress(b"hi")),
        (b"hi", "text/plain", "zstd", b"hi"),
    ],
)
def test_the_first_bytes_decide(stored: bytes, content_type: str, encoding: str, body: bytes) -> None:
    """A body is decompressed if it is compressed, whatever its header says; an archive is a body of its own."""
    assert inflate(stored, content_type, encoding, 1000) == body


@pytest.mark.parametrize(
    ("stored", "encoding", "words"),
    [
        (gzip.compress(b"0" * 5000, mtime=0), "gzip", "expands to more than"),
        (gzip.compress(b"hello", mtime=0)[:-9], "gzip", "does not end"),
        (b"\x1f\x8bgarbage", "gzip", "does not decompress"),
        (b"\xff\xff\xff", "br", "does not decompress"),
        (brotli.compress(b"0" * 5000), "br", "expands to more than"),
        (brotli.compress(bytes(range(256)))[:-9], "br", "does not end"),
        (zstd.compress(b"0" * 5000), "zstd", "expands to more than"),
        (zstd.compress(b"hello")[:-3], "zstd", "does not end"),
        (b"\x28\xb5\x2f\xfd\xff\xff\xff\xff", "zstd", "does not"),
        (b"\xff\xfe", "zstd", "is not"),
    ],
)
def test_what_cannot_be_opened_is_refused(stored: bytes, encoding: str, words: str) -> None:
    """Bombs, cut streams and codings without a decoder have reasons of their own."""
    with pytest.raises(Refusal, match=words):
        inflate(stored, "text/plain", encoding, 1000)


def test_text_is_encoded_as_its_type_says() -> None:
    """The charset parameter counts; an unknown one, or one that cannot spell the text, gives UTF-8."""
    assert encode_text("é", "text/plain; charset=ISO-8859-1") == b"\xe9"
    assert encode_text("é", 'text/plain; charset="nope"') == "é".encode()
    assert encode_text("Ω", "text/plain; charset=latin-1") == "Ω".encode()
    assert encode_text("\ud800", "") == b"\xed\xa0\x80"


def test_base64_is_read_with_line_breaks_and_without_padding() -> None:
    """Writers differ; what is no base64 at all is refused."""
    assert from_base64("aGVs\n bG8") == b"hello"
    with pytest.raises(Refusal, match="base64"):
        from_base64("***")


@pytest.mark.parametrize(
    ("stated", "header", "moment", "source"),
    [
        ("2024-03-05T10:00:00.123456789Z", "", datetime(2024, 3, 5, 10, 0, 0, 123456, UTC), "file"),
        ("2024-03-05T10:00:00", "Wed, 06 Mar 2024 10:00:00 GMT", datetime(2024, 3, 5, 10, tzinfo=UTC), "file"),
        ("", "Wed, 06 Mar 2024 10:00:00 GMT", datetime(2024, 3, 6, 10, tzinfo=UTC), "header"),
        ("0001-01-01T00:00:00Z", "Wed, 06 Mar 2024 10:00:00 GMT", datetime(2024, 3, 6, 10, tzinfo=UTC), "header"),
        ("1970-01-01T00:00:00Z", "", None, ""),
        ("2031-01-01T00:00:00Z", "not a date", None, ""),
        ("0001-01-01T00:00:00+14:00", "Thu, 01 Jan 1970 00:00:00 GMT", None, ""),
    ],
)
def test_the_first_credible_date_counts(stated: str, header: str, moment: datetime | None, source: str) -> None:
    """The file's own time, then the answer's date; the year 1, the epoch and the future are nobody's."""
    assert recorded_at(stated, [("Date", header)], NOW) == (moment, source)
