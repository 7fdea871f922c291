"""What is kept of a URL."""

import pytest

from driftwatch.plugin.address import cleaned, writable


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/a/b", "https://example.com/a/b"),
        ("https://example.com/a?token=s3cret#s3cret", "https://example.com/a"),
        ("https://example.com?token=s3cret/x", "https://example.com"),
        ("https://example.com#a?b", "https://example.com"),
        ("https://ann:s3cret@example.com:8443/a@b", "https://example.com:8443/a@b"),
        ("https://ann:s3cret@b@example.com", "https://example.com"),
        ("/orders/1?x=s3cret", "/orders/1"),
        ("mock://test.com/users/ann@example.com", "mock://test.com/users/ann@example.com"),
        ("", ""),
        ("https://example.com/" + "x" * 9000, "https://example.com/" + "x" * 1980),
    ],
)
def test_cleaned(url: str, kept: str) -> None:
    """No user info, no query, no fragment, no end without an end."""
    assert cleaned(url) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a/b.json", "a/b.json"), ("é\U0001f389", "é\U0001f389"), ("a\udcff/é", r"a\udcff/é"), ("a\0b", r"a\x00b")],
)
def test_writable(text: str, kept: str) -> None:
    """Files, channels and databases take it."""
    assert writable(text) == kept
