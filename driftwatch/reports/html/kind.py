"""The page of a kind, as ``driftwatch explain`` prints it, in parts that a browser can set."""

import inspect
import re
from typing import Final

from msgspec import Struct

_CODE: Final = re.compile(r"``(.+?)``", re.DOTALL)
_HEADING: Final = re.compile(r"(?P<title>\S.*?):?(?:\n|$)(?P<text>(?:[ \t]+.*\n?)*)")


class Span(Struct, frozen=True):
    """A run of words; code stands in the type of a machine."""

    text: str
    is_code: bool = False


class Part(Struct, frozen=True):
    """A section of the page; the first has no title."""

    title: str
    spans: tuple[Span, ...]


def parts(page: str) -> tuple[Part, ...]:
    """The sections of a rule's docstring, in their order."""
    first, *others = inspect.cleandoc(page).split("\n\n")
    return (Part("", _spans(first)), *map(_part, filter(str.strip, others)))


def _part(block: str) -> Part:
    found = _HEADING.match(block)
    if found is None or not found["text"].strip():
        return Part("", _spans(block))
    return Part(found["title"], _spans(inspect.cleandoc(found["text"])))


def _spans(text: str) -> tuple[Span, ...]:
    flowing = " ".join(text.split())
    pieces = _CODE.split(flowing)
    return tuple(Span(piece, is_code=number % 2 == 1) for number, piece in enumerate(pieces) if piece)
