"""Where WireMock's answers stand: below ``response``, the body in one of five places (3.13.1, and 4.0 beta's entity).

Of several bodies the reader's is taken (``formats.wiremock.answer``). An absent ``status`` is 200.
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.wiremock.answer import TEMPLATING
from driftwatch.mocks.formats.wiremock.body_files import path_of
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Interaction

_STATE: Final = frozenset([TEMPLATING, "state", "deleteState", "recordState"])


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a stub."""
    here = (*steps_of(document, interaction), "response")
    fields = as_object(value_at(document, here), *here)
    foreign = [name for name in _transformers(fields) if name not in _STATE]
    if foreign:
        return [f"the transformer `{foreign[0]}` makes its answer"]
    body = _body(fields, document, *here)
    return [
        Home(
            status=Status((*here, "status")),
            headers=Headers((*here, "headers")),
            body=body if isinstance(body, Body) else None,
            why=body if isinstance(body, str) else "",
            expressions=handlebars,
        )
    ]


def _transformers(fields: Object) -> list[str]:
    named = fields.get("transformers")
    return [as_text(name) for name in named] if isinstance(named, list) else []


def _body(fields: Object, document: Document, *here: Step) -> Body | str:
    if fields.get("bodyFileName"):
        return _file(as_text(fields["bodyFileName"]), fields, document)
    entity = fields.get("body")
    if isinstance(entity, dict):
        return _entity(entity, document, *here, "body")
    if entity is not None:
        return Body((*here, "body"))
    if "jsonBody" in fields:
        return Body((*here, "jsonBody"), is_inline=True, text_name="body")
    if fields.get("base64Body") is not None:
        return Body((*here, "base64Body"), is_base64=True, is_literal=True)
    return Body((*here, "jsonBody"), is_inline=True, text_name="body")


def _entity(fields: Object, document: Document, *here: Step) -> Body | str:
    if fields.get("filePath"):
        return _file(as_text(fields["filePath"]), {}, document)
    if fields.get("base64Data") is not None:
        return Body((*here, "base64Data"), is_base64=True, is_literal=True)
    if fields.get("dataStore"):
        return "its body comes from a data store at run time"
    return Body((*here, "data"), is_inline=not isinstance(fields.get("data"), str))


def _file(name: str, fields: Object, document: Document) -> Body | str:
    if next(iter(handlebars(name)), None):
        return "a template names its body file"
    parameters = fields.get("transformerParameters")
    is_literal = isinstance(parameters, dict) and parameters.get("disableBodyFileTemplating") is True
    return Body(file=path_of(name, document), is_literal=is_literal)
