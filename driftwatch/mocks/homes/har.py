"""Where HAR's answers stand: ``response`` of an entry, with its body in ``content`` or in a file beside the archive.

``content.size`` tells the length of the body, uncompressed; ``bodySize`` that on the wire, which nobody knows anew. The
media type stands among the headers and once more in ``content.mimeType``.
"""

from collections.abc import Sequence

from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an entry; none where no answer was recorded."""
    if not interaction.variants:
        return []
    here = (*steps_of(document, interaction), "response")
    answer = as_object(value_at(document, here), *here)
    body = _body(answer, document, *here, "content")
    headers = Headers((*here, "headers"), Spelling.PAIRS, apart=_media_type(here), copies=_media_type(here))
    return [
        Home(
            Status((*here, "status"), phrase=(*here, "statusText")),
            headers,
            body if isinstance(body, Body) else None,
            expressions=stand_ins,
            why=body if isinstance(body, str) else "",
        )
    ]


def _media_type(here: tuple[Step, ...]) -> dict[str, tuple[Step, ...]]:
    return {"content-type": (*here, "content", "mimeType")}


def _body(answer: Object, document: Document, *here: Step) -> Body | str:
    fields = as_object(answer.get("content"), *here)
    if fields.get("_file"):
        return Body(file=document.path.parent / as_text(fields["_file"]))
    text = fields.get("text")
    is_base64 = as_text(fields.get("encoding")).lower() == "base64"
    if isinstance(text, str) and text.lstrip().startswith("[") and _is_encoded(answer) and _is_polly(document):
        return Body((*here, "text"), is_base64=is_base64, is_hex=not is_base64, is_chunked=True)
    return Body((*here, "text"), is_base64=is_base64, sizes=((*here, "size"), (*here[:-1], "bodySize")))


def _is_polly(document: Document) -> bool:
    creator = value_at(document, ("log", "creator", "name"))
    return creator == "Polly.JS"


def _is_encoded(answer: Object) -> bool:
    headers = answer.get("headers")
    names = [one.get("name") for one in headers if isinstance(one, dict)] if isinstance(headers, list) else []
    return any(isinstance(name, str) and name.lower() == "content-encoding" for name in names)
