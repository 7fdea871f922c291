r"""Regular expressions of mocks: whether a text matches, and the shortest texts that would.

Texts are made for a small subset: literals, ``.``, classes, ``\d \w \s``, groups, alternation (its first branch)
and quantifiers. Look-arounds, back-references, word boundaries and Unicode classes are refused. Every text is checked
against the whole expression by the ``regex`` package, within a time limit, since patterns are strangers too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from driftwatch.mocks.refusal import Refusal

_LONGEST_PATTERN: Final = 2000
_LONGEST_TEXT: Final = 2000
_DEEPEST: Final = 40
_SECONDS: Final = 0.2
_PREFERRED: Final = "x1aA0-_.~ /"
_CLASSES: Final = frozenset("dDwWsS")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_QUANTIFIERS: Final = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_QUANTIFIER: Final = regex.compile(r"(?:[?*+]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})[?+]?")
_GROUP_KIND: Final = regex.compile(r"\?(?::|P?<[A-Za-z]\w*>|[ims]+(?=\)))")
_CLASS_BODY: Final = regex.compile(r"\^?\]?(?:[^\]\\\[&]|\\[^pPbBNQE])*\]")
_META: Final = frozenset("\\.[](){}?*+|^$")


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str


@dataclass(frozen=True, slots=True)
class _Class:
    samples: tuple[str, ...]
    """Some of the characters it takes, the plainest first."""


@dataclass(frozen=True, slots=True)
class _Group:
    pieces: tuple["_Piece", ...]
    """The first branch."""


@dataclass(frozen=True, slots=True)
class _Repeat:
    piece: "_Piece"
    least: int
    most: int | None


_Piece = _Literal | _Class | _Group | _Repeat


@dataclass(frozen=True, slots=True)
class _Choice:
    """How open places are filled in one candidate."""

    pick: int = 0
    """Which sample of a class."""
    stars: int = 1
    """How often a ``*`` repeats."""
    hint: str = ""
    """What the last repeated class stands for."""


def matches(pattern: str, text: str) -> bool | None:
    """Whether the whole text matches; ``None`` if that cannot be told (another dialect, or too slow)."""
    if _META.isdisjoint(pattern):
        return pattern == text
    compiled = _compile(pattern)
    if compiled is None:
        return None
    try:
        return compiled.fullmatch(text, timeout=_SECONDS) is not None
    except TimeoutError:
        return None


def literal_prefix(pattern: str) -> str:
    """The characters every match begins with, as far as they can be read off the pattern."""
    end = next((index for index, character in enumerate(pattern) if character in _META), len(pattern))
    if end == len(pattern):
        return pattern
    if "|" in pattern:
        return ""
    return pattern[: end - 1] if pattern[end] in "?*{" else pattern[:end]


@lru_cache(maxsize=4096)
def _compile(pattern: str) -> regex.Pattern[str] | None:
    if len(pattern) > _LONGEST_PATTERN:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the subset, taken apart."""

    source: str
    _pieces: tuple[_Piece, ...]

    @property
    def literal(self) -> str | None:
        """The one text it matches, if there is only one."""
        if all(isinstance(piece, _Literal) for piece in self._pieces):
            return "".join(piece.text for piece in self._pieces if isinstance(piece, _Literal))
        return None

    @property
    def is_catch_all(self) -> bool:
        """Whether it pins nothing: neither a letter nor a digit is in it."""
        return not any(character.isalnum() for piece in _flatten(self._pieces) for character in piece.text)

    def candidates(self, *, in_path: bool = False, hints: Iterable[str] = ()) -> Iterator[str]:
        """Texts that match, each once, the likeliest first. ``hints`` are values an open place may well have."""
        seen = set()
        for choice in (*(_Choice(hint=hint) for hint in hints), *_CHOICES):
            text = _Writer(choice, in_path).write(self._pieces)
            for candidate in (text, f"/{text}") if in_path and not text.startswith("/") else (text,):
                if candidate not in seen and matches(self.source, candidate):
                    seen.add(candidate)
                    yield candidate


_CHOICES: Final = (_Choice(), _Choice(pick=1), _Choice(pick=2), _Choice(stars=0), _Choice(stars=2))


def parse(source: str) -> Pattern:
    """Take a regular expression apart. Raises ``Refusal`` if it is not of the subset."""
    if len(source) > _LONGEST_PATTERN:
        raise Refusal(f"a pattern of more than {_LONGEST_PATTERN} characters")
    reader = _Reader(source)
    pieces = reader.branches(0)
    if reader.position < len(source):
        raise Refusal("a closing bracket too many in the pattern")
    return Pattern(source, pieces)


def _flatten(pieces: Iterable[_Piece]) -> Iterator[_Literal]:
    for piece in pieces:
        match piece:
            case _Literal():
                yield piece
            case _Group():
                yield from _flatten(piece.pieces)
            case _Repeat() if piece.least:
                yield from _flatten((piece.piece,))


class _Writer:
    """Writes one text that the pieces describe; refuses to write at length."""

    def __init__(self, choice: _Choice, in_path: bool) -> None:
        self._choice = choice
        self._in_path = in_path
        self._text = ""

    def write(self, pieces: tuple[_Piece, ...]) -> str:
        for position, piece in enumerate(pieces):
            self._write(piece, is_last=position == len(pieces) - 1)
        return self._text

    def _write(self, piece: _Piece, *, is_last: bool) -> None:
        match piece:
            case _Literal():
                self._add(piece.text)
            case _Class():
                self._add(piece.samples[min(self._choice.pick, len(piece.samples) - 1)])
            case _Group():
                self.write(piece.pieces)
            case _Repeat():
                self._repeat(piece, is_last=is_last)

    def _repeat(self, repeat: _Repeat, *, is_last: bool) -> None:
        is_segment = not self._in_path or self._text.endswith("/")
        if self._choice.hint and is_segment and repeat.most != 1 and isinstance(repeat.piece, _Class):
            self._add(self._choice.hint)
            return
        for _ in range(self._times(repeat, is_last=is_last)):
            self._write(repeat.piece, is_last=False)

    def _times(self, repeat: _Repeat, *, is_last: bool) -> int:
        if repeat.least or repeat.most is not None:
            return repeat.least
        is_inside_segment = self._in_path and (self._text.endswith("/") or not is_last)
        return self._choice.stars if is_inside_segment else 0

    def _add(self, text: str) -> None:
        self._text += text
        if len(self._text) > _LONGEST_TEXT:
            raise Refusal(f"the shortest match has more than {_LONGEST_TEXT} characters")


class _Reader:
    """Reads a pattern from left to right; ``position`` is the next character."""

    def __init__(self, source: str) -> None:
        self.position = 0
        self._source = source

    def branches(self, depth: int) -> tuple[_Piece, ...]:
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

    def _branch(self, depth: int) -> tuple[_Piece, ...]:
        pieces: list[_Piece] = []
        while self._peek() not in ("", "|", ")"):
            piece = self._atom(depth)
            if piece is not None:
                pieces.append(self._quantified(piece))
        return tuple(pieces)

    def _atom(self, depth: int) -> _Piece | None:
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
                return _Literal(character)

    def _dot(self) -> _Piece:
        """A lone dot is nearly always a dot that nobody escaped, and matches itself; a repeated one stands for text."""
        is_repeated = self._peek() != "" and self._peek() in "*+?{"
        return _Class(("x", "1", "a")) if is_repeated else _Literal(".")

    def _group(self, depth: int) -> _Group:
        if self._peek() == "?":
            self._group_kind()
        pieces = self.branches(depth + 1)
        if self._take() != ")":
            raise Refusal("a bracket that is not closed in the pattern")
        return _Group(pieces)

    def _group_kind(self) -> None:
        named = _GROUP_KIND.match(self._source, self.position)
        if not named:
            raise Refusal("a look-around or another special group in the pattern")
        self.position = named.end()

    def _class(self) -> _Class:
        found = _CLASS_BODY.match(self._source, self.position)
        if not found:
            raise Refusal("a character class of a kind that is not read")
        self.position = found.end()
        return _samples(f"[{found.group()}")

    def _escape(self) -> _Piece:
        character = self._take()
        if character in _CLASSES and character:
            return _samples(f"\\{character}")
        if character in _CONTROLS:
            return _Literal(_CONTROLS[character])
        if not character or character.isalnum():
            raise Refusal(f"\\{character} in the pattern")
        return _Literal(character)

    def _quantified(self, piece: _Piece) -> _Piece:
        found = _QUANTIFIER.match(self._source, self.position)
        if not found:
            return piece
        self.position = found.end()
        simple = _QUANTIFIERS.get(found.group()[0])
        if simple:
            return _Repeat(piece, *simple)
        least = int(found.group(1))
        most = least if not found.group(2) else int(found.group(3)) if found.group(3) else None
        return _Repeat(piece, least, most)


@lru_cache(maxsize=1024)
def _samples(class_source: str) -> _Class:
    compiled = _compile(class_source)
    if compiled is None:
        raise Refusal("a character class of a kind that is not read")
    characters = (*_PREFERRED, *map(chr, range(32, 127)))
    found = tuple(dict.fromkeys(character for character in characters if compiled.fullmatch(character)))
    if not found:
        raise Refusal("a character class without a plain character")
    return _Class(found[:3])
