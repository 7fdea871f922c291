"""JSON as people write it: with comments, single quotes, trailing commas, and every value's place.

Jackson as WireMock configures it takes comments and single quotes (3.13.1, ``Json.java``), as MockServer does also
trailing commas, unquoted names, raw control characters and a backslash before any character (5.15.0,
``ObjectMapperFactory``). One reader for all of them takes the union. It is some thirty times slower than ``json_text``.
"""

import re
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.nodes import Kind, Node

_GAP: Final = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|\#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_PLAIN: Final = frozenset('"{}[]:,-0123456789tfn')
"""What no gap begins with: most of what is looked at."""
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


class _Open(Struct):
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


def value_at(text: str, start: int, depth: int) -> Node:
    """The one value that begins at a place of ``text``, whatever comes behind it. Raises ``Refusal``."""
    return _Reader(text, depth, start).value()


class _Reader:
    """Reads with a stack of its own, so that deep nesting is a refusal and never an overflow."""

    def __init__(self, text: str, depth: int, start: int = 0) -> None:
        self._text = text
        self._depth = depth
        self._position = start
        self._stack: list[_Open] = []

    def read(self) -> Node:
        node = self.value()
        if self._peek():
            raise Refusal("there is more text after the end of the document", self._position)
        return node

    def value(self) -> Node:
        node = self._value()
        while self._stack or node is None:
            if node is not None:
                self._stack[-1].add(node)
                node = self._after_value()
            else:
                node = self._inside()
        return node

    def _peek(self) -> str:
        character = self._text[self._position : self._position + 1]
        if character in _PLAIN:
            return character
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
        return Node(Kind.STRING, start, match.end(), unescape(match.group(1)))

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


def unescape(raw: str) -> str:
    """What stands between the quotes of a text as the text itself."""
    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(_character, raw)
    return _PAIR.sub(lambda pair: pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def _character(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    return chr(int(code, 16)) if code else _ESCAPED.get(letter, letter)
