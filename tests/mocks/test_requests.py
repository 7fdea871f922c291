"""Targets and headers: percent-encoding as sent, and nothing that identifies anyone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.mocks.asking.headers import safe_headers, with_accept, withheld
from driftwatch.mocks.asking.requests import Target, split_target, without_secrets


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://u:p@API.Example:8443/a%2Fb?x=1&y=%20#frag",
            Target("/a%2Fb", "x=1&y=%20", "https", "api.example:8443"),
        ),
        ("/a b/ü?q=ü&r=a+b", Target("/a%20b/%C3%BC", "q=%C3%BC&r=a+b")),
        ("http://a.example", Target("/", "", "http", "a.example")),
        ("http://a.example?x", Target("/", "x", "http", "a.example")),
        ("items/7", Target("/items/7")),
        ("//double", Target("//double")),
        ("/p[0]?a[]=1", Target("/p[0]", "a[]=1")),
        ("/x\r\nHost: evil", Target("/x%0D%0AHost:%20evil")),
    ],
)
def test_urls_are_taken_apart(url: str, target: Target) -> None:
    """Escapes stay as they are, what may not stand in a request line is encoded, user information is gone."""
    assert split_target(url) == target


@given(st.text(max_size=60))
def test_a_target_fits_into_a_request_line(url: str) -> None:
    """No text makes a path without slash, or one with blanks or control characters."""
    target = split_target(url)
    line = f"{target.path}?{target.raw_query}"
    assert target.path.startswith("/")
    assert line.isascii()
    assert not any(character.isspace() or ord(character) < 33 for character in line)


def test_credentials_leave_the_query() -> None:
    """Their pairs go, the others stay to the byte, and their names are told."""
    target, names = without_secrets(split_target("/x?a=%7e&api_key=1&b&Signature=z&key=short"))
    assert (target.raw_query, names) == ("a=%7e&b&key=short", ("api_key", "Signature"))
    target, names = without_secrets(split_target("/x?key=aaaaaaaaaaaaaaaaaaaa"))
    assert (target.raw_query, names) == ("", ("key",))


SENT = [
    ("Accept", "application/json"),
    ("Content-Type", "text/plain"),
    ("X-Tenant", "blue"),
    ("Stripe-Version", "2024-06-20"),
]
NOT_SENT = [
    ("Authorization", "Bearer x"), ("cookie", "a=b"), ("Host", "a"), ("X-Api-Key", "k"), ("X-CSRF-Token", "t"),
    ("X-Amz-Security-Token", "t"), ("If-None-Match", '"a"'), ("Range", "bytes=0-1"), ("Connection", "close"),
    ("User-Agent", "x"), ("Accept-Encoding", "gzip"), ("Content-Length", "3"), (":path", "/"),
    ("Sec-Fetch-Mode", "cors"),
    ("X-Own", "Bearer abc"), ("X-Own", "eyJhbGciOiJIUzI1NiJ9.e30.x"), ("X-Own", "<TOKEN>"), ("X-Own", "a\r\nb: c"),
    ("bad name", "x"), ("Traceparent", "00-1-2-01"), ("Idempotency-Key", "1"), ("Client-Secret", "x"),
]  # fmt: skip


def test_only_what_shapes_the_answer_is_sent() -> None:
    """Credentials, hop-by-hop, conditional and tracing headers and scrubbed or broken values stay behind."""
    assert safe_headers([*SENT, *NOT_SENT]) == tuple(SENT)


def test_withheld_credentials_are_named_once() -> None:
    """The config has to provide them, so they are told; a client's own decorations are not."""
    assert withheld([*NOT_SENT, ("authorization", "Basic x")])[:4] == (
        "authorization",
        "cookie",
        "x-api-key",
        "x-csrf-token",
    )
    assert "user-agent" not in withheld(NOT_SENT)


def test_accept_comes_from_the_mocked_media_type() -> None:
    """It is added where the mock asks for none, without parameters."""
    answer = [("content-type", "application/json; charset=utf-8")]
    assert with_accept((), answer) == (("Accept", "application/json"),)
    assert with_accept((("accept", "text/html"),), answer) == (("accept", "text/html"),)
    assert with_accept((), [("content-type", "x-unknown")]) == ()
