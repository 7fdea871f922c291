"""What two sides say, put beside each other so that the eye finds what differs."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from driftwatch.reports.legible import legible, shorten

_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST: Final = 400
"""Characters of a side that are compared; longer ones are not read at a glance anyway."""
_ALIKE: Final = 0.4
"""Below that share of common words, marks would cover nearly everything and show nothing."""


class Piece(Struct, frozen=True):
    """A run of words of one side."""

    text: str
    differs: bool = False


def pieces(text: str, other: str) -> tuple[Piece, ...]:
    """The words of ``text``, those marked that ``other`` does not have at their place."""
    if max(len(text), len(other)) > _LONGEST or not text or not other or text == other:
        return (Piece(text),)
    mine, theirs = _WORDS.findall(text), _WORDS.findall(other)
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return (Piece(text),)
    return tuple(_pieces(matcher, mine))


def _pieces(matcher: "SequenceMatcher[str]", mine: list[str]) -> Iterator[Piece]:
    for tag, start, end, _, _ in matcher.get_opcodes():
        if end > start:
            yield Piece("".join(mine[start:end]), tag != "equal")


def told(text: str) -> str:
    """One side in words; a side that is empty says so."""
    return shorten(legible(text), _LONGEST) or "nothing"
