"""No credential is shown, whatever spelling it comes in."""

import pytest

from driftwatch.model.secret import MASK, Secret
from driftwatch.transport.redact import redact_headers, redact_text, redact_url


def test_headers_are_masked_by_name() -> None:
    """A credential's value goes whole, the rest stays as it is."""
    headers = (("Accept", "a/b"), ("Authorization", "Bearer hunter2"), ("Set-Cookie", "a=hunter2"))
    assert redact_headers(headers) == (("Accept", "a/b"), ("Authorization", MASK), ("Set-Cookie", MASK))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h.example/a?b=c", "https://h.example/a?b=c"),
        ("https://me:hunter2@h.example:1/a", "https://h.example:1/a"),
        ("https://h.example/?a=1&api_key=hunter2&b=2", f"https://h.example/?a=1&api_key={MASK}&b=2"),
        ("https://h.example/?X-Amz-Signature=hunter2", f"https://h.example/?X-Amz-Signature={MASK}"),
        ("https://h.example/?api%5Fkey=hunter2", f"https://h.example/?api%5Fkey={MASK}"),
        ("https://h.example/#access_token=hunter2", "https://h.example/"),
        ("https://[hunter2", MASK),
    ],
)
def test_urls_are_masked(url: str, shown: str) -> None:
    """User info and fragment go, query values go by their names."""
    assert redact_url(url) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"user": 1, "access_token": "hunter2", "b": 2}', '{"password":"hunt\\"hunter2"}', '{"client_secret": "hunter2',
        "Authorization: Basic hunter2", "sent bearer hunter2 to", "GET /x?token=hunter2&a=1", "set-cookie: a=hunter2",
        "https://me:hunter2@h.example/", "eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyIjoxfQ.hunter2", "apikey=hunter2",
    ],
)  # fmt: skip
def test_text_is_searched_for_credentials(text: str) -> None:
    """Every spelling of a credential in free text is masked."""
    assert "hunter2" not in redact_text(text)


def test_harmless_text_stays() -> None:
    """What holds no credential is not touched."""
    text = '{"key_figures": 3, "name": "token of thanks"} GET /users?page=2 at https://h.example'
    assert redact_text(text) == text


def test_known_values_are_masked_wherever_they_stand() -> None:
    """A configured secret is masked by value, without any name beside it."""
    assert redact_text("it was hunter2!", [Secret("hunter2"), Secret("")]) == f"it was {MASK}!"
