"""Foreign text made fit for a reader's screen: nothing invisible, nothing that steers a terminal, known width.

Names, paths and reasons come out of files and answers that strangers wrote. A terminal obeys what it is sent (ECMA-48),
and bidirectional controls reorder what a reviewer sees (CVE-2021-42574), so whatever does not print is spelled out.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_WORDS: Final = re.compile(r" +|\d+ %(?= |$)|[^ ]+")
"""Runs of spaces and of anything else; a percent sign stays with its number."""
_NO_WIDTH: Final = frozenset({"Mn", "Me"})


def legible(text: str) -> str:
    r"""Spell out every character that does not print: ESC becomes ``\x1b``, a lone surrogate ``\ud800``.

    "Does not print" is Python's notion: controls, format characters, surrogates, private use, unassigned, and all
    separators but the plain space. The outcome is one line.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def shorten(text: str, limit: int) -> str:
    """Keep the first ``limit`` characters and say how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def columns(text: str) -> int:
    """How many columns a terminal gives to legible text: two to East Asian wide (UAX 11), none to combining marks."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int, *, breaks_words: bool = True) -> Iterator[str]:
    """Lines of legible ``text``, at least one, none wider than ``width`` columns.

    Runs of spaces are kept inside a line, since they may be part of a name. Without ``breaks_words`` a longer word
    stands whole on a line of its own, so that a terminal still recognises a file name in it.
    """
    line = ""
    for word in _WORDS.findall(text):
        if columns(line) + columns(word) <= width:
            line += word
            continue
        if line.strip():
            yield line.rstrip()
        line = word.lstrip()
        while breaks_words and columns(line) > width:
            cut = _fitting(line, width)
            yield line[:cut]
            line = line[cut:]
    if line or not text.strip():
        yield line.rstrip()


def _fitting(word: str, width: int) -> int:
    """How many characters fit into ``width`` columns; at least one, so that wrapping always ends."""
    used = 0
    for position, char in enumerate(word):
        used += _width(char)
        if used > width:
            return max(position, 1)
    return len(word)
