"""What may be shown of an exchange: everything that is logged or printed passes through here.

A name decides, not a look at the value: a header, query parameter or JSON member whose name stands for a credential is
masked whole. Text without names (an excerpt, a foreign message) is searched for the spellings credentials have.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import unquote_plus, urlsplit

from driftwatch.model.interaction import Header
from driftwatch.model.secret import MASK, Secret
from driftwatch.model.secret_names import is_secret_name


def redact_headers(headers: Iterable[Header]) -> tuple[Header, ...]:
    """The same headers, credentials masked."""
    return tuple((name, MASK if is_secret_name(name) else value) for name, value in headers)


def redact_url(url: str) -> str:
    """The URL without user info and fragment, credentials in its query masked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(_redact_pair(pair) for pair in parts.query.split("&")) if parts.query else ""
    return parts._replace(netloc=host, query=query, fragment="").geturl()


def _redact_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals and is_secret_name(unquote_plus(name)) else pair


_NAME: Final = (
    r"[\w.-]*(?:token|secret|signature|password|passwd|api[_-]?key|authorization|cookie)|x-amz-credential|sig|key"
)
_SPELLINGS: Final = (
    # "access_token": "…" (an escaped quote belongs to the value)
    (rf'(?i)("(?:{_NAME})"\s*:\s*)"(?:[^"\\]|\\.)*"?', rf'\g<1>"{MASK}"'),
    # Authorization: Bearer … up to the end of the line
    (r"(?im)^(\s*[\w-]*(?:authorization|cookie|api-key|-token|-secret)\s*:\s*).+$", rf"\g<1>{MASK}"),
    (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}", rf"\g<1> {MASK}"),
    # ?token=…&
    (rf"(?i)\b({_NAME})=[^\s&\"'#]+", rf"\g<1>={MASK}"),
    # https://user:password@host
    (r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@\"']+@", r"\g<1>"),
    # a JSON Web Token without a name beside it
    (r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*", MASK),
)


@cache
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(spelling), replacement) for spelling, replacement in _SPELLINGS)


def redact_text(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Free text with credentials masked: by their spelling, and by value where the values are known."""
    for secret in secrets:
        if value := secret.reveal():
            text = text.replace(value, MASK)
    for spelling, replacement in _spellings():
        text = spelling.sub(replacement, text)
    return text
