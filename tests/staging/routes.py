"""What a route answers: its own words, somebody's record, a page of a list, a compressed or a known document."""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.servers import Answer, Received, json_answer
from tests.staging.doors import refusal
from tests.staging.script import Pages, Route

_PARAMETER = re.compile(r"\{(\w+)\}")


def matcher(operation: str) -> tuple[str, re.Pattern[str]]:
    """The method and the pattern of the path of ``GET /users/{id}``."""
    method, _, path = operation.partition(" ")
    names = _PARAMETER.split(path)
    parts = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>[^/]+)" for number, part in enumerate(names)]
    return method, re.compile("".join(parts))


def answer_of(route: Route, request: Received, parts: Mapping[str, str], status: int) -> Answer:
    """The answer to one request; another ``status`` than the route's own comes with an error document."""
    trouble = _trouble(route, request)
    if trouble is not None:
        return trouble
    if status != route.status:
        return refusal(status, "sometimes", "Try again.", tuple(route.headers.items()))
    answer = _said(route, request, parts)
    headers = (*answer.headers, *route.headers.items())
    if _media_type(headers):
        headers = tuple(pair for pair in headers if pair[0].lower() != "content-type" or pair == _media_type(headers))
    return _packed(route, request, _known(route, request, Answer(answer.status, headers, answer.body)))


def _media_type(headers: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    """The last one, which is the route's own where it has one."""
    return next((pair for pair in reversed(headers) if pair[0].lower() == "content-type"), None)


def _said(route: Route, request: Received, parts: Mapping[str, str]) -> Answer:
    if route.records is not None:
        record = route.records.by_id.get(list(parts.values())[-1])
        return json_answer(json.dumps(route.records.missing), 404) if record is None else _json(record, route.status)
    if route.pages is not None:
        return _page(route.pages, request)
    if route.text is not None:
        return Answer(route.status, body=route.text.encode())
    return Answer(route.status) if route.body is None else _json(_filled(route.body, parts), route.status)


def _json(document: object, status: int) -> Answer:
    return json_answer(json.dumps(document), status)


def _filled(document: object, parts: Mapping[str, str]) -> object:
    """The document with the parts of the path that it asks for."""
    if isinstance(document, str) and (found := _PARAMETER.fullmatch(document)) and found[1] in parts:
        value = parts[found[1]]
        return int(value) if value.isascii() and value.isdigit() else value
    if isinstance(document, Mapping):
        return {name: _filled(value, parts) for name, value in document.items()}
    if isinstance(document, list):
        return [_filled(each, parts) for each in document]
    return document


def _page(pages: Pages, request: Received) -> Answer:
    query = parse_qs(urlsplit(request.target).query)
    name = "page" if pages.style == "link" else "cursor"
    at = int(query.get(name, ["0"])[0].removeprefix("after-"))
    items, following = pages.items[at : at + pages.size], at + pages.size
    has_more = following < len(pages.items)
    if pages.style == "cursor":
        return _json({"items": items, "next_cursor": f"after-{following}" if has_more else None}, 200)
    link = (("Link", f'<{request.path}?page={following}>; rel="next"'),) if has_more else ()
    return json_answer(json.dumps(items), headers=link)


def _trouble(route: Route, request: Received) -> Answer | None:
    if not route.accepts:
        return None
    if (request.header("Content-Type") or "").partition(";")[0].strip().lower() != route.accepts:
        return refusal(415, "unsupported_media_type", f"Send {route.accepts}.", (("Accept-Post", route.accepts),))
    if route.accepts.endswith("json"):
        try:
            json.loads(request.body)
        except ValueError:
            return refusal(400, "malformed", "This is not JSON.")
    return None


def _known(route: Route, request: Received, answer: Answer) -> Answer:
    if not route.etag:
        return answer
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    if route.etag == "honoured" and request.header("If-None-Match") == tag:
        return Answer(304, (("ETag", tag), ("Content-Length", "0")))
    return Answer(answer.status, (*answer.headers, ("ETag", tag)), answer.body)


def _packed(route: Route, request: Received, answer: Answer) -> Answer:
    is_asked = "gzip" in (request.header("Accept-Encoding") or "")
    if not answer.body or not route.gzip or (route.gzip == "asked" and not is_asked):
        return answer
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return Answer(answer.status, headers, gzip.compress(answer.body, mtime=0))
