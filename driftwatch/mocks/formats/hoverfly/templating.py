"""Hoverfly's templates: Handlebars (raymond) with its own helpers (``templating.go``, 1.12.8).

``{{ Literals.x }}`` stands for a constant of the simulation itself, so what it writes is a promise like any other.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from driftwatch.mocks.answers.templates import Rendering, render, stretches

_STATUS: Final = re.compile(rb"\{\{[^{}]{0,200}\bsetStatusCode\b")
_LITERAL: Final = re.compile(r"\{\{\{?\s*Literals\.([\w-]{1,100})\s*\}\}\}?")
_ESCAPED: Final = re.compile(r"[&<>\"'{}\\\x00-\x1f\ud800-\udfff]")
"""What is spelled otherwise by a template, or means something in JSON."""
_SILENT: Final = re.compile(r"\{\{\s*(?:setHeader|initArray|addToArray|putValue|csvAddRow)\b[^{}]{0,500}\}\}")
"""Helpers that print nothing."""
_COMMENT: Final = re.compile(r"\{\{![^{}]{0,2000}\}\}")
_EXPRESSION: Final = re.compile(r"(?s)\{\{(?:(?!\{\{).){0,2000}?\}\}\}?")


def sets_status(content: bytes) -> bool:
    """Whether a template decides about the answer's status."""
    return b"setStatusCode" in content and _STATUS.search(content) is not None


def with_literals(text: str, literals: Mapping[str, str]) -> str:
    """The text with the simulation's constants put in, where a template would write them as they are."""
    return _LITERAL.sub(lambda match: _written(match, literals), text) if "Literals." in text else text


def _written(match: re.Match[str], literals: Mapping[str, str]) -> str:
    value = literals.get(match.group(1))
    return match.group() if value is None or _ESCAPED.search(value) else value


def render_body(text: str) -> Rendering:
    """A body with its template expressions made plain and their places marked."""
    return render(_SILENT.sub("", _COMMENT.sub("", text)))


def silent(text: str) -> Iterator[tuple[int, int]]:
    """Where the expressions stand that print nothing."""
    for start, end in stretches(text):
        if _SILENT.fullmatch(text, start, end) or _COMMENT.fullmatch(text, start, end):
            yield start, end


def is_structure(text: str) -> bool:
    """Whether what a template leaves alone begins an object or a list."""
    return _EXPRESSION.sub("", text).lstrip()[:1] in ("{", "[")
