"""Bytes to documents, and what is wrong with those that are none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.shapes.decode import Problem, decode, duplicate_names, may_repeat_names
from driftwatch.shapes.depth import DEPTH_LIMIT
from tests.shapes.documents import DOCUMENTS


def nested(depth: int) -> bytes:
    """Arrays in each other."""
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "x"]}', {"a": [1, 2.5, None, True, "x"]}),
        (b' {"a":1}\r\n', {"a": 1}),
        (b"\xef\xbb\xbf{}", {}),
        (b"9007199254740993", 9007199254740993),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'["\\ud800", {"\\udfff": 1}]', ["\ufffd", {"\ufffd": 1}]),
        (b"-1e400", -1.7976931348623157e308),
        (b"-" + b"9" * 5000, -(2**1024)),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_is_json_is_read(raw: bytes, value: object) -> None:
    """Grammatical JSON is read, however odd, and whole numbers are exact."""
    decoded = decode(raw)
    assert decoded.problem is Problem.NONE
    assert decoded.value == value


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"10.0", float), (b"1e3", float), (b"10", int), (b"-0", int), (b"true", bool)]
)
def test_literals_keep_their_kind(raw: bytes, kind: type) -> None:
    """A fraction part or an exponent in the literal makes a float, nothing else does."""
    assert type(decode(raw).value) is kind


@pytest.mark.parametrize(
    ("problem", "raw"),
    [
        *((Problem.EMPTY, raw) for raw in (b"", b" \n", b"\xef\xbb\xbf")),
        *((Problem.NOT_STANDARD, raw) for raw in (b"NaN", b'{"a": -Infinity}', b"[Infinity]")),
        *((Problem.PREFIX, raw) for raw in (b")]}'\n{}", b"while(1);[]", b"for(;;);{}", b"{}&&{}", b"/**/{}")),
        *(
            (Problem.TRUNCATED, raw)
            for raw in (
                b"{", b"[1,", b'{"a"', b'{"a":', b'{"a": 1', b'{"a": "b', b"[tru", b"nul", b"[-", b"[1.", b"[1e",
                b'"a\\',                 b'"a\\u12', b'"\\ud83d\\ude', b'{"a": [{"b": 1}, ',
            )
        ),
        *(
            (Problem.NOT_JSON, raw)
            for raw in (b"<html>", b"{'a': 1}", b'{"a": 1,}', b"{} {}", b'{"a": 1}x', b'"a\x01b"', b"01", b"OK")
        ),
        *((Problem.ENCODING, raw) for raw in (b'"\xff"', '{"a": "é"}'.encode("latin-1"), '{"a": 1}'.encode("utf-16"))),
        *((Problem.TOO_DEEP, raw) for raw in (nested(DEPTH_LIMIT + 1), nested(5000), b"[" * 100_000)),
        (Problem.TOO_DEEP, b'{"a":' * 3000 + b"1" + b"}" * 3000),
    ],
)  # fmt: skip
def test_what_is_not_json_is_told_apart(problem: Problem, raw: bytes) -> None:
    """Each way of not being JSON has its name, and none raises."""
    decoded = decode(raw)
    assert decoded.problem is problem
    assert decoded.value is None


def test_a_document_may_be_as_deep_as_the_limit() -> None:
    """The limit itself is allowed."""
    assert decode(nested(DEPTH_LIMIT)).problem is Problem.NONE


def test_many_brackets_are_not_depth() -> None:
    """A long list of objects is wide, not deep."""
    assert decode(json.dumps([{"a": [i]} for i in range(1000)]).encode()).problem is Problem.NONE


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "latin1"])
def test_a_declared_charset_is_tried_where_utf8_fails(charset: str) -> None:
    """Old services say what they speak; their documents are read."""
    assert decode('{"a": "é"}'.encode("latin-1"), charset).value == {"a": "é"}


@pytest.mark.parametrize("charset", ["idna", "unicode_escape", "zlib", "no-such", ""])
def test_only_charsets_of_documents_are_tried(charset: str) -> None:
    """Other codecs of Python are no charsets of an answer."""
    assert decode(b'"\xff"', charset).problem is Problem.ENCODING


def test_utf8_wins_over_a_wrong_charset() -> None:
    """Bytes that are UTF-8 are UTF-8, whatever the header says (RFC 8259, 8.1)."""
    assert decode('"é"'.encode(), "iso-8859-1").value == "é"


def test_another_encoding_is_read_when_declared() -> None:
    """UTF-16 is not what JSON should come in, but it can be read."""
    assert decode('{"a": "é"}'.encode("utf-16"), "utf-16").value == {"a": "é"}


@given(DOCUMENTS)
def test_what_was_written_is_read(document: object) -> None:
    """Every document comes back, with the types it had."""
    assert repr(decode(json.dumps(document).encode()).value) == repr(json.loads(json.dumps(document)))


@given(st.binary(max_size=30))
def test_no_bytes_raise(raw: bytes) -> None:
    """Bytes are a document or have a problem."""
    decoded = decode(raw)
    assert decoded.value is None or not decoded.problem


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        (b'{"a": 1, "b": 2}', ()),
        (b'[{"a": 1}, {"a": 2}]', ()),
        (b'{"a": 1, "a": 1}', ("/a",)),
        (b'{"a": 1, "b": 1, "a": 2, "b": 2, "a": 3}', ("/a", "/b")),
        (b'{"x": [{"y": {"a": 1, "a": 2}}, {"y": {"a": 1, "a": 2}}]}', ("/x/*/y/a",)),
        (b'{"a/b": 1, "a/b": 2}', ("/a~1b",)),
        (b'\xef\xbb\xbf{"a": 1, "a": 2}', ("/a",)),
        (b'{"a": 1, "a": 2', ()),
        (b'{"a": 1, "a": ' + nested(900) + b"}", ()),
        (b'"\xff"', ()),
    ],
)
def test_repeated_names_are_found(raw: bytes, paths: tuple[str, ...]) -> None:
    """A name that one object has twice is told with its path, once."""
    assert duplicate_names(raw) == paths


@pytest.mark.parametrize(
    ("raw", "may"),
    [
        (b'{"a":1,"b":"x"}', False),
        (b' { "a" : 1.0 , "b" : "\\"\\/\\u00e9" } ', False),
        (b'{"a": 123456789012345678901234567890, "b": 1e2}', False),
        (b'{"a": 1, "a": 1}', True),
        (b'[{"a": [{"b": 1, "b": {}}]}]', True),
        (b'{"a": 1, "\\u0061": 1}', True),
        (b'{"a": "\\u0022\\u0022", "b": 1, "b": 1}', True),
        (b'{"a": "\\u0022"}', True),
    ],
)
def test_a_cheap_look_tells_that_no_name_is_repeated(raw: bytes, may: bool) -> None:
    """White space and other spellings are no repeated names; a quote spelled as a number leaves it in doubt."""
    assert may_repeat_names(raw, decode(raw).value) is may


_PIECES = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"\\""', '"\\u0022"', '"\\\\u0022"', '""', '"\\\\"'])
_TEXTS = st.recursive(
    _PIECES | st.sampled_from(["1", "1.00", "-0", "null", "1E400", "98765432109876543210"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda texts: f"[ {', '.join(texts)}]")
        | st.lists(st.tuples(_PIECES, inner), max_size=4).map(
            lambda members: "{" + ",".join(f"{name}: {text}" for name, text in members) + "}"
        )
    ),
    max_leaves=12,
)


@given(_TEXTS)
def test_the_cheap_look_overlooks_no_repeated_name(text: str) -> None:
    """Whatever the spelling, where it says no there is none."""
    raw = text.encode()
    decoded = decode(raw)
    assert not decoded.problem
    assert may_repeat_names(raw, decoded.value) or duplicate_names(raw) == ()
