"""Dynamic places: what of a templated body is fixed, and at which paths a template decides.

Handlebars expressions (``{{x}}``, ``{{{x}}}``, whole blocks) are replaced by words that occur nowhere else, the text is
parsed as JSON, and the words are looked up again. Where that fails (a block that makes structure), the whole body is
dynamic.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join

_TOKEN: Final = re.compile(r"(?s)(\{\{\{(?:(?!\{\{\{).)*?\}\}\}|\{\{.*?\}\})|\\.|(\")")
_OPEN: Final = re.compile(r"\{\{\{?~?(?:#|\^\s*\w)")
_CLOSE: Final = re.compile(r"\{\{\{?~?/")
_STAND_IN: Final = "dynamic"
"""What stands where a template writes text."""


class Rendering(Struct, frozen=True):
    """A templated body made plain."""

    text: str
    """Valid JSON if a template only fills in values: ``null`` outside quotes, a word inside."""
    matchers: tuple[Matcher, ...]
    """One dynamic statement per place; the path is empty if the whole body is."""


class _Piece(Struct, frozen=True):
    """A stretch of the text that a template produces."""

    start: int
    end: int
    is_quoted: bool


def has_template(text: str) -> bool:
    """Whether there is an expression at all."""
    return "{{" in text and "}}" in text


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where the expressions and whole blocks of a text begin and end, in their order."""
    return ((piece.start, piece.end) for piece in _pieces(text))


def render(text: str) -> Rendering:
    """Replace the expressions of a body and say where they stood."""
    return _rendered(text, list(_pieces(text)))


def render_marks(text: str, mark: str) -> Rendering:
    """The same for expressions of another spelling, each of which writes one value; braces mean what they say.

    ``mark`` is a regular expression for one of them. It has no groups of its own and no end that is far away: it is
    tried at every place of a stranger's text.
    """
    return _rendered(text, list(_marked(text, mark)))


def _rendered(text: str, pieces: list[_Piece]) -> Rendering:
    quoted, bare = _unused(text, "q"), _unused(text, "v")
    for start, end in ((0, len(text)), _core(text, pieces)):
        kept = [piece for piece in pieces if start <= piece.start and piece.end <= end]
        marked = _replace(text[:end], kept, quoted, f'"{bare}"')[start:]
        matchers = _matchers(marked, quoted, bare)
        if matchers is not None and all(matcher.path for matcher in matchers):
            plain = marked.replace(f'"{bare}"', "null").replace(quoted, _STAND_IN)
            return Rendering(plain, matchers)
    whole = Matcher("", MatcherKind.DYNAMIC)
    is_structure = text.lstrip()[:1] in ("{", "[")
    return Rendering("null" if is_structure else _replace(text, pieces, _STAND_IN, _STAND_IN), (whole,))


def _unused(text: str, kind: str) -> str:
    number = 0
    while f"template{number}{kind}" in text:
        number += 1
    return f"template{number}{kind}"


def _pieces(text: str) -> Iterator[_Piece]:
    """Expressions and whole blocks in order; quotes inside them do not count."""
    is_quoted, depth, opened = False, 0, 0
    # behind the last closing braces nothing ends any more, and looking for it from every opening would take for ever
    for token in _TOKEN.finditer(text, 0, text.rfind("}}") + 2):
        expression = token.group(1)
        if expression is None:
            is_quoted ^= token.group(2) is not None and not depth
        elif _OPEN.match(expression):
            opened = opened if depth else token.start()
            depth += 1
        elif not depth:
            yield _Piece(token.start(), token.end(), is_quoted)
        elif _CLOSE.match(expression):
            depth -= 1
            if not depth:
                yield _Piece(opened, token.end(), is_quoted)


def _marked(text: str, mark: str) -> Iterator[_Piece]:
    """What a mark finds, in order; quotes inside it do not count."""
    is_quoted = False
    for token in re.finditer(rf'({mark})|\\.|(")', text, re.DOTALL):
        if token.group(1) is not None:
            yield _Piece(token.start(), token.end(), is_quoted)
        else:
            is_quoted ^= token.group(2) is not None


def _core(text: str, pieces: list[_Piece]) -> tuple[int, int]:
    """The text without the expressions before and behind it: assignments that print nothing."""
    start, end = 0, len(text)
    for piece in pieces:
        if text[start : piece.start].strip():
            break
        start = piece.end
    for piece in reversed(pieces):
        if piece.end <= start or text[piece.end : end].strip():
            break
        end = piece.start
    return start, end


def _replace(text: str, pieces: list[_Piece], quoted: str, bare: str) -> str:
    parts, position = [], 0
    for piece in pieces:
        parts += [text[position : piece.start], quoted if piece.is_quoted else bare]
        position = piece.end
    return "".join([*parts, text[position:]])


def _matchers(marked: str, quoted: str, bare: str) -> tuple[Matcher, ...] | None:
    """A statement for each place where one of the words stands; ``None`` if the text is no JSON."""
    try:
        value = json_text.decode(marked)
    except (ValueError, RecursionError):
        return None
    found: dict[str, bool] = {}
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        path, here = stack.pop()
        match here:
            case str() if here == bare or quoted in here:
                found[path] = found.get(path, True) and here != bare
            case list():
                stack.extend((join(path, ITEM), item) for item in reversed(here))
            case dict():
                if any(quoted in name or bare in name for name in here):
                    found[path] = False
                stack.extend((join(path, name), inner) for name, inner in reversed(here.items()))
            case _:
                pass
    return tuple(Matcher(path, MatcherKind.DYNAMIC, is_text=is_text) for path, is_text in found.items())
