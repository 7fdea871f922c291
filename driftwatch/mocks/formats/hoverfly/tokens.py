"""JSON Web Tokens in requests: what Hoverfly reads out of one, and one that a matcher takes.

``jwt_match.go``, ``jwt_jsonpath_match.go`` (1.12.8): signatures are not looked at. A token made here goes to no real
service; it stands where the mock server would have seen the caller's own.
"""

import base64
import binascii
import re
from typing import Final

from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.formats.hoverfly import json_values
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text

_BEARER: Final = re.compile(r"(?i)bearer\s+")
_HALVES: Final = ("header", "payload")


def opened(token: str) -> str | None:
    """Both halves of a token as one JSON document; ``None`` if the text is no token."""
    parts = _BEARER.sub("", token, count=1).split(".")
    if len(parts) != len(_HALVES) + 1:
        return None
    halves: dict[str, object] = {}
    for name, part in zip(_HALVES, parts, strict=False):
        try:
            text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
            halves[name] = json_text.decode(text)
        except (binascii.Error, ValueError, RecursionError):
            continue
    return json_text.encode(halves)


def is_part(wanted: str, token: str) -> Truth:
    """Whether a token holds what is wanted of its halves."""
    document = opened(token)
    return False if document is None else json_values.is_part(wanted, document)


def taken(path: str, token: str) -> tuple[Truth, str]:
    """Whether a path leads anywhere in a token, and what a chained matcher is asked about."""
    document = opened(token)
    if document is None or not path:
        return False, ""
    return json_values.taken(in_payload(path), document)


def in_payload(path: str) -> str:
    """A path from the top of both halves: one that names neither is about the payload."""
    plain = path.strip()
    if plain.lower().startswith(("$.payload.", "$.header.")):
        return plain
    if plain.startswith("$."):
        return f"$.payload{plain[1:]}"
    return f"$.payload{plain}" if plain.startswith(".") else plain


def make(document: object) -> str:
    """A token with these halves and without a signature. Raises ``Refusal`` if they are none."""
    if not isinstance(document, dict):
        raise Refusal("a token's `header` and `payload` are wanted as an object")
    parts = [json_text.encode(document.get(name, {})).encode("utf-8", "replace") for name in _HALVES]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "x"])
