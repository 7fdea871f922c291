"""Keploy's templates: ``{{string .name}}``, ``{{int .name}}``, ``{{float .name}}``, ``{{ .name }}``, as Go spells them.

Only these are templates; any other ``{{`` is text. In a request they stand for values of the recorded run, which
``config.yaml`` keeps; in an answer they mark what the recorded run produced.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.templates import render
from driftwatch.model.interaction import Grade, Matcher

PLACE: Final = re.compile(r"\{\{\s*(?:(?:string|int|float)\s+)?\.([A-Za-z_][\w.-]*)\s*\}\}")
_BRACES: Final = re.compile(r"\{\{(?!\s*(?:(?:string|int|float)\s+)?\.[A-Za-z_][\w.-]*\s*\}\})")


class Filling(Struct):
    """Fills the templates of one request, and remembers where the values came from."""

    config: Mapping[str, str]
    recorded: Mapping[str, str]
    missing: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def fill(self, text: str) -> str:
        """The text with every template whose value is known."""
        return PLACE.sub(self._value, text) if "{{" in text else text

    def _value(self, match: re.Match[str]) -> str:
        name = match.group(1)
        for values, names in ((self.config, self.chosen), (self.recorded, self.examples)):
            if name in values:
                names.append(name)
                return values[name]
        self.missing.append(name)
        return match.group()

    @property
    def grade(self) -> Grade:
        """How the request was had."""
        if self.missing:
            return Grade.NEEDS_INPUT
        return Grade.EXAMPLE if self.examples else Grade.CHOSEN if self.chosen else Grade.EXACT

    @property
    def reason(self) -> str:
        """Why the grade is not exact."""
        if self.missing:
            return f"no value for {_listed(self.missing)}; give it in `variables`"
        if self.examples:
            return f"{_listed(self.examples)} as in the recorded run (config.yaml)"
        return f"{_listed(self.chosen)} was taken from the config" if self.chosen else ""


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def plain(body: str) -> tuple[str, tuple[Matcher, ...]]:
    """An answer's body without its templates, and the places where they stood."""
    if "{{" not in body or not PLACE.search(body):
        return body, ()
    # other braces can stand in texts only, where this escape is the same character
    rendering = render(_BRACES.sub(r"{\\u007b", body))
    return rendering.text, rendering.matchers
