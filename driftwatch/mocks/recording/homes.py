"""Where the answers of the VCR family stand in their cassettes; for rewriting alone, no audit loads it."""

from driftwatch.mocks.homes import value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.home import Body, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object


def answer_at(document: Document, *steps: Step) -> Object:
    """The fields of an answer. Raises ``Refusal`` if it is none any more."""
    return as_object(value_at(document, steps), *steps)


def status_home(answer: Object, *steps: Step) -> Status:
    """``status`` with ``code`` and ``message`` in it, ``status`` alone, or ``status_code`` (``cassettes``)."""
    status = answer.get("status")
    if isinstance(status, dict):
        return Status((*steps, "status", "code"), phrase=(*steps, "status", "message"))
    return Status((*steps, "status" if status is not None else "status_code"))


def body_home(answer: Object, *steps: Step, does_text_win: bool) -> Body:
    """``string`` or ``base64_string``, whichever is read; a plain body; one that is added is plain.

    All of these tools read a body that is plain text, as their first versions wrote it.
    """
    stored = answer.get("body")
    here = (*steps, "body")
    if not isinstance(stored, dict):
        return Body(here)
    text, packed = stored.get("string"), stored.get("base64_string")
    if packed is not None and not (does_text_win and text):
        return Body((*here, "base64_string"), is_base64=True)
    return Body((*here, "string"))
