"""Requests as mocks spell them: an URL taken apart, its query read, and what of it may be sent."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from driftwatch.mocks.answers.scrubbed import is_scrubbed
from driftwatch.model.interaction import Query

_URL: Final = re.compile(r"(?s)(?:([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?")
_UNSENT_PATH: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%\[\]]")
_UNSENT_QUERY: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%\[\]]")
_SAFE: Final = "-._~!$&'()*+,;=:@/%[]"
_SECRET: Final = frozenset(
    [
        "api_key", "apikey", "api-key", "token", "access_token", "refresh_token", "id_token", "auth_token",
        "client_secret", "secret", "sig", "signature", "password", "passwd", "x-amz-signature", "x-amz-security-token",
        "x-amz-credential", "x-goog-signature", "x-goog-credential", "subscription-key", "user_key",
    ]
)  # fmt: skip
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,}")


class Target(msgspec.Struct, frozen=True):
    """Where an URL points."""

    path: str
    """Percent-encoded as sent, with its leading slash."""
    raw_query: str = ""
    scheme: str = ""
    authority: str = ""
    """Host and port, without user information; empty for a path."""

    @property
    def query(self) -> Query:
        """The decoded pairs in their order."""
        return parse_query(self.raw_query)

    @property
    def origin(self) -> str:
        """``scheme://host:port``, or empty."""
        return f"{self.scheme}://{self.authority}" if self.authority else ""


def split_target(url: str) -> Target:
    """Take an URL or a path with query apart. What may not stand in a request line is percent-encoded; escapes stay."""
    match = _URL.fullmatch(url.strip())
    scheme, authority, path, query = match.groups(default="") if match else ("", "", url, "")
    if not path.startswith("/"):
        path = f"/{path}"
    return Target(encode_path(path), encode_query_text(query), scheme.lower(), authority.rpartition("@")[2].lower())


def encode_path(path: str) -> str:
    """A path as it may stand in a request line; escapes that are there stay as they are."""
    return _UNSENT_PATH.sub(_escape, path) if _UNSENT_PATH.search(path) else path


def encode_segment(text: str) -> str:
    """A value as one segment of a path (RFC 3986, 3.3)."""
    return quote(text, safe="-._~!$&'()*+,;=:@", errors="replace")


def encode_query_text(query: str) -> str:
    """A raw query as it may stand in a request line; escapes that are there stay as they are."""
    return _UNSENT_QUERY.sub(_escape, query) if _UNSENT_QUERY.search(query) else query


def _escape(match: re.Match[str]) -> str:
    return quote(match.group(), safe=_SAFE, errors="replace")


def parse_query(raw: str) -> Query:
    """Decoded pairs of a query; blank values count, ``+`` is a space."""
    return _parse_query(raw) if raw else ()


@lru_cache(maxsize=64)
def _parse_query(raw: str) -> Query:
    """Kept for a moment, since one stub's query is looked at several times in a row."""
    if "%" not in raw and "+" not in raw:  # nothing to decode: what ``parse_qsl`` does, in a quarter of its time
        parts = [part.partition("=") for part in raw.split("&") if part]
        return tuple([(name, value) for name, _, value in parts])
    return tuple(parse_qsl(raw, keep_blank_values=True, errors="replace"))


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs as a query or as a form body (``application/x-www-form-urlencoded``)."""
    return urlencode([(name, value) for name, value in pairs], errors="replace")


def is_secret(name: str, value: str) -> bool:
    """Whether a query pair is a credential: by its name, or called ``key`` and long enough to be one."""
    lowered = name.lower()
    return lowered in _SECRET or (lowered == "key" and (bool(_KEY.fullmatch(value)) or is_scrubbed(value)))


def without_secrets(target: Target) -> tuple[Target, tuple[str, ...]]:
    """The target without credentials in its query, and the names of those left out."""
    if not target.raw_query:
        return target, ()
    secrets = tuple(dict.fromkeys(name for name, value in target.query if is_secret(name, value)))
    if not secrets:
        return target, ()
    kept = [part for part in target.raw_query.split("&") if not _has_name(part, secrets)]
    return Target(target.path, "&".join(kept), target.scheme, target.authority), secrets


def _has_name(part: str, names: tuple[str, ...]) -> bool:
    return any(name in names for name, _ in parse_query(part))
