"""Continuation members: how a page of a list says in its body that there is another.

Each API spells them in its own way (``next_page_token``, ``nextCursor``, ``has_more``, ``@odata.nextLink``), so names
are compared without case and punctuation.
"""

import re
from functools import lru_cache
from typing import Final

from driftwatch.model.shape import JsonType, Shape

_LONGEST: Final = 40
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")

_VAGUE: Final = frozenset(["next", "more", "continue", "continuation"])
"""Words that speak of a page only where there is a list: a lesson may have a next one, too."""

_PLAIN: Final = _VAGUE | frozenset([
    "continuationtoken", "continuetoken", "hasmore", "hasmoreitems", "hasmorepages", "hasmoreresults", "hasnext",
    "hasnextpage", "istruncated", "lastevaluatedkey", "morepages", "moreresults", "nextcontinuationtoken", "nextcursor",
    "nexthref", "nextkey", "nextlink", "nextmarker", "nextoffset", "nextpage", "nextpagecursor", "nextpagelink",
    "nextpagetoken", "nextpageuri", "nextpageurl", "nextrecordsurl", "nexttoken", "nexturi", "nexturl", "odatanextlink",
])  # fmt: skip


def _plain(name: str) -> str:
    return _spelt(name) if len(name) <= _LONGEST else ""


@lru_cache(8192)
def _spelt(name: str) -> str:
    """Kept, since every member of every comparison is asked about and a service has few names."""
    return _PUNCTUATION.sub("", name.lower())


def is_continuation(name: str) -> bool:
    """Whether a member of this name says how, or that, a list goes on."""
    return _plain(name) in _PLAIN


def is_vague(name: str) -> bool:
    """Whether such a name says so only beside a list."""
    return _plain(name) in _VAGUE


def filled(shape: Shape) -> int:
    """How many values of a continuation member say that there is more: not null, false, zero, blank or empty."""
    types = shape.types
    numbers = types.get(JsonType.INTEGER, 0) + types.get(JsonType.NUMBER, 0)
    return (
        shape.trues
        + (types.get(JsonType.STRING, 0) - shape.blank)
        + (numbers if shape.numbers is not None and shape.numbers.maximum > 0 else 0)
        + (shape.objects - shape.empty_objects)
        + (types.get(JsonType.ARRAY, 0) - shape.empty_arrays)
    )


def shows_more(shape: Shape) -> bool:
    """Whether a document, its list items aside, has a continuation member that is ever filled."""
    return any(
        (is_continuation(name) and filled(member.shape) > 0) or shows_more(member.shape)
        for name, member in shape.members.items()
    )


def has_list(shape: Shape) -> bool:
    """Whether there is an array anywhere."""
    return any(JsonType.ARRAY in place.types for _, place in shape.walk())
