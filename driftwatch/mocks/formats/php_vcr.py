"""php-vcr cassettes: a list of requests and answers, in YAML or JSON, often in a file without an extension.

Facts from php-vcr/php-vcr @ bcf1124 (``Request``, ``Response``, ``Storage``) and its fixtures. Headers are single
texts, numbers among them; the status is a number or ``{http_version, code, message}``. A body is base64 where its type
is ``application/x-gzip`` or ``Content-Transfer-Encoding`` is ``binary`` (``Response::toArray``). What was posted stands
in ``body`` or, taken apart, in ``post_fields`` and ``post_files``. ``index`` counts equal requests.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.answers.bodies import encode_text, from_base64
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import absolute_url, read_headers, read_status, text_body
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Grade, Header

NAME: Final = "php-vcr"

_URL: Final = re.compile(r"(?i)https?://[^/?#]")
_MARKS: Final = re.compile(r"(?m)^-\s*\n?\s+request:\s*\n\s+method:.*\n\s+url:\s*[\"']?https?:")
_CURL: Final = re.compile(r"(?m)^\s+curl_info\s*:|^\s+status:\s*[\"']?\d{3}|^\s+http_version\s*:")
_LOST: Final = "the multipart form it sent is not in the recording as it was"


def recognises(document: Document) -> bool:
    """A list of requests with absolute URLs and answers with a status; a broken cassette by its marks."""
    if document.problem is not None:
        return bool(document.syntax is Syntax.YAML and _MARKS.search(document.text) and _CURL.search(document.text))
    value = document.value
    return isinstance(value, list) and any(map(_is_recording, value))


def _is_recording(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"request", "response", "index"}:
        return False
    asked, answer = value.get("request"), value.get("response")
    if not isinstance(asked, dict) or not isinstance(answer, dict) or "method" not in asked:
        return False
    url, status = asked.get("url"), answer.get("status")
    is_status = isinstance(status, int | str) or (isinstance(status, dict) and "code" in status)
    return isinstance(url, str) and _URL.match(url) is not None and (is_status or "curl_info" in answer)


def read(document: Document) -> Iterator[Stub]:
    """Every recording, in its order."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    yield from read_all(document, NAME, _exchange)


def _exchange(entry: object, document: Document, *steps: Step) -> Exchange:
    fields = as_object(entry, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    answer = as_object(fields.get("response"), *steps, "response")
    if not answer:
        raise Refusal("the recording has no `response`", steps=steps)
    headers = read_headers(asked.get("headers"), document, *steps, "request", "headers")
    answer_headers = read_headers(answer.get("headers"), document, *steps, "response", "headers")
    body = _asked_body(asked, headers, *steps, "request")
    answer_body, notes = _answer_body(answer, answer_headers, *steps, "response")
    reason = _LOST if body is None and _has_form(asked) else ""
    return Exchange(
        method=as_text(asked.get("method"), *steps, "request", "method").upper() or "GET",
        url=absolute_url(asked.get("url"), *steps, "request", "url"),
        headers=headers,
        body=body,
        status=read_status(answer, *steps, "response"),
        answer_headers=answer_headers,
        answer_body=answer_body,
        notes=(*notes, *_took(answer.get("curl_info"))),
        grade=Grade.NEEDS_INPUT if reason else Grade.EXACT,
        reason=reason,
    )


def _has_form(asked: Object) -> bool:
    return bool(asked.get("post_files") or asked.get("post_fields"))


def _asked_body(asked: Object, headers: tuple[Header, ...], *steps: Step) -> bytes | None:
    """The body, or the form of ``post_fields``; a form with files, or in parts, is not stored as it was sent."""
    content_type = value_of(headers, "content-type")
    if asked.get("body"):
        body = asked["body"]
        return body if isinstance(body, bytes) else encode_text(as_text(body, *steps, "body"), content_type)
    fields = asked.get("post_fields")
    if not isinstance(fields, dict) or asked.get("post_files") or "multipart" in content_type.lower():
        return None
    if any(isinstance(value, dict | list) for value in fields.values()):
        return None
    pairs = [(name, as_text(value, *steps, "post_fields", name)) for name, value in fields.items()]
    return encode_query(pairs).encode() or None


def _answer_body(answer: Object, headers: tuple[Header, ...], *steps: Step) -> tuple[bytes | None, tuple[str, ...]]:
    body, content_type = answer.get("body"), value_of(headers, "content-type")
    if body is None:
        # ``array_filter`` leaves an empty body out when it writes
        return b"", ()
    if isinstance(body, bytes):
        return body, ()
    text = as_text(body, *steps, "body")
    if "application/x-gzip" in content_type or value_of(headers, "content-transfer-encoding") == "binary":
        try:
            return from_base64(text), ()
        except Refusal as refusal:
            raise Refusal(refusal.reason, steps=(*steps, "body")) from refusal
    return text_body(text, content_type)


def _took(curl_info: object) -> tuple[str, ...]:
    """How long the answer took, in the words of a note."""
    seconds = curl_info.get("total_time") if isinstance(curl_info, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1e6:
        return ()
    return (f"took {seconds * 1000:.0f} ms when it was recorded",)
