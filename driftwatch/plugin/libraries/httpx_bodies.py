"""Bodies of httpx's answers, looked at without being read."""

from typing import Any


def body_of(response: Any) -> bytes | None:
    """The body if it is at hand: read already, or in a stream of bytes that may be gone through again."""
    content = getattr(response, "_content", None)
    if content is None:
        content = getattr(getattr(response, "stream", None), "_stream", None)
    return content if isinstance(content, bytes) else None
