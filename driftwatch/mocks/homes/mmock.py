"""Where mmock's answers stand: in ``response``, whose body is text, or the name of a file in an expression.

Cookies are set by a member of their own, and as headers they do not stand in the file.
"""

from collections.abc import Sequence

from driftwatch.mocks.formats.mmock.answer import EXPRESSION
from driftwatch.mocks.rewriting.expressions import marked
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a mock, which is a file of its own."""
    here = ("response",)
    return [
        Home(
            Status((*here, "statusCode")),
            Headers((*here, "headers"), is_list=True),
            Body(file=document.root / variant.body_file) if variant.body_file else Body((*here, "body")),
            expressions=marked(EXPRESSION),
        )
        for variant in interaction.variants
    ]
