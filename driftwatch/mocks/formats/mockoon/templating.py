"""Mockoon's templates: Handlebars with its own helpers, of which some make structure.

``{{#repeat 3}}…{{/repeat}}`` writes its inside several times and sets the commas itself (``helpers/repeat.js``,
commons-server 9.9.0): here it is written once, since a list promises the form of its items and not their number.
``{{status 404}}`` sets the status of the answer.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.answers.templates import Rendering, has_template, render, stretches

_REPEAT: Final = re.compile(r"\{\{~?#repeat\b[^{}]*~?\}\}((?:(?!\{\{~?#repeat\b).)*?)\{\{~?/repeat\s*~?\}\}", re.DOTALL)
_END_OF_REPEAT: Final = re.compile(r"\{\{~?#repeat\b[^{}]*~?\}\}|\{\{~?/repeat\s*~?\}\}")
_COMMENT: Final = re.compile(r"\{\{~?!--(?:(?!\{\{~?!--).)*?--~?\}\}|\{\{~?![^{}]*\}\}", re.DOTALL)
_SILENT: Final = re.compile(r"\{\{~?\s*(?:setVar|setGlobalVar|setData)\b[^{}]*\}\}")
"""Helpers that print nothing."""
_STATUS: Final = re.compile(r"\{\{~?\s*status\b")
_EXPRESSION: Final = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}\}?", re.DOTALL)
_DEEPEST: Final = 8

__all__ = ["expressions", "has_template", "is_structure", "render_body", "sets_status", "silent"]


def sets_status(text: str) -> bool:
    """Whether a template decides about the answer's status."""
    return _STATUS.search(text) is not None


def is_structure(text: str) -> bool:
    """Whether what a template leaves alone begins an object or a list."""
    return _EXPRESSION.sub("", text).lstrip()[:1] in ("{", "[")


def render_body(text: str) -> Rendering:
    """A body with its template expressions made plain and their places marked."""
    plain = _SILENT.sub("", _COMMENT.sub("", text))
    for _ in range(_DEEPEST):
        unrolled = _REPEAT.sub(_once, plain)
        if unrolled == plain:
            break
        plain = unrolled
    rendering = render(plain)
    paths = {matcher.path for matcher in rendering.matchers}
    kept = (
        matcher for matcher in rendering.matchers if not any(matcher.path.startswith(f"{above}/") for above in paths)
    )
    return Rendering(rendering.text, tuple(kept))


def expressions(text: str) -> Iterator[tuple[int, int]]:
    """Where Mockoon writes something, or decides: expressions, whole blocks, and the two ends of each ``repeat``."""
    if not has_template(text):
        return
    ends = [match.span() for match in _END_OF_REPEAT.finditer(text)]
    opened = _END_OF_REPEAT.sub(lambda match: " " * len(match.group()), text)
    others = list(stretches(opened))
    apart = (end for end in ends if not any(start < end[1] and end[0] < stop for start, stop in others))
    yield from sorted([*others, *apart])


def silent(text: str) -> Iterator[tuple[int, int]]:
    """Those of them that print nothing."""
    for start, end in expressions(text):
        source = text[start:end]
        if any(one.fullmatch(source) for one in (_END_OF_REPEAT, _COMMENT, _SILENT)):
            yield start, end


def _once(block: re.Match[str]) -> str:
    return block.group(1).rstrip().removesuffix(",")
