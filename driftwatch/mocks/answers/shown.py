"""What a stub's own answer shows: its document, and the identifier that a path left open is likely about."""

from collections.abc import Mapping
from typing import Final

from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Expectation

_LONGEST: Final = 1_000_000
"""Bytes of a body that are looked through for an identifier."""
_LONGEST_IDENTIFIER: Final = 100


def document_of(expectation: Expectation | None) -> object:
    """The answer's body as JSON; ``None`` if it is none, or very long."""
    if expectation is None or not expectation.body or len(expectation.body) > _LONGEST:
        return None
    try:
        return json_text.decode(expectation.body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def literal_document(expectation: Expectation | None) -> object:
    """The same, but ``None`` where a template makes some part of it."""
    return None if expectation is not None and expectation.matchers else document_of(expectation)


def identifier_in(document: object) -> tuple[str, ...]:
    """The ``id`` of a document as a path would have it; nothing if there is none that is short and plain."""
    value = document.get("id") if isinstance(document, Mapping) else None
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return (str(value),) if is_plain and 0 < len(str(value)) <= _LONGEST_IDENTIFIER else ()
