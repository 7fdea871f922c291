"""Text as a part of a URI (RFC 3986, 2.1). ``urllib`` stays outside: the greater part of it speaks to networks."""

from typing import Final

_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def encoded(text: str, also: bytes = b"") -> str:
    """Everything but unreserved characters, and those of ``also``, percent-encoded; a lone surrogate becomes ``?``."""
    kept = _UNRESERVED.union(also)
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))
