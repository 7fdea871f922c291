"""URLs and paths taken apart and put together again; what is disguised in them is for the caller to say."""

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?P<port>:[0-9]*)?"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?P<fragment>#.*)?"
)
_ESCAPE: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNSENT: Final = re.compile(r"[^A-Za-z0-9\-._~!$'()*,;:@]")
"""What is escaped in a segment or in a value (RFC 3986, 3.3 and 3.4)."""


class Url(Struct, frozen=True):
    """An URL with a host; user info is left behind."""

    scheme: str
    """With ``://``."""
    host: str
    port: str
    path: str
    query: str | None
    """As it stands."""


def take_apart(text: str) -> Url | None:
    """The parts of an URL; ``None`` if it has no host."""
    found = _URL.fullmatch(text)
    if found is None:
        return None
    return Url(found["scheme"], found["host"], found["port"] or "", found["path"] or "", found["query"])


def decoded(text: str) -> str:
    """Without percent signs, as UTF-8."""
    if "%" not in text:
        return text
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), text)


def encoded(text: str) -> str:
    """As one segment of a path, or one value of a query."""
    return _UNSENT.sub(lambda found: "".join(f"%{octet:02X}" for octet in found[0].encode("utf-8", "replace")), text)


def each_segment(path: str, change: Callable[[str, str], str]) -> str:
    """A path whose segments, decoded, have been changed by the one before and themselves.

    What did not change is spelled as it was.
    """
    segments = path.split("/")
    return "/".join(
        _changed(segment, before, change) for before, segment in zip(["", *segments], segments, strict=False)
    )


def each_pair(query: str, change: Callable[[str, str], str]) -> str:
    """A query or a form whose values, decoded, have been changed by name and value.

    What stands there without a name is a value of no name.
    """
    return "&".join(_changed_pair(pair, change) for pair in query.split("&"))


def _changed_pair(pair: str, change: Callable[[str, str], str]) -> str:
    name, equals, value = pair.partition("=") if "=" in pair else ("", "", pair)
    plain = decoded(value.replace("+", " "))
    other = change(decoded(name.replace("+", " ")), plain)
    return pair if other == plain else f"{name}{equals}{encoded(other)}"


def _changed(segment: str, before: str, change: Callable[[str, str], str]) -> str:
    if not segment:
        return segment
    plain = decoded(segment)
    other = change(before, plain)
    return segment if other == plain else encoded(other)
