"""What a Mockoon response answers: status, headers of both levels, body wherever it lives, latency."""

from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.attached import body_of
from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import Rendering
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.mockoon.schema import Bucket, Environment, Response, read_headers
from driftwatch.mocks.formats.mockoon.templating import has_template, is_structure, render_body, sets_status
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import describe
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_DEFAULT_BODY: Final = "{}"
"""What Mockoon serves where a file names no body."""
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_MEDIA_TYPES: Final = {
    ".json": "application/json", ".html": "text/html", ".htm": "text/html", ".css": "text/css", ".csv": "text/csv",
    ".js": "application/javascript", ".txt": "text/plain", ".xml": "application/xml", ".xhtml": "application/xhtml+xml",
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".svg": "image/svg+xml", ".zip": "application/zip", ".md": "text/markdown", ".yaml": "text/yaml",
    ".yml": "text/yaml",
}  # fmt: skip
"""What Mockoon makes of a file's extension."""
_TEMPLATED: Final = frozenset(
    [".json", ".html", ".htm", ".css", ".csv", ".js", ".ts", ".txt", ".xhtml", ".xml", ".handlebars"]
)
"""Files in which it looks for templates."""


class Answer(Struct, frozen=True):
    """An answer, or why it is no claim."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()


class Body(Struct, frozen=True):
    """A body's bytes, and what is dynamic in them."""

    content: bytes | None
    matchers: tuple[Matcher, ...] = ()
    file: str = ""
    is_gone: bool = False
    """Its file is missing, and the answer is a 404 for that reason (``fallbackTo404``)."""


def read_answer(
    response: Response, environment: Environment, document: Document, method: str, crud: Body | None = None
) -> Answer:
    """The answer of one response. ``crud`` is the body where a bucket's operation makes it. Raises ``Refusal``."""
    status, notes = _status(response)
    headers, is_templated = _headers(response, environment)
    if is_templated:
        notes.append("a header is templated and not compared")
    body_text = response.fields.get("body")
    if sets_status(body_text if isinstance(body_text, str) else "") and not has_literal_body(response):
        return Answer(None, "its template sets the status", tuple(notes))
    if crud is None and kind_of(response) == "FILE":
        headers = _file_headers(response, headers)
    body = crud or _read_body(response, environment, document, value_of(headers, "content-type"))
    notes += [f"also makes a call of its own: {name}" for name in _callbacks(response, environment)]
    status = 404 if body.is_gone else status
    expectation = Expectation(
        status=status,
        headers=headers,
        body=None if has_no_body(method, status) else body.content,
        matchers=body.matchers,
        delay_ms=_latency(response, environment),
        body_file=body.file,
    )
    return Answer(expectation, "", tuple(notes))


def has_literal_body(response: Response) -> bool:
    """Whether no template of its body is evaluated."""
    return response.fields.get("disableTemplating") is True


def _status(response: Response) -> tuple[int, list[str]]:
    """The status; text in old files. What is none becomes 200, as in Mockoon."""
    shown = response.fields.get("statusCode", 200)
    text = str(shown).strip()
    if not isinstance(shown, bool) and text.isdecimal() and len(text) == 3 and int(text) >= 100:
        return int(text), []
    return 200, [f"the status `{text[:20]}` is none, and Mockoon gives 200"]


def _headers(response: Response, environment: Environment) -> tuple[tuple[Header, ...], bool]:
    """The environment's headers, replaced by the response's; cookies add up. Templated ones are left out."""
    own = response.fields.get("headers")
    found: list[Header] = []
    for name, value in (*environment.headers, *read_headers(_old_headers(response) if own is None else own)):
        if name.lower() != "set-cookie":
            found = [pair for pair in found if pair[0].lower() != name.lower()]
        found.append((name, value))
    fixed = tuple(pair for pair in found if not has_template(pair[1]))
    return fixed, len(fixed) < len(found)


def _old_headers(response: Response) -> list[object]:
    """Headers as they were called before schema version 4, with the content type beside them before version 2."""
    fields = response.fields
    listed = fields.get("customHeaders")
    headers = list(listed) if isinstance(listed, list) else []
    if fields.get("contentType") and not value_of(read_headers(headers), "content-type"):
        headers.insert(0, {"key": "Content-Type", "value": fields["contentType"]})
    return headers


def _latency(response: Response, environment: Environment) -> float | None:
    own = response.fields.get("latency")
    is_number = isinstance(own, int | float) and not isinstance(own, bool) and 0 <= own < 1e12
    total = environment.latency + (float(own) if is_number and isinstance(own, int | float) else 0.0)
    return total or None


def _callbacks(response: Response, environment: Environment) -> list[str]:
    listed = response.fields.get("callbacks")
    ids = [one.get("uuid") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [environment.callbacks.get(uuid, "") or "without a name" for uuid in ids if isinstance(uuid, str)]


def kind_of(response: Response) -> str:
    """Where the body lives; before schema version 24 a file's path alone said so."""
    kind = response.fields.get("bodyType")
    has_file = bool(file_path(response))
    if kind not in ("INLINE", "FILE", "DATABUCKET"):
        kind = "FILE" if has_file else "INLINE"
    return "INLINE" if kind == "FILE" and not has_file else str(kind)


def file_path(response: Response) -> str:
    """The body file's name; before schema version 5 it stood in an object."""
    path = response.fields.get("filePath")
    old = response.fields.get("file")
    if path is None and isinstance(old, dict):
        path = old.get("path")
    return path if isinstance(path, str) else ""


def _read_body(response: Response, environment: Environment, document: Document, content_type: str) -> Body:
    match kind_of(response):
        case "FILE":
            return _read_file(response, document, content_type)
        case "DATABUCKET" if (bucket := environment.buckets.get(str(response.fields.get("databucketID")))) is not None:
            return bucket_body(bucket, content_type)
        case "DATABUCKET":
            return _inline(response, content_type, is_literal=True)
        case _:
            return _inline(response, content_type, is_literal=has_literal_body(response))


def _inline(response: Response, content_type: str, *, is_literal: bool) -> Body:
    text = response.fields.get("body", _DEFAULT_BODY)
    if text is not None and not isinstance(text, str):
        raise Refusal(f"`body` must be text, found {describe(text)}; Mockoon serves `{{}}` instead", steps=("body",))
    return _rendered(text or "", content_type, is_literal=is_literal)


def _rendered(text: str, content_type: str, *, is_literal: bool) -> Body:
    if is_literal or not has_template(text):
        return Body(encode_text(text, content_type))
    return _body_of(render_body(text), text, content_type)


def _body_of(rendering: Rendering, source: str, content_type: str) -> Body:
    """A rendered body. Where a template makes all of it, it may be a document, a word or nothing: no claim is left."""
    if all(matcher.path for matcher in rendering.matchers):
        return Body(encode_text(rendering.text, content_type), rendering.matchers)
    return Body(b"null" if "json" in content_type and is_structure(source) else None, rendering.matchers)


def bucket_rendering(bucket: Bucket) -> Rendering:
    """A bucket's value with its dynamic places; Mockoon renders it when it starts."""
    return render_body(bucket.text) if has_template(bucket.text) else Rendering(bucket.text, ())


def bucket_body(bucket: Bucket, content_type: str) -> Body:
    """A bucket served as it is: as compact JSON if it is JSON, but a text without its quotes."""
    rendering = bucket_rendering(bucket)
    if rendering.matchers:
        return _body_of(rendering, bucket.text, content_type)
    try:
        value = json_text.decode(rendering.text)
    except (ValueError, RecursionError):
        value = None
    return Body(encode_text(value if isinstance(value, str) else rendering.text, content_type))


def _file_headers(response: Response, headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """The media type that Mockoon takes from the file's name, unless the response names one itself."""
    shown = file_path(response)
    if value_of(read_headers(response.fields.get("headers")), "content-type"):
        return headers
    media_type = _MEDIA_TYPES.get(_suffix(shown), "")
    if not media_type and not has_template(shown):
        return headers
    others = tuple(pair for pair in headers if pair[0].lower() != "content-type")
    return (*others, ("Content-Type", media_type)) if media_type else others


def is_template_file(name: str) -> bool:
    """Whether Mockoon looks for templates in a file of this name."""
    return _suffix(name) in _TEMPLATED


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _read_file(response: Response, document: Document, content_type: str) -> Body:
    """A body file, told from the environment's own folder."""
    shown = file_path(response)
    if has_template(shown):
        return Body(None, (_WHOLE,))
    try:
        path, content = _open(shown, document)
    except FileNotFoundError as error:
        if response.fields.get("fallbackTo404") is True:
            inline = _inline(response, content_type, is_literal=has_literal_body(response))
            return Body(inline.content, inline.matchers, is_gone=True)
        raise Refusal(f"the body file `{shown}` is not there", steps=("filePath",)) from error
    file = path.relative_to(document.root.resolve()).as_posix()
    if not is_template_file(shown) or has_literal_body(response):
        return Body(content, file=file)
    text = content.decode("utf-8", "surrogateescape")
    if sets_status(text) or not has_template(text):
        return Body(content, (_WHOLE,) if sets_status(text) else (), file)
    body = _rendered(text, content_type, is_literal=False)
    return Body(body.content, body.matchers, file)


def _open(shown: str, document: Document) -> tuple[Path, bytes]:
    name = shown.replace("\\", "/")
    if "\0" in name:
        raise Refusal("the name of the body file is not a file name", steps=("filePath",))
    try:
        path = (document.path.parent / name).resolve()
        if not path.is_relative_to(document.root.resolve()):
            raise Refusal(f"the body file `{shown}` is outside of the mocks folder", steps=("filePath",))
        if not path.is_file():
            raise FileNotFoundError(path)
        return path, body_of(path, shown, document, "filePath")
    except (OSError, RuntimeError, UnicodeError) as error:
        raise FileNotFoundError(shown) from error
