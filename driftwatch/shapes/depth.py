"""How deep a document may be: a limit that comes before Python's own, so that nothing ends in a ``RecursionError``."""

from typing import Any, Final

DEPTH_LIMIT: Final = 200
"""Containers in each other. Python's frames end near 1,000, and every level of ours takes several of them."""

_CONTAINERS: Final = frozenset({dict, list})


def is_too_deep(document: object, limit: int = DEPTH_LIMIT) -> bool:
    """Whether more than ``limit`` containers stand in each other; looks level by level, without recursion."""
    level: list[Any] = [document] if type(document) in _CONTAINERS else []
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in _CONTAINERS
        ]
        if not level:
            return False
    return bool(level)
