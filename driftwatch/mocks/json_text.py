"""JSON as people write it: standard JSON fast, and the rest with comments, single quotes or trailing commas.

Three readers, the quickest first. ``decode`` is msgspec (a third of the library's time) and then the standard library,
which knows ``NaN`` and lone surrogates. ``Layout`` finds where a value stands in such a text by skipping its
neighbours with the library's C scanner. ``parse`` reads what both refuse, token by token, and keeps every place.

Jackson as WireMock configures it takes comments and single quotes (3.13.1, ``Json.java``), as MockServer does also
trailing commas, unquoted names, raw control characters and a backslash before any character (5.15.0,
``ObjectMapperFactory``). One reader for all of them takes the union.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from driftwatch.mocks.nodes import Kind, Node
from driftwatch.mocks.refusal import Refusal, Step

Span = tuple[int, int]
"""First character and the one after the last, counted from the start of the document."""

_CONTAINERS: Final = frozenset([dict, list])
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_SCAN: Final = json.JSONDecoder().raw_decode


def decode(text: str) -> object:
    """The value of a text that Python's parsers take; raises ``ValueError`` or ``RecursionError`` if they do not."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text)


def encode(value: object) -> str:
    """Compact JSON of a plain value."""
    try:
        return msgspec.json.encode(value).decode()
    except (UnicodeError, TypeError, OverflowError):
        return json.dumps(value, separators=(",", ":"), default=repr)


def is_deeper(value: object, limit: int) -> bool:
    """Whether containers nest deeper than ``limit``; walks level by level, so depth cannot hurt."""
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if type(inner) in _CONTAINERS
        ]
        if not level:
            return False
    return True


class Layout:
    """Where the values of a text stand that ``decode`` took; each container is looked through once, when asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names: dict[int, dict[str, Span]] = {}
        self._items: dict[int, list[Span]] = {}

    def span(self, steps: tuple[Step, ...]) -> Span:
        """The characters of one value; raises ``KeyError`` or ``IndexError`` if nothing stands there."""
        start = self._skip(0)
        if not steps:
            return self._value(start)
        span = (start, start)
        for step in steps:
            span = self._members(span[0])[step] if isinstance(step, str) else self._elements(span[0])[step]
        return span

    def start(self, steps: tuple[Step, ...]) -> int:
        """The first character of one value."""
        return self.span(steps)[0] if steps else self._skip(0)

    def _skip(self, position: int) -> int:
        match = _BLANK.match(self._text, position)
        return match.end() if match else position

    def _members(self, start: int) -> dict[str, Span]:
        if start not in self._names:
            self._names[start] = found = {}
            position = self._skip(self._expect(start, "{") + 1)
            while self._text[position] != "}":
                name, position = _SCAN(self._text, position)
                found[name] = span = self._value(self._skip(position) + 1)
                position = self._next(span[1])
        return self._names[start]

    def _elements(self, start: int) -> list[Span]:
        if start not in self._items:
            self._items[start] = found = []
            position = self._skip(self._expect(start, "[") + 1)
            while self._text[position] != "]":
                span = self._value(position)
                found.append(span)
                position = self._next(span[1])
        return self._items[start]

    def _expect(self, start: int, bracket: str) -> int:
        if self._text[start] != bracket:
            raise KeyError(start)
        return start

    def _value(self, position: int) -> Span:
        start = self._skip(position)
        return start, _SCAN(self._text, start)[1]

    def _next(self, position: int) -> int:
        position = self._skip(position)
        return self._skip(position + 1) if self._text[position] == "," else position


_GAP: Final = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|\#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD: Final = re.compile(r"""[^\s,:\[\]{}"'/#]+""")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:Infinity|NaN)")
_QUOTED: Final = {
    '"': re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL),
    "'": re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL),
}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_WORDS: Final = {
    "true": Kind.BOOLEAN,
    "false": Kind.BOOLEAN,
    "null": Kind.NULL,
    "undefined": Kind.NULL,
}


@dataclass(slots=True)
class _Open:
    """A container whose end has not come."""

    kind: Kind
    start: int
    members: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    name: Node | None = None

    def add(self, node: Node) -> None:
        if self.name is None:
            self.items.append(node)
        else:
            self.members.append((self.name, node))
            self.name = None

    def close(self, end: int) -> Node:
        return Node(self.kind, self.start, end, members=tuple(self.members), items=tuple(self.items))


def parse(text: str, depth: int) -> Node:
    """The one value in ``text``, tolerantly. Raises ``Refusal`` with the offset of the first thing that is no JSON."""
    return _Reader(text, depth).read()


class _Reader:
    """Reads with a stack of its own, so that deep nesting is a refusal and never an overflow."""

    def __init__(self, text: str, depth: int) -> None:
        self._text = text
        self._depth = depth
        self._position = 0
        self._stack: list[_Open] = []

    def read(self) -> Node:
        node = self._value()
        while self._stack or node is None:
            if node is not None:
                self._stack[-1].add(node)
                node = self._after_value()
            else:
                node = self._inside()
        if self._peek():
            raise Refusal("there is more text after the end of the document", self._position)
        return node

    def _peek(self) -> str:
        gap = _GAP.match(self._text, self._position)
        if gap:
            self._position = gap.end()
        return self._text[self._position : self._position + 1]

    def _inside(self) -> Node | None:
        """The next thing in the innermost container: its end, or a name and the value's first character."""
        top = self._stack[-1]
        if self._peek() == ("}" if top.kind is Kind.OBJECT else "]"):
            return self._close()
        if top.kind is Kind.OBJECT:
            top.name = self._name()
        return self._value()

    def _after_value(self) -> Node | None:
        character = self._peek()
        if character == ",":
            self._position += 1
            return None
        top = self._stack[-1]
        closing = "}" if top.kind is Kind.OBJECT else "]"
        if character != closing:
            raise self._unexpected(f"',' or '{closing}'")
        return self._close()

    def _close(self) -> Node:
        self._position += 1
        return self._stack.pop().close(self._position)

    def _value(self) -> Node | None:
        """A scalar, or ``None`` after a container was opened."""
        character = self._peek()
        if character in ("{", "["):
            if len(self._stack) >= self._depth:
                raise Refusal(f"nested deeper than {self._depth} levels", self._position)
            self._stack.append(_Open(Kind.OBJECT if character == "{" else Kind.ARRAY, self._position))
            self._position += 1
            return None
        if character in _QUOTED:
            return self._string(character)
        return self._word()

    def _name(self) -> Node:
        character = self._peek()
        if character in _QUOTED:
            name = self._string(character)
        else:
            match = _WORD.match(self._text, self._position)
            if not match:
                raise self._unexpected("a member's name")
            name = Node(Kind.STRING, match.start(), match.end(), match.group())
            self._position = match.end()
        if self._peek() != ":":
            raise self._unexpected("':'")
        self._position += 1
        return name

    def _string(self, quote: str) -> Node:
        start = self._position
        match = _QUOTED[quote].match(self._text, start)
        if not match:
            raise Refusal("a text in quotes does not end", start)
        self._position = match.end()
        return Node(Kind.STRING, start, match.end(), _unescape(match.group(1)))

    def _word(self) -> Node:
        match = _WORD.match(self._text, self._position)
        if not match:
            raise self._unexpected("a value")
        word = match.group()
        kind = _WORDS.get(word) or (Kind.NUMBER if _NUMBER.fullmatch(word) else None)
        if kind is None:
            raise self._unexpected("a value")
        self._position = match.end()
        return Node(kind, match.start(), match.end(), word)

    def _unexpected(self, wanted: str) -> Refusal:
        character = self._peek()
        found = f"{character!r}" if character else "the end of the file"
        return Refusal(f"expected {wanted}, found {found}", self._position)


def _unescape(raw: str) -> str:
    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(_character, raw)
    return _PAIR.sub(lambda pair: pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def _character(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    return chr(int(code, 16)) if code else _ESCAPED.get(letter, letter)
