"""A written document as a tree that remembers its lines."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

Steps = tuple[str | int, ...]
"""The way from the root to a place: names of members and numbers of items."""

_PLAIN_STEP: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Node(Struct, frozen=True):
    """One value with all that is below it."""

    plain: object
    """The value as JSON would have it; a key is always a text."""
    text: str = ""
    """A scalar as it is written, without quotes."""
    children: Mapping[str | int, "Node"] = field(default_factory=dict)
    lines: Mapping[str | int, int] = field(default_factory=dict)
    """Where each child stands: the line of its key, or where the item begins; the first line is 1."""
    weight: int = 1
    """How many values there are, this one and those below, aliases followed."""
    depth: int = 1

    def line_of(self, steps: Steps) -> int:
        """The line of a place, or of the last part of the way to it that exists."""
        node, line = self, 1
        for step in steps:
            if step not in node.children:
                return node.lines.get(step, line)
            line = node.lines[step]
            node = node.children[step]
        return line


def dotted(steps: Steps) -> str:
    """A place in one word: ``providers.payments.mocks[0]``; other than plain names stand in brackets."""
    word = ""
    for step in steps:
        if isinstance(step, int):
            word += f"[{step}]"
        elif _PLAIN_STEP.fullmatch(step):
            word += f".{step}" if word else step
        else:
            word += f"[{named(step)!r}]"
    return word


def named(name: str) -> str:
    """A key for a message. What follows a colon stays untold: in ``{token:abc}`` a blank is missing, and abc secret."""
    before, colon, _ = name.partition(":")
    return f"{before}:…" if colon else name


def address(file: str, line: int, steps: Steps = ()) -> str:
    """A place for a person: ``driftwatch.yaml:4 providers.payments.targt``."""
    return f"{file}:{line} {dotted(steps)}".rstrip()
