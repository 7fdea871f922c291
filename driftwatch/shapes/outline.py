"""The outline of one document: equal for answers that differ in their values alone.

An inferred shape counts and remembers; this only tells one answer from another, in one walk.
"""

from collections.abc import Hashable
from typing import Final

import msgspec

from driftwatch.model.likeness import key_class

EMPTY: Final = "nothing"
NOT_JSON: Final = "no JSON"
_MAP: Final = 2
"""Members from which on an object whose names are all of one class is a map."""


def outline(body: bytes) -> Hashable:
    """Members with the outlines of their values, items without their number, scalars by their types.

    An empty list is not one with items. What is no JSON has one outline, and so has the empty body.
    """
    if not body:
        return EMPTY
    try:
        return _outline(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        return NOT_JSON


def _outline(value: object) -> Hashable:
    if isinstance(value, dict):
        label = key_class(value) if len(value) >= _MAP else ""
        if label:
            return ("map", label, frozenset(_outline(one) for one in value.values()))
        return frozenset((name, _outline(one)) for name, one in value.items())
    if isinstance(value, list):
        return ("list", frozenset(map(_outline, value)))
    return type(value).__name__
