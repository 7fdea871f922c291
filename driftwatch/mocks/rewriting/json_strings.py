"""A text inside a JSON string: changes of the text as changes between the quotes, in the escapes of the file."""

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

from driftwatch.mocks.rewriting.json_style import escapes_of
from driftwatch.mocks.rewriting.splices import Splice, in_order
from driftwatch.mocks.text.nodes import Node

_PIECE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL
)


class Places:
    """Where each character of the text stands between the quotes."""

    def __init__(self, raw: str) -> None:
        self._places: array[int] | None = None
        if "\\" in raw:
            self._places = array("L")
            for piece in _PIECE.finditer(raw):
                if piece.group()[0] == "\\":
                    self._places.append(piece.start())
                else:
                    self._places.extend(range(piece.start(), piece.end()))
            self._places.append(len(raw))

    def of(self, offset: int) -> int:
        """The place of a character, or of the end."""
        return offset if self._places is None else self._places[offset]


def carried(text: str, node: Node, splices: Sequence[Splice], around: Iterable[str] = ()) -> list[Splice]:
    """Splices of the text that a string stands for, as splices of the text that the string stands in."""
    quote, start, raw = text[node.start], node.start + 1, text[node.start + 1 : node.end - 1]
    escapes = escapes_of(raw, text, *around)
    places = Places(raw)
    return [
        Splice(start + places.of(one.start), start + places.of(one.end), escapes.inside(one.text, quote))
        for one in in_order(splices)
    ]
