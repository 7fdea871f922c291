"""A text inside a YAML scalar of any style: changes of the text as changes of the scalar.

Only the changed characters are touched where the style can hold the new text; else the whole scalar is spelled anew,
in its style or, if that cannot say it, in double quotes. The parser has the last word on each attempt.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import yaml_words
from driftwatch.mocks.rewriting.splices import Splice, in_order, smallest, spliced
from driftwatch.mocks.text import yaml_text
from driftwatch.mocks.text.nodes import Kind, Node

_PROPERTIES: Final = re.compile(r"(?:[!&][^\s]*[ \t]*(?:(?:\#[^\n]*)?\r?\n[ \t]*)*)*")
_HEADER: Final = re.compile(r"[|>][-+0-9]*[ \t]*(?:\#[^\n]*)?\r?\n")
_BREAKS: Final = r"[ \t]*(?:\r?\n[ \t]*)+"
_SINGLE: Final = re.compile(rf"(?P<fold>{_BREAKS})|(?P<quote>'')|(?P<text>[^'\s]+|[ \t]+|')")
_PLAIN: Final = re.compile(rf"(?P<fold>{_BREAKS})|(?P<text>[^\s]+|[ \t]+)")
_DOUBLE: Final = re.compile(
    rf"(?P<joined>\\\r?\n[ \t]*)|(?P<fold>{_BREAKS})"
    r"|(?P<code>\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8})"
    r"|\\(?P<letter>[^\r\n])|(?P<text>[^\\\s]+|[ \t]+)"
)
_LETTERS: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_RAW: Final = re.compile(r"[^\x00-\x7f]")
_HEX: Final = re.compile(r"\\(?:x[89a-fA-F]|u|U|_|N|L|P)")


class Context(Struct, frozen=True):
    """Where a scalar stands."""

    indent: int
    """The indentation of the block that it stands in."""
    is_flow: bool = False
    newline: str = "\n"
    is_ascii: bool = False
    """The file has no letter beyond ASCII: new ones are escaped where escapes are possible."""


class Mapped(Struct):
    """A text, and where each of its characters stands in the scalar; one place more for the end."""

    text: str
    places: "array[int]"


def literal_start(text: str, node: Node) -> int:
    """Where the scalar itself begins, behind its tag and anchor."""
    match = _PROPERTIES.match(text, node.start)
    return min(match.end(), node.end) if match else node.start


def value_start(text: str, node: Node) -> int:
    """Where a value begins that is replaced: with its tag, which would say the wrong of another."""
    start = literal_start(text, node)
    return node.start if "!" in text[node.start : start] else start


def literal_end(text: str, node: Node) -> int:
    """Where its last character ends; a block scalar's mark stands at the beginning of another line."""
    start = literal_start(text, node)
    raw = text[start : node.end]
    if raw[:1] not in ("|", ">"):
        return start + len(raw.rstrip()) if raw[:1] not in ("'", '"') else node.end
    header = _HEADER.match(raw)
    if header and "+" in header.group():
        return node.end - (2 if raw.endswith("\r\n") else 1) if raw.endswith("\n") else node.end
    return start + max(len(raw.rstrip()), len(header.group().rstrip()) if header else 0)


def carried(text: str, node: Node, splices: Sequence[Splice], context: Context, limits: Limits) -> list[Splice]:
    """Splices of the text that a scalar stands for, as splices of the document. Raises ``Refusal``."""
    if not splices:
        return []
    inner = node.text
    wanted = spliced(inner, splices)
    start, end = literal_start(text, node), node.end
    raw = text[start:end]
    for attempt in _attempts(raw, inner, in_order(splices), wanted, context):
        if _reads(attempt, raw, wanted, context, limits):
            return [one.below(start) for one in attempt]
    raise Refusal("the YAML of its file cannot hold the new text")


def _attempts(raw: str, inner: str, splices: list[Splice], wanted: str, context: Context) -> Iterator[list[Splice]]:
    mapped = _mapped(raw, context)
    if mapped is not None and mapped.text == inner:
        yield [_outer(raw, one, mapped, context) for one in splices]
    for spelled in _anew(raw, wanted, context):
        yield [smallest(raw, Splice(0, len(raw), spelled))]


def _outer(raw: str, one: Splice, mapped: Mapped, context: Context) -> Splice:
    first = raw[:1]
    start, end = mapped.places[one.start], mapped.places[one.end]
    if first == "'":
        new = one.text.replace("'", "''")
    elif first == '"':
        new = yaml_words.double_inside(one.text, is_ascii=_escapes_letters(raw, context))
    elif first in ("|", ">"):
        new = one.text.replace("\n", context.newline + " " * _block_indent(raw, context))
    else:
        new = one.text
    return Splice(start, max(start, end), new)


def _escapes_letters(raw: str, context: Context) -> bool:
    if _RAW.search(raw):
        return False
    return bool(_HEX.search(raw)) or context.is_ascii


def _anew(raw: str, wanted: str, context: Context) -> Iterator[str]:
    """The whole scalar, in its own style first."""
    first = raw[:1]
    if first in ("|", ">"):
        yield from _block(raw, wanted, context)
    elif first != '"' and yaml_words.can_be_single(wanted):
        if first != "'" and yaml_words.is_plain(wanted):
            yield wanted
        yield yaml_words.single(wanted)
    yield yaml_words.double(wanted, is_ascii=_escapes_letters(raw, context)) + _tail(raw)


def _tail(raw: str) -> str:
    """What a block scalar ends with belongs to the lines behind it."""
    return raw[len(raw.rstrip()) :] if raw[:1] in ("|", ">") else ""


def _block(raw: str, wanted: str, context: Context) -> Iterator[str]:
    """A literal block at the same indentation."""
    body = wanted.rstrip("\n")
    newlines = len(wanted) - len(body)
    if not body or context.is_flow:
        return
    indent = _block_indent(raw, context)
    sign = "-" if newlines == 0 else "" if newlines == 1 else "+"
    digit = str(indent - context.indent) if body[0] in " \t\n" else ""
    pad, newline = " " * indent, context.newline
    lines = newline.join(f"{pad}{line}" if line else "" for line in body.split("\n"))
    ending = newline * max(newlines, 1) if newlines > 1 else raw[len(raw.rstrip()) :]
    yield f"|{digit}{sign}{newline}{lines}{ending or ''}"


def _block_indent(raw: str, context: Context) -> int:
    header = _HEADER.match(raw)
    digits = re.search(r"[1-9]", header.group()) if header else None
    if digits:
        return context.indent + int(digits.group())
    for line in raw[header.end() if header else 0 :].split("\n"):
        if line.strip():
            return len(line) - len(line.lstrip(" "))
    return context.indent + 2


def _mapped(raw: str, context: Context) -> Mapped | None:
    first = raw[:1]
    if first == '"':
        return _flow_mapped(raw[1:-1], 1, _DOUBLE)
    if first == "'":
        return _flow_mapped(raw[1:-1], 1, _SINGLE)
    if first in ("|", ">"):
        return _block_mapped(raw, context, is_folded=first == ">")
    return _flow_mapped(raw, 0, _PLAIN)


def _flow_mapped(raw: str, offset: int, pieces: re.Pattern[str]) -> Mapped | None:
    parts: list[str] = []
    places = array("L")
    position = 0
    for piece in pieces.finditer(raw):
        if piece.start() != position:
            return None
        position = piece.end()
        said = _said(piece)
        if said is None:
            return None
        parts.append(said)
        if piece.lastgroup == "text":
            places.extend(range(offset + piece.start(), offset + piece.end()))
        else:
            places.extend([offset + piece.start()] * len(said))
    places.append(offset + len(raw))
    return Mapped("".join(parts), places) if position == len(raw) else None


def _said(piece: re.Match[str]) -> str | None:
    """What a piece of a scalar stands for."""
    said = piece.group()
    match piece.lastgroup:
        case "fold":
            breaks = said.count("\n")
            return " " if breaks == 1 else "\n" * (breaks - 1)
        case "quote":
            return "'"
        case "joined":
            return ""
        case "code":
            code = int("0" + said[2:], 16)
            return chr(code) if code < 0x110000 else None
        case "letter":
            return _LETTERS.get(piece.group("letter"))
        case _:
            return said


def _block_mapped(raw: str, context: Context, *, is_folded: bool) -> Mapped | None:
    header = _HEADER.match(raw)
    if header is None:
        return None
    indent = _block_indent(raw, context)
    lines = _Lines(is_folded=is_folded)
    position = header.end()
    for line in raw[position:].splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        lines.add(bare[indent:], position + min(indent, len(bare)), position + len(bare))
        position += len(line)
    return lines.ended(header.group(), is_open=raw.endswith("\n"))


class _Lines:
    """The lines of a block scalar, put together."""

    def __init__(self, *, is_folded: bool) -> None:
        self._is_folded = is_folded
        self._parts: list[str] = []
        self._places = array("L")
        self._breaks: list[int] = []
        """The line ends that wait for the next line that is not empty."""
        self._was_free = False
        """The line before is more indented, or there is none."""
        self._is_first = True

    def add(self, content: str, start: int, end: int) -> None:
        """One line without its indentation."""
        if content:
            is_free = content[0] in " \t"
            self._flush(is_free=is_free)
            self._parts.append(content)
            self._places.extend(range(start, end))
            self._was_free, self._is_first = is_free, False
        self._breaks.append(end)

    def _flush(self, *, is_free: bool) -> None:
        breaks = self._breaks
        is_joined = self._is_folded and not is_free and not self._was_free and not self._is_first and breaks
        if is_joined and len(breaks) == 1:
            self._say(" ", breaks[0])
        else:
            for place in breaks[1:] if is_joined else breaks:
                self._say("\n", place)
        breaks.clear()

    def _say(self, text: str, place: int) -> None:
        self._parts.append(text)
        self._places.append(place)

    def ended(self, header: str, *, is_open: bool) -> Mapped:
        """The whole, with the line ends at its end that its header asks for."""
        breaks = self._breaks if is_open else self._breaks[:-1]
        last = breaks[0] if breaks else (self._places[-1] + 1 if self._places else 0)
        if "-" not in header:
            for place in breaks if "+" in header else breaks[:1] if self._parts else []:
                self._say("\n", place)
        self._places.append(self._places[-1] + 1 if self._parts and self._parts[-1] == "\n" else last)
        return Mapped("".join(self._parts), self._places)


def _reads(attempt: list[Splice], raw: str, wanted: str, context: Context, limits: Limits) -> bool:
    """Whether the scalar says what is wanted; the parser decides."""
    try:
        literal = spliced(raw, attempt)
        if raw[:1] in ("|", ">") and raw.endswith("\n") and not literal.endswith("\n"):
            return False
        pad = " " * context.indent
        wrapped = f"{pad}k: {{k: {literal}}}\n" if context.is_flow else f"{pad}k: {literal}\n{pad}l: 1\n"
        found = yaml_text.parse(wrapped, limits)[0].members[0][1]
        if context.is_flow:
            found = found.members[0][1]
        return found.kind not in (Kind.OBJECT, Kind.ARRAY) and found.text == wanted
    except (Refusal, IndexError):
        return False
