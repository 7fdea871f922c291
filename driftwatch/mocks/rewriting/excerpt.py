"""Some entries of a large file as a small document of their own, so that a change costs no second reading of the rest.

The excerpt is the file without the neighbours of these entries: other items of their lists, other members of their
object, other documents of a stream. What is not in an entry stays as it is, so the file reads as before if they do.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import json_cuts, yaml_cuts
from driftwatch.mocks.rewriting.cut import Cut
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Origin

LARGE: Final = 64 * 1024
"""Characters from which on a file is worth an excerpt."""
_SMALL: Final = 0.6
"""An excerpt is smaller than this part of its file: it is read twice."""


class TooManyError(Exception):
    """All of them together are nearly the whole file."""


class Excerpt(Struct, frozen=True):
    """A small document, and where its pieces are in the whole one."""

    document: Document
    cut: Cut
    starts: Sequence[int]
    """Where its pieces begin in the small one."""

    def pointer(self, whole: str) -> str:
        """Where an interaction of the whole document is in the small one."""
        return self.cut.pointer(whole)

    def in_whole(self, one: Splice) -> Splice:
        """A splice of the small document as one of the whole. Raises ``Refusal`` if it is not in an entry."""
        found = bisect_right(self.starts, one.start)
        places = [
            one.below(piece.start - start)
            for number in range(max(found - 2, 0), found)  # what ends where a joint begins is in the entry
            if (piece := self.cut.pieces[number]).is_entry
            and (start := self.starts[number]) <= one.start
            and one.end <= start + piece.size
        ]
        # between two entries it is the end of the first: no change comes before a dash, or before the name of a member
        if places and (len(places) == 1 or self.document.syntax is Syntax.YAML):
            return places[0]
        raise Refusal("the change is not where the answer is")

    def again(self, text: str) -> Document:
        """The small document with another text."""
        return _document(self.document, text)


def excerpt_of(document: Document, origins: Sequence[Origin]) -> Excerpt | None:
    """The excerpt that holds the interactions at ``origins``; ``None`` where there is none, or none that is small.

    Raises ``TooManyError`` where there would be one for fewer of them.
    """
    if document.is_packed or document.problem is not None:
        return None
    cuts = json_cuts.cuts if document.syntax is Syntax.JSON and document.tree is None else yaml_cuts.cuts
    most, is_any = len(document.text) * _SMALL, False
    for cut in cuts(document, origins):
        is_any = True
        if cut.size <= most:
            starts = list(accumulate((piece.size for piece in cut.pieces), initial=0))
            return Excerpt(_document(document, cut.text(document.text)), cut, starts[:-1])
    if is_any and len(origins) > 1:
        raise TooManyError
    return None


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
