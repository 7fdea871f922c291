"""Foreign words in GitHub Flavored Markdown 0.29, which GitLab reads as well, and how much of it fits.

Foreign words stand in code spans, where no sign means anything; in sentences every sign that could is escaped, and a
mention, a reference or a bare link is broken by an empty comment, so that no mock file calls people or leads anywhere.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from driftwatch.reports.legible import legible, shorten

LONGEST: Final = 400
"""Characters of one foreign text."""
MOST_OF_A_COMMENT: Final = 60_000
"""Bytes of a comment on a pull request: GitHub takes 65,536 characters ("body is too long"), GitLab a million."""
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>|~&$]")
_LINKED: Final = re.compile(r"([@#!]|:(?=//)|www(?=\.))(?=\S)", re.IGNORECASE)
"""What GitHub and GitLab make a mention, a reference or a link of."""
_TICKS: Final = re.compile(r"`+")


def fitting(lines: Iterable[str], most_bytes: int, last: str) -> Iterator[str]:
    """As many lines as there is room for; ``last`` says that others are left out."""
    room = most_bytes
    for line in lines:
        room -= len(line.encode("utf-8", "replace")) + 1
        if room < 0:
            yield from ("", last)
            return
        yield line


def prose(text: str) -> str:
    """A foreign text in a sentence: no sign in it means anything."""
    escaped = _SIGNS.sub(r"\\\g<0>", _fit(text))
    return _LINKED.sub(r"\1<!-- -->", escaped)


def code(text: str) -> str:
    """A code span (CommonMark 6.1): fenced by more backticks than stand in it."""
    fitted = _fit(text)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(fitted)), default=0))
    padding = " " if fitted.startswith("`") or fitted.endswith("`") or not fitted.strip() else ""
    return f"{fence}{padding}{fitted}{padding}{fence}"


def _fit(text: str) -> str:
    return shorten(legible(text), LONGEST)
