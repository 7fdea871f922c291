"""VCR.py cassettes: exact recordings of Python's HTTP clients, in YAML or JSON.

Facts from kevin1024/vcrpy @ b1fb62b (``serialize.py``, ``serializers/compat.py``, ``migration.py``) and from some
4,000 recorded interactions in public repositories. ``version: 1`` and ``interactions``, each with ``request.uri``.
Dialects that are read: httpx before VCR.py 6 (``content``, ``status_code``), cassettes converted from betamax
(``recorded_at``), and a custom serializer's ``parsed_body``. Before 1.0 a cassette was a list; VCR.py has a migration.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.answers.bodies import encode_text, from_base64
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.cassettes import read_headers, read_status
from driftwatch.mocks.recording.recordings import Exchange, read_all
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Header

NAME: Final = "vcrpy"
STREAMS: Final = True

_MARKS: Final = re.compile(r"(?m)^\s*(?:[{,]\s*)?[\"']?interactions[\"']?\s*:")
_URI: Final = re.compile(r"(?m)(?<!\\)[\"']?\buri[\"']?\s*:\s*[\"']?https?:")
_ABSOLUTE: Final = re.compile(r"(?i)https?://[^/]")
_OLD_TAG: Final = re.compile(r"!!python/object:vcr\.request\.(?:Request|HeadersDict)")
_RUBY: Final = re.compile(r"(?m)^\s*[\"']?http_interactions[\"']?\s*:")
_OLD: Final = "a cassette of VCR.py before 1.0; convert it with `python -m vcr.migration PATH`"
_KNOWN_VERSION: Final = 1


def recognises(document: Document) -> bool:
    """A cassette with ``request.uri``, also one from before 1.0; a broken one by its marks."""
    if document.problem is not None:
        return _is_broken_cassette(document.text)
    return _is_old(document.value) or _is_cassette(document.value)


def _is_broken_cassette(text: str) -> bool:
    if _OLD_TAG.search(text):
        return True
    return bool(_MARKS.search(text) and _URI.search(text)) and not _RUBY.search(text)


def _is_cassette(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("interactions"), list):
        return False
    requests = [entry.get("request") for entry in value["interactions"] if isinstance(entry, dict)]
    return any(isinstance(request, dict) and "uri" in request for request in requests)


def _is_old(value: object) -> bool:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return False
    request = value[0].get("request")
    return isinstance(request, dict) and {"protocol", "host", "path"} <= set(request)


def read(document: Document) -> Iterator[Stub]:
    """Every interaction of the cassette, in the order in which VCR.py hands them out."""
    refusal = document.problem
    if _OLD_TAG.search(document.text) or _is_old(document.head.value):
        refusal = Refusal(_OLD, 0)
    if refusal is not None:
        yield document.unreadable(NAME, refusal)
        return
    version = as_object(document.head.value).get("version", _KNOWN_VERSION)
    if version not in (_KNOWN_VERSION, str(_KNOWN_VERSION)):
        reason = f"the cassette's `version` is {str(version)[:20]}, and only {_KNOWN_VERSION} is known"
        yield document.head.unreadable(NAME, Refusal(reason, steps=("version",)))
        return
    yield from read_all(document, NAME, _exchange, "interactions")


def _exchange(entry: object, document: Document, *steps: Step) -> Exchange:
    fields = as_object(entry, *steps)
    asked = as_object(fields.get("request"), *steps, "request")
    answer = as_object(fields.get("response"), *steps, "response")
    uri = as_text(asked.get("uri"), *steps, "request", "uri")
    if not _ABSOLUTE.match(uri):
        raise Refusal("`request.uri` must be an absolute URL", steps=(*steps, "request"))
    if not answer:
        raise Refusal("the interaction has no `response`", steps=steps)
    headers = read_headers(asked.get("headers"), document, *steps, "request", "headers")
    answer_headers = read_headers(answer.get("headers"), document, *steps, "response", "headers")
    return Exchange(
        method=as_text(asked.get("method"), *steps, "request", "method").upper() or "GET",
        url=uri,
        headers=headers,
        body=_body(asked, headers, document, *steps, "request") or None,
        status=read_status(answer, *steps, "response"),
        answer_headers=answer_headers,
        answer_body=_body(answer, answer_headers, document, *steps, "response"),
        stated_time=as_text(fields.get("recorded_at"), *steps, "recorded_at"),
    )


def _body(side: Object, headers: tuple[Header, ...], document: Document, *steps: Step) -> bytes | None:
    """A body in any of its dialects; ``None`` if the file has none."""
    if "parsed_body" in side:
        parsed = side["parsed_body"]
        content_type = value_of(headers, "content-type")
        if isinstance(parsed, str) and "json" not in content_type:
            return encode_text(parsed, content_type)
        return None if parsed is None else document.json(*steps, "parsed_body").encode("utf-8", "surrogatepass")
    key = "content" if "content" in side else "body"
    body = side.get(key)
    if isinstance(body, dict):
        if body.get("base64_string") is not None:
            return from_base64(as_text(body["base64_string"], *steps, key, "base64_string"))
        key, body = f"{key}.string", body.get("string")
    if body is None:
        return None
    if not isinstance(body, str | bytes):
        raise Refusal(f"`{key}` must be text", steps=(*steps, key.partition(".")[0]))
    return body if isinstance(body, bytes) else encode_text(body, value_of(headers, "content-type"))
