"""Where WireMock.Net's answers stand: below ``Response``, the body in one of four places, names in any case.

Of several bodies the reader's is taken (``formats.wiremock_net.answer``). Templates count with ``UseTransformer`` only,
and in a body file only if that is asked for as well (wiremock/WireMock.Net @ c7f4984).
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Expectation, Interaction

_NAMED: Final = "a template names its body file"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a mapping."""
    here = steps_of(document, interaction)
    model = Model(as_object(value_at(document, here)), document, here).model("Response")
    return [_home(model, variant) for variant in interaction.variants]


def _home(model: Model, variant: Expectation) -> Home:
    body = _body(model, variant)
    is_raw = model.get("Headers") is None and model.get("HeadersRaw") is not None
    return Home(
        status=Status(model.at("StatusCode")),
        headers=Headers(model.at("HeadersRaw"), Spelling.LINES) if is_raw else Headers(model.at("Headers")),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
        expressions=handlebars if model.flag("UseTransformer") else None,
    )


def _body(model: Model, variant: Expectation) -> Body | str:
    if model.get("BodyAsBytes") is not None:
        return Body(model.at("BodyAsBytes"), is_base64=True, is_literal=True)
    if model.get("Body") is not None:
        return Body(model.at("Body"))
    if model.get("BodyAsJson") is None and model.get("BodyAsFile") is not None:
        if not variant.body_file:
            return _NAMED
        is_literal = not model.flag("UseTransformerForBodyAsFile")
        return Body(file=model.document.root / variant.body_file, is_literal=is_literal)
    return Body(model.at("BodyAsJson"), is_inline=True, text_name="Body")
