"""The base URL of a provider."""

import pytest

from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.target import read_target


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("https://staging.example.com", "https://staging.example.com"),
        ("https://staging.example.com/", "https://staging.example.com"),
        ("http://127.0.0.1:8080/api/v1/", "http://127.0.0.1:8080/api/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://münchen.example", "https://münchen.example"),
    ],
)
def test_urls_lose_their_last_slash(written: str, target: str) -> None:
    """A mock's path, which begins with a slash, can be put behind what is read."""
    assert read_target(written) == target


@pytest.mark.parametrize(
    "written",
    [
        "", "/", "staging.example.com", "ftp://staging.example.com", "https://", "https:///path", "https://:8080",
        "https://host:0", "https://host:65536", "https://host:port", "https://[::1", "https://ho st", "https://host\n",
        "https://host\\@other", "https://user@host", "https://user:word@host", "https://host?", "https://host/?a=b",
        "https://host#", "https://host/#part",
    ],
)  # fmt: skip
def test_other_urls_are_refused(written: str) -> None:
    """What names no service, or carries more than its address, is refused without repeating a password."""
    with pytest.raises(RefusedError) as refused:
        read_target(written)
    assert "word@" not in str(refused.value)
