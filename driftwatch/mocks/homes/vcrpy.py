"""Where VCR.py's answers stand: ``response`` of an interaction, in YAML or JSON, in each of its dialects."""

from collections.abc import Sequence

from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a recorded exchange."""
    here = (*steps_of(document, interaction), "response")
    answer = as_object(value_at(document, here), *here)
    headers = Headers((*here, "headers"), is_list=True)
    return [Home(_status(answer, *here), headers, _body(answer, *here), expressions=stand_ins)]


def _status(answer: Object, *here: Step) -> Status:
    status = answer.get("status")
    if isinstance(status, dict):
        return Status((*here, "status", "code"), phrase=(*here, "status", "message"))
    return Status((*here, "status" if status is not None else "status_code"))


def _body(answer: Object, *here: Step) -> Body:
    if "parsed_body" in answer:
        return Body((*here, "parsed_body"), is_inline=True)
    key = "content" if "content" in answer else "body"
    body = answer.get(key)
    if isinstance(body, dict) and body.get("base64_string") is not None:
        return Body((*here, key, "base64_string"), is_base64=True)
    return Body((*here, key, "string") if isinstance(body, dict) else (*here, key))
