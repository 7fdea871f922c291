r"""Regular expressions of mocks: whether a text matches, and the shortest texts that would.

Texts are made for a small subset (``pattern_syntax``). Each is checked against the whole expression by the ``regex``
package, within a time limit, since patterns are strangers too.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from driftwatch.mocks.asking import effort
from driftwatch.mocks.asking.pattern_syntax import LONGEST_PATTERN, Class, Group, Literal, Piece, Repeat, read_pieces
from driftwatch.mocks.refusal import Refusal

if TYPE_CHECKING:
    import regex

_LONGEST_TEXT: Final = 2000
_SECONDS: Final = ((25, 0.2), (500, 0.005))
"""How long a match may take, by how many patterns were too slow so far: a file may hold ten thousand of them."""
_HURRIED: Final = 0.0005
"""The same for all others; an honest pattern takes some millionths of a second."""
_KNOWN: Final = 32_768
"""Patterns of which is remembered what can be read off: far less than what is compiled of them."""
_SLOW: Final[set[str]] = set()
"""Patterns that ran out of time once: ten thousand stubs must not each wait for the same one."""
_META: Final = frozenset("\\.[](){}?*+|^$")
_QUANTIFIED: Final = frozenset("?*{")
"""What may make the letter before it one that need not be there."""
_REPEATED: Final = frozenset("?*+{")
_MANY: Final = 9
_MOST_STEPS: Final = 100_000
"""Steps that need no clock: setting one takes twenty times as long as an honest match."""
_LONG_ESCAPE: Final = re.compile(r"\\[^\W_dDwWsSnrtf]")
_COUNT: Final = re.compile(r"\{\d*,?\d*\}")
_NEEDLES: Final = 3
_TOKEN: Final = re.compile(
    r"""(?xs) \\. | \[\^?\]?(?:\\.|[^\]\\])*+\] | \{[^{}]*+\}
    | (?P<plain>[^\\\[\](){}?*+.^$|]++) | (?P<bracket>[()]) | ."""
)
"""A pattern from left to right: what is escaped, classes, counts, plain letters, brackets, other signs."""


class _Choice(Struct, frozen=True):
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
    return _tried(pattern, text, in_all=True)


def _tried(pattern: str, text: str, *, in_all: bool) -> bool | None:
    if pattern in _SLOW:
        return None
    looks = _look_at(pattern)
    if looks is None:
        return None
    for needle in looks.needles:
        if needle not in text:
            return False
    compiled = _compile(pattern)
    if compiled is None:
        return None
    is_quick = (len(text) + 1) ** (looks.repeats if in_all else looks.repeats + 1) <= _MOST_STEPS
    try:
        look = compiled.fullmatch if in_all else compiled.search
        return look(text, timeout=None if is_quick else _patience()) is not None
    except (TimeoutError, MemoryError):
        _SLOW.add(pattern)
        return None


def needles(pattern: str) -> tuple[str, ...]:
    """Texts that are in everything a pattern matches, as far as they can be read off."""
    looks = _look_at(pattern)
    return looks.needles if looks else ()


class _Looks(msgspec.Struct, frozen=True):
    """What can be read off a pattern."""

    needles: tuple[str, ...] = ()
    repeats: int = _MANY
    """How many places of it may match more or less: looking for a match takes at most the length to their power."""


def _patience() -> float:
    return next((seconds for many, seconds in _SECONDS if len(_SLOW) < many), _HURRIED)


@lru_cache(maxsize=_KNOWN)
def _look_at(pattern: str) -> _Looks | None:
    """What can be read off a pattern; ``None`` if it is none.

    Most of a server's patterns differ in their needles, and looking for those spares nearly all matching. The last come
    first: paths begin alike.
    """
    if _compile(pattern) is None:
        return None
    # of several branches one will do; flags change what letters mean, and after some escapes they are digits
    if "|" in pattern or "(?" in pattern or _LONG_ESCAPE.search(pattern):
        return _Looks()
    found, depth, repeats = list[str](), 0, 0
    for token in _TOKEN.finditer(pattern):
        kind, text = token.lastgroup, token.group()
        if kind == "plain" and not depth:
            found.append(text[:-1] if pattern[token.end() : token.end() + 1] in _QUANTIFIED else text)
        elif kind == "bracket":
            depth += 1 if text == "(" else -1
            repeats += _MANY if pattern[token.end() : token.end() + 1] in _REPEATED else 0
        elif text[0] in _REPEATED:
            repeats += 1 if text[0] != "{" or _COUNT.fullmatch(text) else _MANY
    return _Looks(tuple(text for text in reversed(found) if text)[:_NEEDLES], min(repeats, _MANY))


def occurs(pattern: str, text: str, *, ignores_case: bool = False) -> bool | None:
    """Whether a pattern matches somewhere in a text (JavaScript's ``test``); ``None`` if that cannot be told."""
    if not pattern:
        return True
    return _tried(f"(?i:{pattern})" if ignores_case else pattern, text, in_all=False)


def literal_prefix(pattern: str) -> str:
    """The characters every match begins with, as far as they can be read off the pattern."""
    end = next((index for index, character in enumerate(pattern) if character in _META), len(pattern))
    if end == len(pattern):
        return pattern
    if "|" in pattern:
        return ""
    return pattern[: end - 1] if pattern[end] in "?*{" else pattern[:end]


@lru_cache(maxsize=4096)
def _compile(pattern: str) -> "regex.Pattern[str] | None":
    import regex  # noqa: PLC0415 - loaded on demand: few mocks match by patterns

    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


class Pattern(Struct, frozen=True):
    """A regular expression of the subset, taken apart."""

    source: str
    _pieces: tuple[Piece, ...]

    @property
    def literal(self) -> str | None:
        """The one text it matches, if there is only one."""
        if all(isinstance(piece, Literal) for piece in self._pieces):
            return "".join(piece.text for piece in self._pieces if isinstance(piece, Literal))
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


def parse(source: str, *, is_asked: bool = True) -> Pattern:
    """Take a regular expression apart. Raises ``Refusal`` if it is not of the subset, or one too many.

    ``is_asked``: a request hangs on it, which nobody makes then; only these are counted.
    """
    if is_asked:
        effort.spend(source)
    return Pattern(source, read_pieces(source))


def _flatten(pieces: Iterable[Piece]) -> Iterator[Literal]:
    for piece in pieces:
        match piece:
            case Literal():
                yield piece
            case Group():
                yield from _flatten(piece.pieces)
            case Repeat() if piece.least:
                yield from _flatten((piece.piece,))


class _Writer:
    """Writes one text that the pieces describe; refuses to write at length."""

    def __init__(self, choice: _Choice, in_path: bool) -> None:
        self._choice = choice
        self._in_path = in_path
        self._text = ""

    def write(self, pieces: tuple[Piece, ...]) -> str:
        for position, piece in enumerate(pieces):
            self._write(piece, is_last=position == len(pieces) - 1)
        return self._text

    def _write(self, piece: Piece, *, is_last: bool) -> None:
        match piece:
            case Literal():
                self._add(piece.text)
            case Class():
                self._add(piece.samples[min(self._choice.pick, len(piece.samples) - 1)])
            case Group():
                self.write(piece.pieces)
            case Repeat():
                self._repeat(piece, is_last=is_last)

    def _repeat(self, repeat: Repeat, *, is_last: bool) -> None:
        is_segment = not self._in_path or self._text.endswith("/")
        if self._choice.hint and is_segment and repeat.most != 1 and isinstance(repeat.piece, Class):
            self._add(self._choice.hint)
            return
        for _ in range(self._times(repeat, is_last=is_last)):
            self._write(repeat.piece, is_last=False)

    def _times(self, repeat: Repeat, *, is_last: bool) -> int:
        if repeat.least or repeat.most is not None:
            return repeat.least
        is_inside_segment = self._in_path and (self._text.endswith("/") or not is_last)
        return self._choice.stars if is_inside_segment else 0

    def _add(self, text: str) -> None:
        self._text += text
        if len(self._text) > _LONGEST_TEXT:
            raise Refusal(f"the shortest match has more than {_LONGEST_TEXT} characters")
