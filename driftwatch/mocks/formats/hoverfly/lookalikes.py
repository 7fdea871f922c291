"""Files that Hoverfly writes and nobody answers from: journals, caches, differences, a middleware's input."""

from typing import Final

_PAGES: Final = ("offset", "limit", "total")


def lookalike(value: object) -> str:
    """What a file of Hoverfly's is that is no simulation; empty if it is none."""
    if not isinstance(value, dict):
        return ""
    if _has(value, "journal", "timeStarted", "mode") and any(name in value for name in _PAGES):
        return "a journal of Hoverfly: what it was asked, not what it answers from"
    if _has(value, "cache", "headerMatch"):
        return "a cache of Hoverfly: answers that it has given, not what it answers from"
    if _has(value, "diff", "diffReports"):
        return "a report of Hoverfly's diff mode, no simulation"
    if _is_middleware(value.get("request"), value.get("response")):
        return "the input of a Hoverfly middleware, no simulation"
    return ""


def _has(value: dict[str, object], name: str, *marks: str) -> bool:
    """Whether there is a list of objects with these names."""
    listed = value.get(name)
    if not isinstance(listed, list) or not listed:
        return False
    return isinstance(listed[0], dict) and all(mark in listed[0] for mark in marks)


def _is_middleware(request: object, response: object) -> bool:
    """One request with its answer as they are handed to a middleware (``RequestResponsePairViewV1``)."""
    if not isinstance(request, dict) or not isinstance(response, dict):
        return False
    return "encodedBody" in response and all(isinstance(request.get(name), str) for name in ("destination", "scheme"))
