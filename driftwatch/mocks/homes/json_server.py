"""Where json-server's answers stand: the lists and objects of its database are the bodies themselves.

It makes the status and the headers. One row stands for its whole list: a change that another row contradicts reads
back as a member that some rows have, and remains.
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.rewriting.home import Body, Home
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction

_WHY: Final = "json-server makes the status and the headers by itself"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """A list, an object, or one item of a list."""
    body = Body(steps_of(document, interaction), is_inline=True)
    return [Home(body=body, why=_WHY) for _ in interaction.variants]
