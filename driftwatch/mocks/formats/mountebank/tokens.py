"""Dynamic places of a mountebank answer: tokens that behaviors replace, and values that a script made.

A token can be any text; ``${NAME}`` is usual. ``[1]`` and ``['column']`` behind it belong to it.
"""

import re

from msgspec.structs import replace

from driftwatch.mocks.answers.templates import Rendering, render
from driftwatch.mocks.formats.mountebank.config import BARE, HOLE

_BEHIND = r"""(?:\[(?:\d{1,6}|'[^'\]]{0,200}'|\\?"[^"\]\\]{0,200}\\?"|[\w -]{1,200})\])?"""
_BRACES = "{{"
_AWAY = "\ue0f1\ue0f1"
"""Braces that the mock means as they stand, while the tokens are looked for. Closing ones end nested objects, too."""


def find_tokens(text: str, tokens: tuple[str, ...]) -> bool:
    """Whether one of the tokens stands in a text."""
    return any(token in text for token in tokens)


def is_dynamic(text: str, tokens: tuple[str, ...]) -> bool:
    """Whether a token or a script decides about a text."""
    return find_tokens(text, tokens) or HOLE.search(text) is not None


def expression(tokens: tuple[str, ...]) -> str:
    """A regular expression for any of the tokens, of which there is one, with what belongs to it."""
    longest_first = sorted(map(re.escape, tokens), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)}){_BEHIND}"


def render_tokens(text: str, tokens: tuple[str, ...]) -> Rendering:
    """A body with its tokens made plain and their places marked."""
    names = [expression(tokens)] if tokens else []
    pattern = re.compile("|".join([*names, BARE.pattern, HOLE.pattern]))
    rendering = render(pattern.sub("{{token}}", text.replace(_BRACES, _AWAY)))
    matchers = (replace(matcher, path=_back(matcher.path)) for matcher in rendering.matchers)
    return Rendering(_back(rendering.text), tuple(matchers))


def _back(text: str) -> str:
    return text.replace(_AWAY, _BRACES)
