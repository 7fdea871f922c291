"""Where the answers of the recorder of ``responses`` stand: ``response`` of each entry, the media type beside it.

What is written in TOML is only read: its recorder needs a dumper of one's own, and no file of that kind was found.
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.recording.homes import answer_at, status_home
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Interaction

_TOML: Final = "the recording is written in TOML, which is only read; record it in YAML"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an entry."""
    if document.syntax is Syntax.TEXT or document.problem is not None:
        return [_TOML for _ in interaction.variants]
    here = (*steps_of(document, interaction), "response")
    home = Home(
        status=status_home(answer_at(document, *here), *here),
        headers=Headers((*here, "headers"), apart={"content-type": (*here, "content_type")}),
        body=Body((*here, "body")),
        expressions=stand_ins,
    )
    return [home for _ in interaction.variants]
