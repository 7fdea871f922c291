"""Where Killgrave's answers stand: in ``response``, or in each of several there, with the body in a file or beside it.

Not every Killgrave fills in templates (friendsofgo/killgrave @ 2424d0a3 does not); what looks like one is left alone.
"""

from collections.abc import Sequence

from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD, turn_of
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.model.interaction import Expectation, Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of an imposter, in turn."""
    here = (*steps_of(document, interaction), "response")
    shown = value_at(document, here)
    if not isinstance(shown, list):
        return [_home(variant, document, *here) for variant in interaction.variants]
    turns = [turn_of(variant, len(shown)) for variant in interaction.variants]
    return [
        UNTOLD if turn is None else _home(variant, document, *here, turn)
        for turn, variant in zip(turns, interaction.variants, strict=True)
    ]


def _home(variant: Expectation, document: Document, *here: Step) -> Home:
    is_file = bool(as_object(value_at(document, here)).get("bodyFile"))
    body = Body(file=document.root / variant.body_file, is_literal=True) if is_file else Body((*here, "body"))
    return Home(Status((*here, "status")), Headers((*here, "headers")), body, expressions=handlebars)
