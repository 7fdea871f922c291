"""A text inside a JSON string: changes of the text as changes between the quotes, in the escapes of the file."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from driftwatch.mocks.rewriting.json_style import escapes_of
from driftwatch.mocks.rewriting.splices import Splice, in_order
from driftwatch.mocks.text.nodes import Node

_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)
"""What stands for one character."""


class Places:
    """Where each character of the text stands between the quotes."""

    def __init__(self, raw: str, most: int) -> None:
        """``most`` is the last character that is asked for."""
        self._escaped: list[int] = []
        """Characters that are spelled by more than one, in their order."""
        self._longer: list[int] = [0]
        """By how much all is longer that stands behind so many of them."""
        for escape in _ESCAPE.finditer(raw) if "\\" in raw else ():
            longer = self._longer[-1]
            if escape.start() - longer > most:
                break
            self._escaped.append(escape.start() - longer)
            self._longer.append(longer + escape.end() - escape.start() - 1)

    def of(self, offset: int) -> int:
        """The place of a character, or of the end."""
        return offset + self._longer[bisect_left(self._escaped, offset)]


def carried(text: str, node: Node, splices: Sequence[Splice], around: Iterable[str] = ()) -> list[Splice]:
    """Splices of the text that a string stands for, as splices of the text that the string stands in."""
    quote, start, raw = text[node.start], node.start + 1, text[node.start + 1 : node.end - 1]
    escapes = escapes_of(raw, text, *around)
    places = Places(raw, max((one.end for one in splices), default=0))
    return [
        Splice(start + places.of(one.start), start + places.of(one.end), escapes.inside(one.text, quote))
        for one in in_order(splices)
    ]
