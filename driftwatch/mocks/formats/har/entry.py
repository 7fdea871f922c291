"""One HAR entry: whether it is worth an interaction, and the exchange it holds."""

import re
from typing import Final

from driftwatch.mocks.answers.bodies import encode_text
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.formats.har.content import read_content
from driftwatch.mocks.recording.recordings import Exchange
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text
from driftwatch.model.interaction import Header

_HTTP: Final = re.compile(r"(?i)https?://[^/]")
_STATIC: Final = re.compile(
    r"(?i)(?:image|font|audio|video)/|text/css|(?:text|application)/(?:x-)?(?:java|ecma)script|application/wasm"
    r"|application/(?:x-)?font|application/manifest\+json"
)
_STATIC_RESOURCES: Final = frozenset(
    [
        "stylesheet",
        "image",
        "font",
        "media",
        "script",
        "manifest",
        "texttrack",
        "ping",
        "csp-violation-report",
        "preflight",
    ]
)
_CALLS: Final = frozenset(["xhr", "fetch", "eventsource"])


def is_left_out(entry: object) -> bool:
    """Whether an entry is no exchange with a service: a static file, or no HTTP (``data:``, ``blob:``, ``ws:``)."""
    if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict):
        return False
    url = entry["request"].get("url")
    if isinstance(url, str) and ":" in url and not _HTTP.match(url) and not url.startswith("/"):
        return True
    resource = entry.get("_resourceType")
    if resource in _CALLS:
        return False
    if isinstance(resource, str) and resource in _STATIC_RESOURCES:
        return True
    return _STATIC.match(_media_type(entry)) is not None


def _media_type(entry: Object) -> str:
    response = entry.get("response")
    content = response.get("content") if isinstance(response, dict) else None
    media_type = content.get("mimeType") if isinstance(content, dict) else None
    return media_type if isinstance(media_type, str) else ""


def read_entry(entry: object, document: Document, *steps: Step, is_polly: bool) -> Exchange:
    """The exchange of one entry. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(entry, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    answer = as_object(fields.get("response"), *steps, "response")
    url = as_text(asked.get("url"), *steps, "request", "url")
    if not url:
        raise Refusal("`request.url` is missing", steps=(*steps, "request"))
    method = as_text(asked.get("method"), *steps, "request", "method").upper() or "GET"
    headers = _headers(asked.get("headers"), *steps, "request", "headers")
    answer_headers = _headers(answer.get("headers"), *steps, "response", "headers")
    raw_status = answer.get("status")
    status = 0 if raw_status in (0, -1, None) else as_status(raw_status, *steps, "response", "status")
    content = read_content(answer.get("content"), answer_headers, document, *steps, is_polly=is_polly)
    body, notes = _post_data(asked.get("postData"), *steps, "request", "postData")
    return Exchange(
        method=method,
        url=url,
        headers=headers,
        body=body,
        status=status,
        answer_headers=_with_type(answer_headers, content.media_type),
        answer_body=content.body,
        stated_time=as_text(fields.get("startedDateTime"), *steps, "startedDateTime"),
        incomparable=_incomparable(fields, method, headers, status, content.media_type),
        notes=(*notes, *content.notes),
        body_file=content.file,
        media_type=content.media_type,
    )


def _headers(value: object, *steps: Step) -> tuple[Header, ...]:
    """Name and value; Polly.js writes lists of values, HTTP/2 captures pseudo headers, some tools join cookies."""
    found: list[Header] = []
    for index, pair in enumerate(as_list(value, *steps)):
        fields = as_object(pair, *steps, index)
        name = as_text(fields.get("name"), *steps, index, "name")
        shown = fields.get("value")
        texts = [as_text(one, *steps, index, "value") for one in (shown if isinstance(shown, list) else [shown])]
        if name and not name.startswith(":"):
            found += [(name, line) for text in texts for line in (text.split("\n") if "\n" in text else (text,))]
    return tuple(found)


def _with_type(headers: tuple[Header, ...], media_type: str) -> tuple[Header, ...]:
    """The answer's headers; without a content type of their own, with the one stored beside the body."""
    if value_of(headers, "content-type") or "/" not in media_type:
        return headers
    return (*headers, ("Content-Type", media_type))


def _post_data(value: object, *steps: Step) -> tuple[bytes | None, tuple[str, ...]]:
    """The request's body: its text, or a form put together from ``params``."""
    fields = as_object(value, *steps)
    media_type = as_text(fields.get("mimeType"), *steps, "mimeType")
    if fields.get("text"):
        return encode_text(as_text(fields["text"], *steps, "text"), media_type), ()
    params = [as_object(pair, *steps, "params") for pair in as_list(fields.get("params"), *steps, "params")]
    if not params:
        return None, ()
    if media_type.lower().startswith("multipart/"):
        return None, ("the multipart form it sent is not in the recording",)
    pairs = [(as_text(pair.get("name"), "name"), as_text(pair.get("value"), "value")) for pair in params]
    return encode_query(pairs).encode(), ()


def _incomparable(entry: Object, method: str, headers: tuple[Header, ...], status: int, media_type: str) -> str:
    """Why an entry says nothing that could be compared with an answer today; empty if it does."""
    if status <= 0:
        return "no answer was recorded (blocked, failed or cancelled)"
    if method == "CONNECT":
        return "opens a tunnel through a proxy"
    if status == 101 or entry.get("_webSocketMessages") or entry.get("_resourceType") == "websocket":
        return "a WebSocket" if status != 304 else "answered from a cache (304)"
    if status == 304:
        return "answered from a cache (304)"
    if method == "OPTIONS" and value_of(headers, "access-control-request-method"):
        return "a browser's CORS preflight"
    is_page = media_type.lower().startswith(("text/html", "application/xhtml")) and 200 <= status < 300
    if is_page and entry.get("_resourceType") not in _CALLS:
        return "a page for people, not an answer of an API"
    return ""
