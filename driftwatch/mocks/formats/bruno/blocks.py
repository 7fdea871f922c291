"""``.bru`` text taken apart: blocks at the first column, and in examples blocks inside blocks.

Bruno's grammar (``bruToJson.js``, ``example/bruToJson.js``) ends a block at the first line that begins with a closing
brace where the block began, and takes two spaces off each line per level. Text between ``'''`` and in text blocks is
taken as it stands.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal

_OPEN: Final = re.compile(r"([A-Za-z][\w:-]*)[ \t]*([{\[])[ \t]*(.*)")
_KEY: Final = re.compile(
    r"""[ \t]*(~?)(?:"((?:\\"|[^"\n])*)"|((?:body|params)(?::[a-z-]+)+(?=[ \t]*:)|[^\s:]*))[ \t]*:[ \t]*(.*)"""
)
_QUOTES: Final = "'''"
_MOST_LINES: Final = 1_000_000


class Line(Struct, frozen=True):
    """One line without its end."""

    text: str
    start: int
    """Its first character in the document."""

    @property
    def indent(self) -> int:
        """The white space it begins with."""
        return len(self.text) - len(self.text.lstrip(" \t"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written on it."""
        return not self.text.strip()


class Block(Struct, frozen=True):
    """A block at the first column."""

    name: str
    start: int
    end: int
    lines: tuple[Line, ...]


class Entry(Struct, frozen=True):
    """A name and what is behind its colon: a value in one line, a text between ``'''``, or a block."""

    name: str
    start: int
    is_enabled: bool = True
    value: str = ""
    lines: tuple[Line, ...] | None = None
    """What stands inside a block, or between ``'''``; ``None`` for a value in one line."""


def split_lines(text: str) -> tuple[Line, ...]:
    """The lines of a document with their places."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Line(line.removesuffix("\r"), start))
        start += len(line) + 1
    return tuple(lines)


def blocks(text: str) -> Iterator[Block | Refusal]:
    """The blocks of a document in order; a ``Refusal`` with its place for what is none."""
    if text.count("\n") > _MOST_LINES:
        yield Refusal(f"more than {_MOST_LINES:,} lines")
        return
    lines = split_lines(text)
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if line.is_blank:
            continue
        match = _OPEN.fullmatch(line.text)
        if match is None:
            yield Refusal("expected a block such as `example {` at the first column", line.start)
            return
        name, bracket, rest = match.groups()
        closing = "}" if bracket == "{" else "]"
        if rest.rstrip() == closing:
            yield Block(name, line.start, line.start + len(line.text), ())
            continue
        end = next((i for i in range(position, len(lines)) if lines[i].text.startswith(closing)), None)
        if end is None:
            yield Refusal(f"the block `{name}` does not end: no `{closing}` at the first column closes it", line.start)
            return
        yield Block(name, line.start, lines[end].start + 1, lines[position:end])
        position = end + 1


def entries(lines: tuple[Line, ...]) -> Iterator[Entry]:
    """The entries of a block, in order. Raises ``Refusal`` with the place of what is none."""
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.is_blank or line.text.lstrip().startswith("@"):  # a note about the next entry
            position += 1
            continue
        entry, position = _entry(lines, position)
        yield entry


def _entry(lines: tuple[Line, ...], position: int) -> tuple[Entry, int]:
    """The entry that begins at a line, and the line after it."""
    line = lines[position]
    match = _KEY.fullmatch(line.text)
    if match is None:
        raise Refusal("expected a name and a colon", line.start)
    disabled, quoted, plain, rest = match.groups()
    name = plain if quoted is None else quoted.replace('\\"', '"')
    value, inside = rest.strip(), position + 1
    if value in ("{", "["):
        end = _end(lines, inside, line, "}" if value == "{" else "]")
        return Entry(name, line.start, not disabled, lines=lines[inside:end]), end + 1
    if not value.startswith(_QUOTES):
        return Entry(name, line.start, not disabled, value), inside
    text, is_closed, _ = value.removeprefix(_QUOTES).partition(_QUOTES)
    if is_closed:
        return Entry(name, line.start, not disabled, text), inside
    for index in range(inside, len(lines)):
        if _QUOTES in lines[index].text:
            return Entry(name, line.start, not disabled, lines=lines[inside:index]), index + 1
    raise Refusal(f"the text of `{name}` does not end: `{_QUOTES}` is missing", line.start)


def _end(lines: tuple[Line, ...], position: int, opener: Line, closing: str) -> int:
    for index in range(position, len(lines)):
        line = lines[index]
        if line.text.lstrip(" \t").startswith(closing) and line.indent <= opener.indent:
            return index
    name = opener.text.strip().rstrip("{[: ")
    raise Refusal(f"the block `{name}` does not end: no `{closing}` below its first letter closes it", opener.start)


def text_of(lines: tuple[Line, ...], *widths: int) -> str:
    """The text of lines without the indentation of their levels, each taken off where a line has it in full."""
    return "\n".join(_outdented(line.text, widths) for line in lines)


def _outdented(text: str, widths: tuple[int, ...]) -> str:
    for width in widths:
        text = text.removeprefix(" " * width)
    return text
