"""Where go-vcr's answers stand: ``response`` of each interaction, with the status twice (``code``, ``status``).

``content_length`` is -1 where Go's client decoded the body, and is put right where it told the stored body's length.
"""

import re
from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.recording.homes import answer_at
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

_LINE: Final = re.compile(r"\d{3}\b")


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an interaction."""
    here = (*steps_of(document, interaction), "response")
    answer = answer_at(document, *here)
    line, code = (*here, "status"), (*here, "code")
    has_line = isinstance(answer.get("status"), str | int) and _LINE.match(str(answer["status"])) is not None
    home = Home(
        status=Status(code, also=(line,) if has_line else ()) if answer.get("code") or not has_line else Status(line),
        headers=Headers((*here, "headers"), is_list=True),
        body=Body((*here, "body"), sizes=((*here, "content_length"),)),
        expressions=stand_ins,
    )
    return [home for _ in interaction.variants]
