r"""Regular expressions of mocks: whether a text matches, and the shortest texts that would.

Texts are made for a small subset (``pattern_syntax``). Each is checked against the whole expression by the ``regex``
package, within a time limit, since patterns are strangers too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from driftwatch.mocks.asking.pattern_syntax import LONGEST_PATTERN, Class, Group, Literal, Piece, Repeat, read_pieces
from driftwatch.mocks.refusal import Refusal

_LONGEST_TEXT: Final = 2000
_SECONDS: Final = 0.2
_HURRIED: Final = 0.005
_PATIENCE: Final = 50
"""Slow patterns that are each given the whole time; a file may hold ten thousand of them."""
_SLOW: Final[set[str]] = set()
"""Patterns that ran out of time once: ten thousand stubs must not each wait for the same one."""
_META: Final = frozenset("\\.[](){}?*+|^$")


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
    if pattern in _SLOW:
        return None
    compiled = _compile(pattern)
    if compiled is None:
        return None
    try:
        return compiled.fullmatch(text, timeout=_SECONDS if len(_SLOW) < _PATIENCE else _HURRIED) is not None
    except TimeoutError:
        _SLOW.add(pattern)
        return None


def occurs(pattern: str, text: str, *, ignores_case: bool = False) -> bool | None:
    """Whether a pattern matches somewhere in a text (JavaScript's ``test``); ``None`` if that cannot be told."""
    if not pattern:
        return True
    return matches(f"(?s:.*?)(?{'i' if ignores_case else ''}:{pattern})(?s:.*)", text)


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
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Pattern:
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


def parse(source: str) -> Pattern:
    """Take a regular expression apart. Raises ``Refusal`` if it is not of the subset."""
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
