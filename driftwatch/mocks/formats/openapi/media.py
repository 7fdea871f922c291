"""Media types: which of several a description means first, and which are JSON."""

from collections.abc import Iterable
from typing import Final

from driftwatch.mocks.formats.openapi.parts import Files, Part

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
ANY: Final = "*/*"


def essence(media_type: str) -> str:
    """The type without parameters, in lower case (RFC 9110, 8.3.1)."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """``application/json``, ``text/json``, every ``+json`` (RFC 6839, 3.1), and a range that includes them."""
    kind = essence(media_type)
    return kind in (JSON, "text/json", "*/*", "application/*") or kind.endswith("+json")


def is_range(media_type: str) -> bool:
    """Whether it stands for several types, as in ``*/*``."""
    return "*" in media_type


def preferred(media_types: Iterable[str]) -> str:
    """The type to ask for: JSON before its relatives before all others, else the first; empty for none."""
    known = [media_type for media_type in media_types if "/" in media_type]
    ranks = (lambda kind: kind == JSON, lambda kind: is_json(kind) and not is_range(kind), is_json, lambda _: True)
    return next((known_one for rank in ranks for known_one in known if rank(essence(known_one))), "")


def content_of(files: Files, owner: Part) -> tuple[str, Part | None]:
    """The preferred media type of a body and what is said of it; nothing if it has no body."""
    content = files.at(owner, "content")
    media_type = preferred(content.names) if content is not None else ""
    return media_type, files.at(content, media_type) if content is not None and media_type else None
