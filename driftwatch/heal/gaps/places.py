"""JSON documents by JSON Pointers with ``*``: what stands there, and a copy in which something else does."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

from driftwatch.model.shape import ITEM, unescape

NOTHING: Final = object()
Act = Callable[[Any, str], bool]
"""Changes the member or item of a holder; ``False`` if it has none."""


def steps_of(path: str) -> tuple[str, ...]:
    """The names and ``*`` that lead to a place."""
    return tuple(unescape(step) for step in path.split("/")[1:])


def values_at(document: object, path: str) -> Iterator[object]:
    """Everything that stands at a place, in the order of the document."""
    yield from _at(document, steps_of(path))


def _at(node: object, steps: tuple[str, ...]) -> Iterator[object]:
    if not steps:
        yield node
        return
    step, rest = steps[0], steps[1:]
    if step == ITEM and isinstance(node, list):
        for item in node:
            yield from _at(item, rest)
    elif step == ITEM and isinstance(node, dict):
        for value in node.values():
            yield from _at(value, rest)
    elif isinstance(node, dict) and step in node:
        yield from _at(node[step], rest)


def changed(document: object, path: str, act: Act) -> object:
    """A copy in which ``act`` changed the first place that it could; ``NOTHING`` if there is none."""
    steps = steps_of(path)
    box = {"": deepcopy(document)}
    holders = _at(box, ("", *steps[:-1])) if steps else iter((box,))
    last = steps[-1] if steps else ""
    return box[""] if any(act(holder, last) for holder in holders) else NOTHING


def setting(value: object) -> Act:
    """Puts a value in the place of one that is there."""

    def act(holder: Any, step: str) -> bool:
        if isinstance(holder, dict) and step in holder:
            holder[step] = value
            return True
        if step == ITEM and isinstance(holder, list) and holder:
            holder[0] = value
            return True
        return False

    return act


def removing(holder: Any, step: str) -> bool:
    """Takes a member away."""
    if isinstance(holder, dict) and step in holder:
        del holder[step]
        return True
    return False


def adding(value: object) -> Act:
    """Puts one more item into a list."""

    def act(holder: Any, step: str) -> bool:
        if step == ITEM and isinstance(holder, list):
            holder.append(value)
            return True
        return setting(value)(holder, step)

    return act


def renumbered(node: object, old: str, new: str) -> object:
    """The same document about another record: what is its identifier anywhere is the new one."""
    if isinstance(node, dict):
        return {name: renumbered(part, old, new) for name, part in node.items()}
    if isinstance(node, list):
        return [renumbered(part, old, new) for part in node]
    if isinstance(node, str) and node == old:
        return new
    if isinstance(node, int) and not isinstance(node, bool) and str(node) == old and new.isdecimal():
        return int(new)
    return node
