"""Where stubby's answers stand: in ``response``, or in each of several there; the file goes before the body.

Tokens ``<% … %>`` are filled in everywhere (stubby4node 5.1.1, stubby4j @ 042c7188).
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.stubby.answer import EXPRESSION
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD, turn_of
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import marked
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object, as_text
from driftwatch.model.interaction import Expectation, Interaction

_NO_RESPONSE: Final = "no answer of it is written out"
_NAMED: Final = "the name of its body file is made of the request"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of a stub, in turn."""
    here = (*steps_of(document, interaction), "response")
    shown = value_at(document, here)
    if not isinstance(shown, list):
        return [_home(variant, document, *here) for variant in interaction.variants]
    found: list[Home | str] = []
    for variant in interaction.variants:
        turn = turn_of(variant, len(shown)) if shown else None
        found.append(UNTOLD if turn is None else _home(variant, document, *here, turn))
    return found


def _home(variant: Expectation, document: Document, *here: Step) -> Home | str:
    value = value_at(document, here)
    if not isinstance(value, dict):
        return _NO_RESPONSE
    body = _body(variant, document, *here)
    return Home(
        status=Status((*here, "status")),
        headers=Headers((*here, "headers")),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
        expressions=marked(EXPRESSION),
    )


def _body(variant: Expectation, document: Document, *here: Step) -> Body | str:
    fields = as_object(value_at(document, here))
    if variant.body_file:
        return Body(file=document.root / variant.body_file)
    if "<%" in as_text(fields.get("file")):
        return _NAMED
    return Body((*here, "body"), is_inline=isinstance(fields.get("body"), dict | list))
