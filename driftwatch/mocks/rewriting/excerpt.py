"""One entry of a large file as a small document of its own, so that a change costs no second reading of all the others.

The excerpt is the file's beginning up to its list, the entry alone in it, and what follows the list. All that is not in
the entry stays as it is, so the file reads as before if the entry does.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Origin

LARGE: Final = 256 * 1024
"""Characters from which on a file is worth an excerpt."""
_SMALL: Final = 0.5
"""An excerpt is smaller than this part of its file."""
_DASH: Final = re.compile(r"(?m)^( *)- +(?=\S)")
_BEHIND: Final = re.compile(r"(?m)^[^\s#-][^\n]*:")
_ANCHOR: Final = re.compile(r"(?<![^\s\[{,:-])&([^\s,\[\]{}]+)(?=[ \t\r\n])")
_ALIAS: Final = re.compile(r"(?<![^\s\[{,:-])\*([^\s,\[\]{}]+)")
_TAIL: Final = 4096


class Excerpt(Struct, frozen=True):
    """A small document, and where its entry is in the whole one."""

    document: Document
    pointer: str
    """Of the interaction in the small document."""
    start: int
    """Where the entry begins in the small document."""
    end: int
    shift: int
    """What leads from a place in the small document to that in the whole one."""

    def in_whole(self, one: Splice) -> Splice:
        """A splice of the small document as one of the whole. Raises ``Refusal`` if it is not in the entry."""
        if one.start < self.start or one.end > self.end:
            raise Refusal("the change is not where the answer is")
        return one.below(self.shift)

    def again(self, text: str) -> Document:
        """The small document with another text."""
        return _document(self.document, text)


def excerpt_of(document: Document, origin: Origin) -> Excerpt | None:
    """The excerpt that holds the interaction at ``origin``; ``None`` where there is none to be had."""
    parts = origin.pointer.split("/")[1:]
    numbers = [at for at, part in enumerate(parts) if part.isdecimal()]
    if document.is_packed or document.problem is not None:
        return None
    if document.syntax is Syntax.JSON and document.tree is None:
        excerpts = (_of_json(document, parts, at) for at in numbers)  # the outermost list that is worth it
        return next((one for one in excerpts if one is not None), None)
    if document.syntax is Syntax.YAML and numbers == [len(parts) - 1]:
        return _of_yaml(document, origin, _first_of(parts, numbers[0]))
    return None


def _first_of(parts: Sequence[str], list_at: int) -> str:
    """The pointer of the same place where its entry is the only one."""
    return "".join(f"/{part}" for part in [*parts[:list_at], "0", *parts[list_at + 1 :]])


def _of_json(document: Document, parts: Sequence[str], list_at: int) -> Excerpt | None:
    names = (part.replace("~1", "/").replace("~0", "~") for part in parts[: list_at + 1])
    above = tuple(int(name) if name.isdecimal() else name for name in names)
    try:
        list_start, list_end = document.span(*above[:-1])
        start, end = document.span(*above)
    except (LookupError, ValueError, TypeError):
        return None
    while document.text[start - 1].isspace():  # its indentation tells of the document's
        start -= 1
    while document.text[end].isspace():
        end += 1
    return _excerpt(document, (list_start + 1, start, end, list_end - 1), _first_of(parts, list_at))


def _of_yaml(document: Document, origin: Origin, pointer: str) -> Excerpt | None:
    """By the lines that the origin tells: whether they are still those of the interaction shows when they are read."""
    begin, behind = document.line_start(origin.line), document.line_start(origin.last_line + 1)
    text = document.text
    dash = _DASH.match(text, begin)
    if dash is None or dash.end() != begin + origin.column - 1:
        return None
    first = re.compile(rf"(?m)^{dash.group(1)}- +(?=\S)").search(text)
    following = _BEHIND.search(text, max(behind, len(text) - _TAIL))
    entry = text[begin:behind]
    if first is None or first.start() > begin or _ALIAS.search(entry):
        return None
    names = set(_ANCHOR.findall(entry))
    if names and any(match.group(1) in names for match in _ALIAS.finditer(text, behind)):
        return None
    tail = following.start() if following and not dash.group(1) else len(text)
    return _excerpt(document, (first.start(), begin, behind, tail), pointer)


def _excerpt(document: Document, cuts: tuple[int, int, int, int], pointer: str) -> Excerpt | None:
    """``cuts``: where the list's items begin, where the entry begins and ends, and what follows the list."""
    items, begin, end, behind = cuts
    text = document.text
    small = text[:items] + text[begin:end] + text[behind:]
    if len(small) > len(text) * _SMALL:
        return None
    return Excerpt(_document(document, small), pointer, items, items + end - begin, begin - items)


def _document(document: Document, text: str) -> Document:
    made = replace(
        document,
        text=text,
        value=None,
        tree=None,
        problem=None,
        is_parsed=False,
        _layout=None,
        _lines=None,
        _head=None,
        _finder=None,
        _entry=None,
    )
    made.load()
    return made
