"""go-vcr cassettes: what Go's net/http sent and got, in YAML.

Facts from dnaeon/go-vcr @ e0eabf6 (``pkg/cassette/cassette.go``) for version 2, @ 91ac6c0 for version 1, and from
public cassettes. The outer keys are those of VCR.py; here a request has a ``url`` and an answer a ``code``. Bodies are
text, so what was binary and is not tagged so is damaged; ``uncompressed`` says that Go's client decoded a body.
``duration`` is Go's own notation, and empty or ``0s`` where it is not known.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import absolute_url, read_headers, text_body
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_status, as_text
from driftwatch.model.interaction import Header

NAME: Final = "go-vcr"
STREAMS: Final = True

_MARKS: Final = re.compile(r"(?m)^interactions\s*:")
_URL: Final = re.compile(r"(?m)^\s+url\s*:\s*[\"']?https?:")
_URI: Final = re.compile(r"(?m)^\s+uri\s*:")
"""VCR.py's name for the URL of a request."""
_CODE: Final = re.compile(r"(?m)^\s+(?:code|duration)\s*:")
_VERSIONS: Final = frozenset(["1", "2"])
_DURATION: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|μs|ns)")
_MILLISECONDS: Final = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ns": 1e-6}


def recognises(document: Document) -> bool:
    """``interactions`` whose requests have a ``url`` and no ``uri``; a broken cassette by its marks."""
    if document.syntax is Syntax.TEXT and document.problem is None:
        return False
    if document.problem is not None:
        text = document.text
        is_other = _URI.search(text) is not None
        return not is_other and bool(_MARKS.search(text) and _URL.search(text) and _CODE.search(text))
    value = document.value
    entries = value.get("interactions") if isinstance(value, dict) else None
    return isinstance(entries, list) and any(map(_is_interaction, entries))


def _is_interaction(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("request"), dict):
        return False
    answer = value.get("response")
    is_ours = isinstance(answer, dict) and ("code" in answer or "duration" in answer)
    return is_ours and "url" in value["request"] and "uri" not in value["request"]


def read(document: Document) -> Iterator[Stub]:
    """Every interaction, in the order in which go-vcr hands them out."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    cassette = as_object(document.head.value)
    version = str(cassette.get("version", 1))
    if version not in _VERSIONS:
        reason = f"the cassette's `version` is {version[:20]}, and only 1 and 2 are known"
        yield document.head.unreadable(NAME, Refusal(reason, steps=("version",)))
        return
    yield from read_all(document, NAME, _exchange, "interactions")


def _exchange(entry: object, document: Document, *steps: Step) -> Exchange:
    fields = as_object(entry, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    answer = as_object(fields.get("response"), *steps, "response")
    headers = read_headers(asked.get("headers"), document, *steps, "request", "headers")
    answer_headers = read_headers(answer.get("headers"), document, *steps, "response", "headers")
    answer_body, notes = _stored(answer, answer_headers, *steps, "response")
    return Exchange(
        method=as_text(asked.get("method"), *steps, "request", "method").upper() or "GET",
        url=absolute_url(asked.get("url"), *steps, "request", "url"),
        headers=headers,
        body=_asked_body(asked, headers, *steps, "request"),
        status=_status(answer, *steps, "response"),
        answer_headers=answer_headers,
        answer_body=answer_body,
        notes=(*notes, *_took(as_text(answer.get("duration"), *steps, "response", "duration"))),
    )


def _status(answer: Object, *steps: Step) -> int:
    """The ``code``; without it the number that the status line begins with."""
    code = as_status(answer.get("code"), *steps, "code")
    line = as_text(answer.get("status"), *steps, "status")[:3]
    if not code and not line.isdecimal():
        raise Refusal("`response.code` is missing", steps=steps)
    return code or as_status(line, *steps, "status")


def _asked_body(asked: Object, headers: tuple[Header, ...], *steps: Step) -> bytes | None:
    """The body; a form that was parsed before it was recorded stands in ``form`` alone."""
    body, _ = _stored(asked, headers, *steps)
    form = as_object(asked.get("form"), *steps, "form")
    if body or not form or "urlencoded" not in value_of(headers, "content-type"):
        return body or None
    pairs = [
        (name, as_text(value, *steps, "form", name))
        for name, values in form.items()
        for value in as_list(values, *steps, "form", name)
    ]
    return encode_query(pairs).encode()


def _stored(side: Object, headers: tuple[Header, ...], *steps: Step) -> tuple[bytes | None, tuple[str, ...]]:
    body = side.get("body")
    if body is None or isinstance(body, bytes):
        return body, ()
    return text_body(as_text(body, *steps, "body"), value_of(headers, "content-type"))


def _took(duration: str) -> tuple[str, ...]:
    """How long the answer took, in the words of a note."""
    parts = _DURATION.findall(duration)
    milliseconds = sum(float(number) * _MILLISECONDS[unit] for number, unit in parts)
    return (f"took {milliseconds:.0f} ms when it was recorded",) if milliseconds >= 1 else ()
