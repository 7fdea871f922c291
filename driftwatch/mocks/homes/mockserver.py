"""Where MockServer's answers stand: in ``httpResponse``, in each of ``httpResponses``, or in the step that responds.

A header that is not written out comes from the form of the body, and one that is counts instead (5.15.0, 8.0.0).
"""

import re
from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.mockserver.answer import RESPONSE, RESPONSES
from driftwatch.mocks.formats.mockserver.bodies import kind_of
from driftwatch.mocks.formats.mockserver.kinds import ACTIONS
from driftwatch.mocks.formats.mockserver.serving import ELSEWHERE
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.homes.turns import UNTOLD, turn_of
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.model.interaction import Expectation, Interaction

_OTHER: Final = re.compile(rf"{ELSEWHERE}line (\d{{1,9}})\Z")
_TEMPLATE: Final = "httpResponseTemplate"
_STEPS: Final = "steps"
_TEXTS: Final = ("JSON", "XML", "STRING")


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of an expectation, and those of others that answer the same request before or behind it."""
    here = steps_of(document, interaction)
    found: list[Home | str] = []
    for variant in interaction.variants:
        other = _OTHER.match(variant.note)
        steps = here if other is None else _at_line(document, int(other.group(1)))
        if steps is None or (other is None and variant.note.startswith(ELSEWHERE)):
            found.append("it is an answer of another expectation")
        else:
            found.append(_home(as_object(value_at(document, steps)), variant, document, *steps))
    return found


def _at_line(document: Document, line: int) -> tuple[Step, ...] | None:
    """The one expectation that begins in a line."""
    listed = document.value if isinstance(document.value, list) else []
    found = [(index,) for index in range(len(listed)) if document.origin(index).line == line]
    return found[0] if len(found) == 1 else None


def _home(fields: Object, variant: Expectation, document: Document, *here: Step) -> Home | str:
    place = _place(fields, variant)
    if isinstance(place, str):
        return place
    at = (*here, *place)
    answer = as_object(value_at(document, at))
    body = _body(answer, variant, document, *at)
    return Home(
        status=Status((*at, "statusCode"), phrase=(*at, "reasonPhrase")),
        headers=_headers(answer.get("headers"), *at, "headers"),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
    )


def _place(fields: Object, variant: Expectation) -> tuple[Step, ...] | str:
    """Where the response of a variant is; why not, in words."""
    named = [name for name in ACTIONS if fields.get(name) is not None]
    if RESPONSES in named:
        named = [name for name in named if name != RESPONSE]
    primary = [name for name in named if _is_marked(fields[name], "primary")]
    action = (primary or named or [""])[0]
    several = fields.get(action)
    if action == RESPONSE:
        return (RESPONSE,)
    if action == RESPONSES and isinstance(several, list):
        turn = turn_of(variant, len(several))
        return UNTOLD if turn is None else (RESPONSES, turn)
    if action == _STEPS and isinstance(several, list):
        places = [index for index, one in enumerate(several) if isinstance(one, dict) and RESPONSE in one]
        stated = [index for index in places if _is_marked(several[index], "responder")]
        return (_STEPS, (stated or places)[0], RESPONSE) if places else UNTOLD
    return "a template makes its answer" if action == _TEMPLATE else "no answer of it is written out"


def _is_marked(value: object, name: str) -> bool:
    return isinstance(value, dict) and value.get(name) is True


def _headers(value: object, *at: Step) -> Headers:
    if not isinstance(value, list):
        return Headers(at, Spelling.MAP, is_list=True, is_over=True)
    is_single = any(isinstance(one, dict) and "value" in one and "values" not in one for one in value)
    return Headers(at, Spelling.PAIRS, "name", "value" if is_single else "values", is_list=not is_single, is_over=True)


def _body(answer: Object, variant: Expectation, document: Document, *at: Step) -> Body | str:
    body, place = answer.get("body"), (*at, "body")
    if body is None:
        return "it is generated from a schema" if answer.get("generateFromSchema") else Body(place, is_inline=True)
    if not isinstance(body, dict):
        return Body(place, is_inline=isinstance(body, list))
    fields = as_object(body)
    kind, member = kind_of(fields)
    if kind in _TEXTS and member:
        return Body((*place, member), is_inline=not isinstance(fields[member], str))
    match kind:
        case "BINARY":
            return Body((*place, member), is_base64=True)
        case "FILE" if fields.get("templateType"):
            return "its body file is a template"
        case "FILE":
            return Body(file=document.root / variant.body_file)
        case "PARAMETERS" | "JSON":
            return "the form of its body is one that MockServer does not send"
        case _:
            return Body(place, is_inline=True)
