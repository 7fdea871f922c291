"""Imposter's templates: ``${context.request…}``, ``${stores…}``, ``${datetime…}`` and their like.

Only an answer with ``template: true`` is looked through for them (``ProcessTemplate``); what begins with another word
is text. Placeholders of the config that nobody has a value for are unknown in every answer.
"""

import re
from typing import Final

from driftwatch.mocks.answers.templates import Rendering, render_marks

TEMPLATE: Final = r"\$\{(?:context|stores|datetime|random|fake|system)\.(?:[^}$]|\$(?!\{)){1,500}\}"
_PLACEHOLDER: Final = r"\$\{(?:env|var)\.[A-Za-z0-9_.-]{1,200}\}"


def render_body(text: str, *, is_template: bool) -> Rendering | None:
    """A body with what the mock server puts in made plain, and where it stood; ``None`` if nothing is put in."""
    mark = f"{TEMPLATE}|{_PLACEHOLDER}" if is_template else _PLACEHOLDER
    return render_marks(text, mark) if "${" in text and re.search(mark, text) else None
