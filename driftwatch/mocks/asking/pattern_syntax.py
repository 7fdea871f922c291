r"""The subset of regular expressions that texts are made for, taken apart into pieces.

Literals, ``.``, classes, ``\d \w \s``, groups, alternation (its first branch) and quantifiers. Look-arounds,
back-references, word boundaries and Unicode classes are refused.
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal

LONGEST_PATTERN: Final = 2000
_DEEPEST: Final = 40
_PREFERRED: Final = "x1aA0-_.~ /"
_CLASSES: Final = frozenset("dDwWsS")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_QUANTIFIERS: Final = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_QUANTIFIER: Final = re.compile(r"(?:[?*+]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})[?+]?")
_RUN: Final = re.compile(r"[^\\.\[\](){}?*+|^$]+(?![?*+{])")
_GROUP_KIND: Final = re.compile(r"\?(?::|P?<[A-Za-z]\w*>|[ims]+(?=\)))")
_CLASS_BODY: Final = re.compile(r"\^?\]?(?:[^\]\\\[&]|\\[^pPbBNQE])*\]")


class Literal(Struct, frozen=True):
    """One text, and no other."""

    text: str


class Class(Struct, frozen=True):
    """One of several characters."""

    samples: tuple[str, ...]
    """Some of the characters it takes, the plainest first."""


class Group(Struct, frozen=True):
    """Pieces in brackets."""

    pieces: tuple["Piece", ...]
    """The first branch."""


class Repeat(Struct, frozen=True):
    """A piece several times; ``most`` is ``None`` without an upper end."""

    piece: "Piece"
    least: int
    most: int | None


Piece = Literal | Class | Group | Repeat


def read_pieces(source: str) -> tuple[Piece, ...]:
    """The pieces of a regular expression. Raises ``Refusal`` if it is not of the subset."""
    if len(source) > LONGEST_PATTERN:
        raise Refusal(f"a pattern of more than {LONGEST_PATTERN} characters")
    reader = _Reader(source)
    pieces = reader.branches(0)
    if reader.position < len(source):
        raise Refusal("a closing bracket too many in the pattern")
    return pieces


class _Reader:
    """Reads a pattern from left to right; ``position`` is the next character."""

    def __init__(self, source: str) -> None:
        self.position = 0
        self._source = source

    def branches(self, depth: int) -> tuple[Piece, ...]:
        """All branches up to a closing bracket; the first is kept."""
        if depth > _DEEPEST:
            raise Refusal("groups nested too deeply in the pattern")
        first = self._branch(depth)
        while self._peek() == "|":
            self.position += 1
            self._branch(depth)
        return first

    def _peek(self) -> str:
        return self._source[self.position : self.position + 1]

    def _take(self) -> str:
        self.position += 1
        return self._source[self.position - 1 : self.position]

    def _branch(self, depth: int) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        while self._peek() not in ("", "|", ")"):
            piece = self._atom(depth)
            if piece is not None:
                pieces.append(self._quantified(piece))
        return tuple(pieces)

    def _atom(self, depth: int) -> Piece | None:
        character = self._take()
        match character:
            case "^" | "$":
                return None
            case ".":
                return self._dot()
            case "(":
                return self._group(depth)
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise Refusal(f"a quantifier {character} with nothing before it")
            case _:
                return Literal(character + self._rest_of_run())

    def _rest_of_run(self) -> str:
        """The plain characters that follow, but for one that a quantifier is about."""
        found = _RUN.match(self._source, self.position)
        if not found:
            return ""
        self.position = found.end()
        return str(found.group())

    def _dot(self) -> Piece:
        """A lone dot is nearly always a dot that nobody escaped, and matches itself; a repeated one stands for text."""
        is_repeated = self._peek() != "" and self._peek() in "*+?{"
        return Class(("x", "1", "a")) if is_repeated else Literal(".")

    def _group(self, depth: int) -> Group:
        if self._peek() == "?":
            self._group_kind()
        pieces = self.branches(depth + 1)
        if self._take() != ")":
            raise Refusal("a bracket that is not closed in the pattern")
        return Group(pieces)

    def _group_kind(self) -> None:
        named = _GROUP_KIND.match(self._source, self.position)
        if not named:
            raise Refusal("a look-around or another special group in the pattern")
        self.position = named.end()

    def _class(self) -> Class:
        found = _CLASS_BODY.match(self._source, self.position)
        if not found:
            raise Refusal("a character class of a kind that is not read")
        self.position = found.end()
        return _samples(f"[{found.group()}")

    def _escape(self) -> Piece:
        character = self._take()
        if character in _CLASSES and character:
            return _samples(f"\\{character}")
        if character in _CONTROLS:
            return Literal(_CONTROLS[character])
        if not character or character.isalnum():
            raise Refusal(f"\\{character} in the pattern")
        return Literal(character)

    def _quantified(self, piece: Piece) -> Piece:
        found = _QUANTIFIER.match(self._source, self.position)
        if not found:
            return piece
        self.position = found.end()
        simple = _QUANTIFIERS.get(str(found.group())[0])
        if simple:
            return Repeat(piece, *simple)
        least = int(found.group(1))
        most = least if not found.group(2) else int(found.group(3)) if found.group(3) else None
        return Repeat(piece, least, most)


@lru_cache(maxsize=1024)
def _samples(class_source: str) -> Class:
    import regex  # noqa: PLC0415 - loaded on demand: few mocks match by patterns

    try:
        compiled = regex.compile(class_source)
    except regex.error as error:
        raise Refusal("a character class of a kind that is not read") from error
    characters = (*_PREFERRED, *map(chr, range(32, 127)))
    found = tuple(dict.fromkeys(character for character in characters if compiled.fullmatch(character)))
    if not found:
        raise Refusal("a character class without a plain character")
    return Class(found[:3])
