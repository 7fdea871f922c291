"""Which of the two stubbys a list is written for, and what is a stub of either."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

_KEYS: Final = frozenset(["request", "response", "description", "uuid", "id", "hits"])
_OTHERS: Final = ("proxy-config", "web-socket")
"""What else stubby4j has in a list."""
_REQUEST: Final = frozenset(["url", "method", "query", "headers", "post", "file", "json", "form"])
_RESPONSE: Final = frozenset(["status", "headers", "body", "file", "latency"])
_URL: Final = re.compile(r"[/^(\[.\\*]")
"""How a pattern for a path begins; what begins with a scheme is a recorder's."""
_CREDENTIALS: Final = frozenset(["authorization-basic", "authorization-bearer", "authorization-custom"])
_DOTTED: Final = re.compile(r"<%\s*[\w.-]{1,100}\.\d{1,3}\s*%>")
_INDEXED: Final = re.compile(r"<%\s*[\w.-]{1,100}\[\d{1,3}\]\s*%>")
_LONGEST_LOOKED_THROUGH: Final = 1_000_000


class Dialect(Enum):
    """Whose matching holds."""

    NODE = "stubby4node"
    """Patterns match somewhere; without a method only GET is answered."""
    JAVA = "stubby4j"
    """Patterns match the whole text, or are themselves the text; without a method every one is answered."""
    EITHER = "one of the two"


def is_stub(value: object) -> bool:
    """Whether a value is a stub by its own marks."""
    if not isinstance(value, dict) or not set(value) <= _KEYS:
        return False
    request, response = value.get("request"), value.get("response")
    if not isinstance(request, dict) or not set(request) <= _REQUEST:
        return False
    url = request.get("url")
    return isinstance(url, str) and _URL.match(url) is not None and _is_response(response)


def _is_response(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, str) or _is_answer(one) for one in value)
    return value is None or isinstance(value, str) or _is_answer(value)


def _is_answer(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= _RESPONSE


def dialect_of(texts: Iterable[str], entries: Iterable[object], *, has_includes: bool) -> Dialect:
    """Whose a list is, by what only one of the two understands."""
    values = [entry for entry in entries if isinstance(entry, dict)]
    shown = [text[:_LONGEST_LOOKED_THROUGH] for text in texts]
    requests = [entry["request"] for entry in values if isinstance(entry.get("request"), dict)]
    headers = [request["headers"] for request in requests if isinstance(request.get("headers"), dict)]
    if (
        has_includes
        or any(name in entry for entry in values for name in ("uuid", "description", *_OTHERS))
        or any(not _CREDENTIALS.isdisjoint(map(str.lower, names)) for names in headers)
        or any(_DOTTED.search(text) for text in shown)
    ):
        return Dialect.JAVA
    if any(name in request for request in requests for name in ("json", "form")) or any(map(_INDEXED.search, shown)):
        return Dialect.NODE
    return Dialect.EITHER
