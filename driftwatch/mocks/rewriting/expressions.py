"""Stretches of a text that a tool evaluates, by the ways in which tools mark them."""

import re
from collections.abc import Callable, Iterator

from driftwatch.mocks.answers.scrubbed import stand_ins
from driftwatch.mocks.answers.templates import stretches
from driftwatch.mocks.rewriting.home import Stretch

__all__ = ["handlebars", "marked", "stand_ins"]


def handlebars(text: str) -> Iterator[Stretch]:
    """``{{x}}``, ``{{{x}}}``, and whole blocks from ``{{#each}}`` to ``{{/each}}``."""
    if "{{" in text:
        yield from stretches(text)


def marked(pattern: str) -> Callable[[str], Iterator[Stretch]]:
    """What a regular expression finds: ``marked(r"<%.*?%>")``. Dots find line ends, too."""
    mark = re.compile(pattern, re.DOTALL)

    def found(text: str) -> Iterator[Stretch]:
        return (match.span() for match in mark.finditer(text))

    return found
