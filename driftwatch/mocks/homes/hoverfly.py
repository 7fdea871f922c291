"""Where Hoverfly's answers stand: in the ``response`` of each pair, its body in the pair or in a file beside it.

Names are taken in any case, as Go takes them (1.12.8). Base64 (``encodedBody``) may be in either place.
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.hoverfly.templating import silent
from driftwatch.mocks.formats.hoverfly.versions import member, spelled
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.model.interaction import Expectation, Interaction

_FETCHED: Final = "its body is fetched from another server"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a pair."""
    pair = steps_of(document, interaction)
    here = (*pair, spelled(as_object(value_at(document, pair)), "response"))
    fields = as_object(value_at(document, here))
    return [_home(fields, variant, document, *here) for variant in interaction.variants]


def _home(fields: Object, variant: Expectation, document: Document, *here: str | int) -> Home:
    is_file = bool(member(fields, "bodyFile")) and not member(fields, "body")
    is_base64 = member(fields, "encodedBody") is True
    body = Body((*here, spelled(fields, "body")), is_base64=is_base64)
    if is_file:
        body = Body(file=document.root / variant.body_file, is_base64=is_base64)
    is_fetched = is_file and not variant.body_file
    return Home(
        status=Status((*here, spelled(fields, "status"))),
        headers=Headers((*here, spelled(fields, "headers")), is_list=True),
        body=None if is_fetched else body,
        why=_FETCHED if is_fetched else "",
        expressions=handlebars if member(fields, "templated") is True else None,
        silent=silent,
    )
