"""The words of complaints: how a value is quoted without giving a secret away, and which known word was meant."""

import re
from collections.abc import Collection, Iterable
from typing import Final

from driftwatch.model.secret import MASK

HIDDEN: Final = "found a literal value, not shown because it may be a secret"

_QUOTE_LIMIT: Final = 100
_USER_INFO: Final = re.compile(r"//.*@", re.DOTALL)
_LOGIN: Final = re.compile(r"^.*:.*@", re.DOTALL)
_QUERY: Final = re.compile(r"\?.*", re.DOTALL)
_NUMBER_LIKE: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")

MEANT: Final = {
    "base_url": "target", "baseurl": "target", "endpoint": "target", "host": "target", "server": "target",
    "url": "target",
    "cassettes": "mocks", "mappings": "mocks", "path": "mocks", "paths": "mocks", "stubs": "mocks",
    "apikey": "api_key", "oauth": "bearer", "password": "basic", "token": "bearer", "user": "username",
    "services": "providers", "provider": "providers",
    "ca": "verify", "tls": "verify", "ssl": "verify",
    "error": "breaking", "high": "breaking", "medium": "warning", "low": "info", "off": "never", "none": "never",
}  # fmt: skip
"""Words that other tools use, and ours for them; asked only where ours is allowed."""


def quote(text: str) -> str:
    """A text between backticks: short, on one line, and without the user info and query of a URL."""
    is_url = "//" in text
    text = _USER_INFO.sub(f"//{MASK}@", text) if is_url else _LOGIN.sub(f"{MASK}@", text)
    text = _QUERY.sub(f"?{MASK}", text) if is_url else text
    if len(text) > _QUOTE_LIMIT:
        text = text[: _QUOTE_LIMIT - 1] + "…"
    visible = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f"`{visible}`"


def describe(value: object) -> str:
    """A written value in a few words: ``the text `abc```, ``the number `-3```, ``a list of 2``."""
    match value:
        case None:
            return "there is no value"
        case bool():
            return f"found `{str(value).lower()}`"
        case int() | float():
            return f"found the number `{value}`"
        case str() if not value.strip():
            return "found an empty text"
        case str() if _NUMBER_LIKE.fullmatch(value):
            return f"found the number {quote(value)} in quotes, which make it a text"
        case str():
            return f"found the text {quote(value)}"
        case list():
            return f"found a list of {len(value)}" if value else "found an empty list"
        case dict():
            return f"found the keys {listing(value)}" if value else "found no keys"
    raise TypeError(f"not a written value: {type(value)}")


def allude(value: object) -> str:
    """A written value that may be a secret, in words that tell nothing of it."""
    match value:
        case None:
            return describe(value)
        case list() | dict():
            return f"found {len(value)} {'item' if isinstance(value, list) else 'key'}{'' if len(value) == 1 else 's'}"
    return HIDDEN


def listing(words: Iterable[str]) -> str:
    """Words side by side, each quoted."""
    return ", ".join(map(quote, words))


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that was most likely meant; ``None`` if none is near.

    Case, hyphens and underscores do not count: ``bodyLimit`` and ``body-limit`` are near ``body_limit``.
    """
    plain = {_plain(candidate): candidate for candidate in known}
    if _plain(word) in plain:
        return plain[_plain(word)]
    if MEANT.get(word.lower()) in known:
        return MEANT[word.lower()]
    from difflib import get_close_matches  # noqa: PLC0415 - loaded on demand: only for a mistake

    near = get_close_matches(_plain(word), plain, n=1, cutoff=0.6)
    return plain[near[0]] if near else None


def guess(word: str, known: Collection[str]) -> str:
    """A sentence with the nearest guess and what else is allowed, ready to stand as a remedy."""
    near = nearest(word, known)
    allowed = f"Allowed here: {listing(sorted(known))}."
    return f"Did you mean {quote(near)}? {allowed}" if near else allowed


def _plain(word: str) -> str:
    return re.sub(r"[-_ ]", "", word).lower()
