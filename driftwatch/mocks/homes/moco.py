"""Where moco's answers stand: in ``response``, or in each of its ``seq`` or ``cycle``; the body as JSON, text or file.

Only ``{"template": …}`` is a template. Headers of the settings are replaced by an answer's own (dreamhead/moco @
bf7c223b).
"""

from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.moco.answer import EXPRESSION, FILES
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD, turn_of
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import marked
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.model.interaction import Expectation, Interaction

_REDIRECT: Final = "it is a redirect, of which the address alone is in the file"
_SEVERAL: Final = ("seq", "cycle")
_TEMPLATE: Final = rf"{EXPRESSION}|</?[#@]\w[^>]*>"
"""Expressions and directives of FreeMarker."""
_NAMED: Final = "a template names its body file"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of a session, or of one setting of a resource."""
    here = steps_of(document, interaction)
    if as_object(value_at(document, here)).get("redirectTo") is not None:
        return [_REDIRECT] * len(interaction.variants)
    at = (*here, "response")
    fields = as_object(value_at(document, at))
    name = next((name for name in _SEVERAL if isinstance(fields.get(name), list)), "")
    if not name:
        return [_home(variant, document, *at) for variant in interaction.variants]
    listed = value_at(document, (*at, name))
    found: list[Home | str] = []
    for variant in interaction.variants:
        turn = turn_of(variant, len(listed)) if isinstance(listed, list) else None
        found.append(UNTOLD if turn is None else _home(variant, document, *at, name, turn))
    return found


def _home(variant: Expectation, document: Document, *at: Step) -> Home:
    body = _body(variant, document, *at)
    return Home(
        status=Status((*at, "status")),
        headers=Headers((*at, "headers"), is_over=True),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
        expressions=marked(_TEMPLATE) if _is_template(as_object(value_at(document, at))) else None,
    )


def _is_template(fields: Object) -> bool:
    """Whether FreeMarker makes the body; what makes a header stands in an object and is no header for the reader."""
    shown = (fields.get(name) for name in ("text", *FILES, "attachment"))
    return any(isinstance(one, dict) and ("template" in one or _is_template(as_object(one))) for one in shown)


def _body(variant: Expectation, document: Document, *at: Step) -> Body | str:
    """The body in the order in which the reader looks for it."""
    fields = as_object(value_at(document, at))
    if "json" in fields:
        return Body((*at, "json"), is_inline=True, text_name="text")
    if fields.get("text") is not None:
        return _text(fields["text"], *at, "text")
    for name in FILES:
        if fields.get(name) is not None:
            return _file(variant, document)
    if isinstance(fields.get("attachment"), dict):
        return _body(variant, document, *at, "attachment")
    return Body((*at, "json"), is_inline=True, text_name="text")


def _text(value: object, *at: Step) -> Body:
    if not isinstance(value, dict):
        return Body(at)
    is_filled = isinstance(value.get("template"), dict)
    return Body((*at, "template", "with") if is_filled else (*at, "template"))


def _file(variant: Expectation, document: Document) -> Body | str:
    if not variant.body_file:
        return _NAMED
    return Body(file=document.root / variant.body_file)
