"""Bodies as JSON documents, where a value of one is wanted and no judgement is passed on it."""

import json
from typing import Final

NO_DOCUMENT: Final = object()
"""What stands for bytes that are no JSON: ``null`` is a document."""


def document_of(body: bytes | None) -> object:
    """The document, or ``NO_DOCUMENT``; whatever a stranger sends, nothing is raised."""
    try:
        return json.loads(body) if body else NO_DOCUMENT
    except (ValueError, RecursionError):
        return NO_DOCUMENT
