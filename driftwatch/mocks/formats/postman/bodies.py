"""Bodies of requests in Postman's five modes, and those of version 3.

Media types, the form of a GraphQL call and the methods that send no body unless told to (``disableBodyPruning``) from
postman-runtime 7.56.1 (``requester/core-body-builder``, ``requester/core``).
"""

from typing import Final
from urllib.parse import quote

from driftwatch.mocks.asking.candidates import FORM
from driftwatch.mocks.formats.postman.spelled import Body, read_pairs
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object, as_text, describe

PRUNED: Final = frozenset(["GET", "COPY", "HEAD", "PURGE", "UNLOCK"])
"""Methods whose body is not sent unless a setting says so."""
_PLAIN: Final = "text/plain"
_LANGUAGES: Final = {
    "json": "application/json", "xml": "application/xml", "html": "text/html", "text": _PLAIN,
    "javascript": "application/javascript",
}  # fmt: skip
_FILE: Final = "its body is a file that is not part of the collection"
_MULTIPART: Final = "multipart/form-data; boundary={}"
_BOUNDARY: Final = "driftwatch-form"


def read_body(value: object, document: Document, *steps: Step) -> Body | None:
    """The body of a 2.x request; ``None`` if none is sent. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    mode = fields.get("mode")
    if fields.get("disabled") is True or not isinstance(mode, str) or not fields.get(mode):
        return None
    content, here = fields[mode], (*steps, mode)
    match mode:
        case "raw":
            text = content if isinstance(content, str) else json_text.encode(content)
            return Body(text, media_type=_media_type(_language(fields.get("options"))))
        case "graphql":
            return _graphql(content, *here)
        case "file":
            return Body(problem=_FILE)
        case _:
            return _form(mode, content, document, *here)


def _language(options: object) -> str:
    raw = options.get("raw") if isinstance(options, dict) else None
    language = raw.get("language") if isinstance(raw, dict) else None
    return language if isinstance(language, str) else ""


def _media_type(language: object) -> str:
    return _LANGUAGES.get(language, _PLAIN) if isinstance(language, str) else _PLAIN


def read_v3_body(value: object, document: Document, *steps: Step) -> Body | None:
    """The body of a version 3 request: ``type`` and ``content``. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    kind, content, here = fields.get("type"), fields.get("content"), (*steps, "content")
    if not content or kind == "none":
        return None
    match kind:
        case "urlencoded" | "formdata":
            return _form(kind, content, document, *here)
        case "file" | "binary":
            return Body(problem=_FILE)
        case "graphql":
            return _graphql(content, *here)
        case _:
            text = content if isinstance(content, str) else document.json(*here)
            return Body(text, media_type=_media_type(kind))


def _graphql(content: object, *steps: Step) -> Body:
    """``query`` and ``variables`` as one JSON object; the variables are JSON in a text, and go in as they are."""
    fields = as_object(content, *steps)
    variables = fields.get("variables")
    parts = [f'"query":{json_text.encode(as_text(fields.get("query"), *steps, "query"))}']
    if isinstance(fields.get("operationName"), str):
        parts.append(f'"operationName":{json_text.encode(fields["operationName"])}')
    if isinstance(variables, dict):
        parts.append(f'"variables":{json_text.encode(variables)}')
    elif text := as_text(variables, *steps, "variables"):
        parts.append(f'"variables":{text}')
    return Body(f"{{{','.join(parts)}}}", media_type=_LANGUAGES["json"])


def _form(mode: str, content: object, document: Document, *steps: Step) -> Body | None:
    if mode not in ("urlencoded", "formdata"):
        raise Refusal(f"a body of the unknown mode `{mode[:40]}`", steps=steps[:-1])
    if not isinstance(content, list | dict):
        raise Refusal(f"`{mode}` must be a list, found {describe(content)}", steps=steps)
    pairs = read_pairs(content, document, *steps)
    if not pairs:
        return None
    if any(pair.is_file for pair in pairs):
        return Body(problem=_FILE)
    return Body(fields=pairs, media_type=FORM if mode == "urlencoded" else _MULTIPART.format(_BOUNDARY))


def multipart(fields: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """A form's fields as ``multipart/form-data`` (RFC 7578), and its media type; the same form is the same text."""
    boundary = _BOUNDARY
    while any(boundary in value or boundary in name for name, value in fields):
        boundary += "-x"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_field_name(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]), _MULTIPART.format(boundary)


def _field_name(name: str) -> str:
    """A name inside of quotes, as the WHATWG's HTML standard has browsers write it."""
    return "".join(quote(sign) if sign in '"\r\n' else sign for sign in name)


def is_multipart(body: Body) -> bool:
    """Whether its fields are parts."""
    return body.media_type.startswith("multipart/")
