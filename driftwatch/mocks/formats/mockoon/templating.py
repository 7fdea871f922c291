"""Mockoon's templates: Handlebars with its own helpers, of which some make structure.

``{{#repeat 3}}…{{/repeat}}`` writes its inside several times and sets the commas itself (``helpers/repeat.js``,
commons-server 9.9.0): here it is written once, since a list promises the form of its items and not their number.
``{{status 404}}`` sets the status of the answer.
"""

import re
from typing import Final

from driftwatch.mocks.answers.templates import Rendering, has_template, render

_REPEAT: Final = re.compile(r"\{\{~?#repeat\b[^{}]*~?\}\}((?:(?!\{\{~?#repeat\b).)*?)\{\{~?/repeat\s*~?\}\}", re.DOTALL)
_COMMENT: Final = re.compile(r"\{\{~?!--(?:(?!\{\{~?!--).)*?--~?\}\}|\{\{~?![^{}]*\}\}", re.DOTALL)
_SILENT: Final = re.compile(r"\{\{~?\s*(?:setVar|setGlobalVar|setData)\b[^{}]*\}\}")
"""Helpers that print nothing."""
_STATUS: Final = re.compile(r"\{\{~?\s*status\b")
_EXPRESSION: Final = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}\}?", re.DOTALL)
_DEEPEST: Final = 8

__all__ = ["has_template", "is_structure", "render_body", "sets_status"]


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


def _once(block: re.Match[str]) -> str:
    return block.group(1).rstrip().removesuffix(",")
