"""The answer half of an expectation: status, headers, cookies, body, delay, and what is no answer to compare.

``HttpResponse``, ``BodyWithContentTypeDTODeserializer`` and ``MockServerHttpResponseToFullHttpResponse`` of MockServer
5.15.0 and 8.0.0; measured against both. Nothing in ``httpResponse`` is a template but a body file that says so.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.attached import Attached, folders_up, read_attached
from driftwatch.mocks.answers.bodies import encode_text, from_base64, has_no_body, inflate
from driftwatch.mocks.asking.contest import Answers, join
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.mockserver.bodies import kind_of
from driftwatch.mocks.formats.mockserver.multimaps import read_pairs
from driftwatch.mocks.formats.mockserver.templating import read_template, render_text
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_status, as_text, describe
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

RESPONSE: Final = "httpResponse"
RESPONSES: Final = "httpResponses"
KNOWN: Final = frozenset(
    ["statusCode", "statusCodeRange", "reasonPhrase", "headers", "trailers", "cookies", "body", "generateFromSchema",
     "delay", "connectionOptions", "recoverAfter", "primary", "timestamp"]
)  # fmt: skip
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)
_MILLISECONDS: Final = {
    "NANOSECONDS": 1e-6, "MICROSECONDS": 1e-3, "MILLISECONDS": 1.0, "SECONDS": 1e3, "MINUTES": 6e4, "HOURS": 3.6e6,
    "DAYS": 8.64e7,
}  # fmt: skip
_MIDDLE: Final = {"LOG_NORMAL": "median", "GAUSSIAN": "mean"}
_MOST_TRIED: Final = 6
"""Ends of one absolute path that are looked for."""
_MODES: Final = {"RANDOM": "at random", "WEIGHTED": "at random", "SWITCH": "one after the other"}


class _Body(Struct, frozen=True):
    content: bytes | None
    media_type: str = ""
    file: str = ""
    matchers: tuple[Matcher, ...] = ()


def read_answers(fields: Object, action: str, document: Document, method: str, *steps: Step) -> Answers:
    """What an expectation answers by its ``action``. Raises ``Refusal`` with the place of what cannot be read."""
    value, place = fields.get(action), (*steps, action)
    if action == RESPONSE:
        return read_response(value, document, method, *place)
    if action == RESPONSES:
        listed = as_list(value, *place)
        how = _MODES.get(as_text(fields.get("responseMode"), *steps, "responseMode"), "in turn")
        return join([read_response(one, document, method, *place, index) for index, one in enumerate(listed)], how)
    if action == "httpResponseTemplate":
        template = as_object(value, *place)
        return read_template(template, method, delay(template.get("delay"), *place, "delay"), *place)
    if action == "httpError":
        return _fault(as_object(value, *place))
    if action == "steps":
        return _step(as_list(value, *place), document, method, *place)
    if action.startswith("httpForward") or action == "httpOverrideForwardedRequest":
        return Answers((), "passes the request on to another server", tuple(_upstream(value)))
    return Answers((), _OTHER.get(action, "is made by the code of a test"))


_OTHER: Final = {
    "httpSseResponse": "streams events without an end",
    "httpLlmResponse": "plays a language model",
    "httpWebSocketResponse": "is a WebSocket, and only HTTP can be asked",
    "grpcStreamResponse": "is gRPC, and only plain HTTP can be asked",
    "grpcBidiResponse": "is gRPC, and only plain HTTP can be asked",
    "binaryResponse": "is a binary message, and only HTTP can be asked",
    "dnsResponse": "answers a DNS query, and only HTTP can be asked",
}


def _fault(fields: Object) -> Answers:
    names = {"dropConnection": "a dropped connection", "streamError": "a reset stream", "responseBytes": "raw bytes"}
    fault = next((what for name, what in names.items() if fields.get(name)), "an error")
    return Answers((Expectation(200, fault=fault),), f"injects {fault}")


def _upstream(value: object) -> list[str]:
    """Where requests are passed on to, as far as the file says it."""
    fields = value if isinstance(value, Mapping) else {}
    target = fields.get("httpForward") if isinstance(fields.get("httpForward"), Mapping) else fields
    host = target.get("host") if isinstance(target, Mapping) else None
    return [f"passes requests on to {host.rpartition('@')[2][:200]}"] if isinstance(host, str) and host else []


def _step(listed: list[object], document: Document, method: str, *steps: Step) -> Answers:
    """The step that answers: the one that says so, or the only one that could."""
    places = [index for index, one in enumerate(listed) if isinstance(one, dict) and RESPONSE in one]
    stated = [index for index in places if as_object(listed[index]).get("responder") is True]
    for index in stated or (places if len(places) == 1 else []):
        return read_response(as_object(listed[index])[RESPONSE], document, method, *steps, index, RESPONSE)
    return Answers((), "none of its steps is an answer of its own")


def read_response(value: object, document: Document, method: str, *steps: Step) -> Answers:
    """One answer. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    status = as_status(fields.get("statusCode"), *steps, "statusCode") or 200
    headers = read_pairs(fields.get("headers"), *steps, "headers")
    body = _read_body(fields, document, headers, *steps)
    if body.media_type and not value_of(headers, "content-type").strip():
        headers = (*headers, ("Content-Type", body.media_type))
    cookies = (f"{name}={text}" for name, text in read_pairs(fields.get("cookies"), *steps, "cookies"))
    headers = (*headers, *(("Set-Cookie", cookie) for cookie in cookies))
    notes = list(_notes(fields, *steps))
    options = as_object(fields.get("connectionOptions"), *steps, "connectionOptions")
    fault = "a wrong Content-Length" if options.get("contentLengthHeaderOverride") is not None else ""
    expectation = Expectation(
        status,
        headers,
        None if has_no_body(method, status) else body.content,
        body.matchers,
        delay(fields.get("delay"), *steps, "delay"),
        fault,
        body_file=body.file,
    )
    return Answers((expectation,), f"injects {fault}" if fault else "", tuple(notes))


def _notes(fields: Object, *steps: Step) -> list[str]:
    notes = []
    if fields.get("recoverAfter") is not None:
        times = as_text(as_object(fields["recoverAfter"], *steps, "recoverAfter").get("failTimes"), *steps)
        notes.append(f"the first {times[:20] or 'few'} answers fail on purpose and are not compared")
    if fields.get("generateFromSchema") is not None:
        notes.append("the body is generated from a schema")
    if fields.get("statusCodeRange") is not None:
        notes.append("`statusCodeRange` is not compared")
    if isinstance(fields.get("delay"), dict) and as_object(fields["delay"]).get("template"):
        notes.append("the delay is templated and not compared")
    return notes


def delay(value: object, *steps: Step) -> float | None:
    """Milliseconds: fixed, or the middle of a distribution (8.0.0). Raises ``Refusal``."""
    fields = as_object(value, *steps)
    if not fields:
        return None
    unit = _MILLISECONDS.get(as_text(fields.get("timeUnit"), *steps, "timeUnit").upper(), 1.0)
    spread = as_object(fields.get("distribution"), *steps, "distribution")
    kind = as_text(spread.get("type"), *steps, "distribution", "type")
    if kind == "UNIFORM":
        bounds = [as_number(spread.get(name), *steps, "distribution", name) for name in ("min", "max")]
        return sum(bounds) / 2 * unit
    if kind in _MIDDLE:
        return as_number(spread.get(_MIDDLE[kind]), *steps, "distribution", _MIDDLE[kind]) * unit
    return as_number(fields.get("value"), *steps, "value") * unit


def _read_body(fields: Object, document: Document, headers: tuple[Header, ...], *steps: Step) -> _Body:
    """The body in the form that its members say, with the media type that MockServer adds to it."""
    body, place = fields.get("body"), (*steps, "body")
    match body:
        case None if fields.get("generateFromSchema") is not None:
            return _Body(None, "application/json", matchers=(_WHOLE,))
        case None:
            return _Body(None)
        case str():
            return _Body(encode_text(body, value_of(headers, "content-type")))
        case list():
            return _json(document.json(*place))
        case dict():
            return _typed(as_object(body), document, headers, *place)
        case _:
            raise Refusal(f"`body` must be text, an object or a list, found {describe(body)}", steps=place)


def _json(text: str, media_type: str = "application/json; charset=utf-8") -> _Body:
    return _Body(encode_text(text, media_type), media_type)


def _typed(fields: Object, document: Document, headers: tuple[Header, ...], *steps: Step) -> _Body:
    kind, member = kind_of(fields)
    stated = as_text(fields.get("contentType"), *steps, "contentType")
    charset = as_text(fields.get("charset"), *steps, "charset")
    operand = fields.get(member)
    match kind:
        case "JSON":
            media_type = stated or f"application/json; charset={charset or 'utf-8'}"
            if not member or not isinstance(operand, str):
                return _json(document.json(*steps, member) if member else "", media_type)
            return _json(_checked_json(operand, *steps, member), media_type)
        case "XML":
            media_type = stated or f"application/xml; charset={charset or 'utf-8'}"
            return _Body(encode_text(as_text(operand, *steps, member), media_type), media_type)
        case "STRING":
            media_type = stated or (f"text/plain; charset={charset}" if charset else "")
            shown = value_of(headers, "content-type") or media_type
            return _Body(encode_text(as_text(operand, *steps, member), shown), media_type)
        case "BINARY":
            return _Body(_binary(operand, headers, document, *steps, member), stated)
        case "FILE":
            return _file(as_text(operand, *steps, member), fields, document, stated, *steps, member)
        case "PARAMETERS":
            # MockServer knows no such answer and sends an empty object
            return _json("{}")
        case _:
            return _json(document.json(*steps))


def _checked_json(text: str, *steps: Step) -> str:
    try:
        json_text.decode(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("the text is not JSON, and MockServer refuses it", steps=steps) from error
    return text


def _binary(value: object, headers: tuple[Header, ...], document: Document, *steps: Step) -> bytes:
    try:
        stored = from_base64(as_text(value, *steps))
        limit = document.limits.body_bytes
        return inflate(stored, value_of(headers, "content-type"), value_of(headers, "content-encoding"), limit)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal


def _file(name: str, fields: Object, document: Document, media_type: str, *steps: Step) -> _Body:
    found = _open(name, document, *steps)
    engine = as_text(fields.get("templateType"), *steps, "templateType")
    if engine not in ("VELOCITY", "MUSTACHE"):
        return _Body(found.content, media_type, found.file)
    rendering = render_text(found.content.decode("utf-8", "surrogateescape"), engine)
    return _Body(rendering.text.encode("utf-8", "surrogateescape"), media_type, found.file, rendering.matchers)


def _open(name: str, document: Document, *steps: Step) -> Attached:
    """A body file (8.0.0), named from where the server was started; a path in a container is looked for by its end."""
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    is_absolute = name.startswith(("/", "\\")) and ".." not in parts
    names = ["/".join(parts[start:]) for start in range(len(parts))][:_MOST_TRIED] if is_absolute else [name]
    problem = Refusal("the name of the body file is not a file name", steps=steps)
    for candidate in names:
        try:
            return read_attached(candidate, folders_up(document), document)
        except Refusal as refusal:
            problem = Refusal(refusal.reason, steps=steps)
    raise problem
