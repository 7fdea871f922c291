"""Where the answers of Insomnia's mock routes stand: in the route itself, be it of an export or of version 5.

A body is a Liquid template: what its tags and expressions write is kept. ``modified`` stays: the app sets it anew when
somebody edits the route in it, and reads an older one without a word.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status, Stretch
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

_TAG: Final = re.compile(r"(?s)\{%-?\s*(\w+).*?%\}")
_BLOCKS: Final = frozenset(["if", "unless", "raw"])


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a route."""
    here = steps_of(document, interaction)
    home = Home(
        status=Status((*here, "statusCode"), phrase=(*here, "statusText")),
        headers=Headers((*here, "headers"), Spelling.PAIRS, apart={"content-type": (*here, "mimeType")}),
        body=Body((*here, "body")),
        expressions=_evaluated,
    )
    return [home for _ in interaction.variants]


def _evaluated(text: str) -> Iterator[Stretch]:
    """Expressions, single tags, and whole blocks with all that is in them."""
    end = 0
    for start, stop in sorted([*handlebars(text), *_tags(text)]):
        if start >= end:
            yield start, stop
            end = stop


def _tags(text: str) -> Iterator[Stretch]:
    opened, depth = 0, 0
    for tag in _TAG.finditer(text):
        name = tag.group(1)
        if name in _BLOCKS:
            opened = opened if depth else tag.start()
            depth += 1
        elif name.removeprefix("end") in _BLOCKS and depth:
            depth -= 1
            if not depth:
                yield opened, tag.end()
        elif not depth:
            yield tag.span()
