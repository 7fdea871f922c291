"""The answer half of a WireMock stub: status, headers, body wherever it lives, delay, faults and templates."""

from typing import Final

import msgspec

from driftwatch.mocks.answers.bodies import from_base64, has_no_body, inflate
from driftwatch.mocks.answers.templates import has_template, render
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.formats.wiremock.body_files import read_body_file
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_number, as_object, as_status, as_text
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

TEMPLATING: Final = "response-template"
_STATE: Final = frozenset(["state", "deleteState", "recordState"])
"""Transformers of the state extension, which leave the answer to its templates."""
_DELAYS: Final = ("fixedDelayMilliseconds", "delayDistribution", "chunkedDribbleDelay")
_WHOLE: Final = Matcher("", MatcherKind.DYNAMIC)


class Answer(msgspec.Struct, frozen=True):
    """What a stub answers, or why that is no claim."""

    expectation: Expectation | None
    incomparable: str = ""
    notes: tuple[str, ...] = ()


class _Body(msgspec.Struct, frozen=True):
    content: bytes | None
    is_literal: bool = False
    """Never templated."""
    file: str = ""
    matchers: tuple[Matcher, ...] = ()
    note: str = ""


def read_answer(value: object, document: Document, method: str, *steps: Step) -> Answer:
    """The answer of one stub. Raises ``Refusal`` with the place of what cannot be read."""
    fields = as_object(value, *steps)
    if fields.get("proxyBaseUrl"):
        origin = as_text(fields["proxyBaseUrl"], *steps, "proxyBaseUrl").rpartition("@")[2]
        return Answer(None, "passes the request on to another server", (f"passes requests on to {origin[:200]}",))
    status = as_status(fields.get("status"), *steps, "status") or 200
    transformers = [as_text(name, *steps, "transformers") for name in as_list(fields.get("transformers"), *steps)]
    headers = tuple(_headers(fields.get("headers"), *steps, "headers"))
    body = _read_body(fields, document, *steps)
    notes = [body.note] if body.note else []
    is_declared = TEMPLATING in transformers or document.options.global_templating
    headers, is_templated = _fixed_headers(headers)
    if is_templated:
        notes.append("a header is templated and not compared")
    body = _templated(body, as_text(value_of(headers, "content-type")))
    if (body.matchers or is_templated) and not is_declared:
        notes.append(f"looks like a template, though the stub names no {TEMPLATING} transformer")
    foreign = [name for name in transformers if name != TEMPLATING and name not in _STATE]
    matchers = (_WHOLE,) if foreign else body.matchers
    notes += [f"the transformer `{name}` may change the whole answer" for name in foreign]
    fault = as_text(fields.get("fault"), *steps, "fault")
    expectation = Expectation(
        status=status,
        headers=headers,
        body=None if has_no_body(method, status) else body.content,
        matchers=matchers,
        delay_ms=_delay(fields, *steps),
        fault=fault,
        body_file=body.file,
    )
    return Answer(expectation, f"injects the fault {fault}" if fault else "", tuple(notes))


def _headers(value: object, *steps: Step) -> list[Header]:
    found: list[Header] = []
    for name, shown in as_object(value, *steps).items():
        several = shown if isinstance(shown, list) else [shown]
        found += [(name, as_text(one, *steps, name)) for one in several]
    return found


def _fixed_headers(headers: tuple[Header, ...]) -> tuple[tuple[Header, ...], bool]:
    """The headers whose value no template writes, and whether there were others."""
    fixed = tuple([pair for pair in headers if not has_template(pair[1])])
    return fixed, len(fixed) < len(headers)


def _read_body(fields: Object, document: Document, *steps: Step) -> _Body:
    """The body from where it lives; of several WireMock 2 and 3 take the file, then text, JSON, base64."""
    if file := as_text(fields.get("bodyFileName"), *steps, "bodyFileName"):
        return _file_body(file, fields, document)
    if isinstance(fields.get("body"), dict):
        return _entity(as_object(fields["body"]), document, *steps, "body")
    if fields.get("body") is not None:
        return _Body(as_text(fields["body"], *steps, "body").encode("utf-8", "surrogatepass"))
    if "jsonBody" in fields:
        return _Body(document.json(*steps, "jsonBody").encode("utf-8", "surrogatepass"))
    if fields.get("base64Body") is not None:
        return _Body(_from_base64(fields["base64Body"], document, *steps, "base64Body"), is_literal=True)
    return _Body(None)


def _file_body(file: str, fields: Object, document: Document) -> _Body:
    if has_template(file):
        return _Body(None, is_literal=True, matchers=(_WHOLE,), note="the name of the body file is templated")
    found = read_body_file(file, document)
    parameters = fields.get("transformerParameters")
    is_literal = isinstance(parameters, dict) and parameters.get("disableBodyFileTemplating") is True
    return _Body(found.content, is_literal, found.file)


def _entity(fields: Object, document: Document, *steps: Step) -> _Body:
    """WireMock 4's ``body`` object (``EntityDefinitionDeserializer``, 4.0 beta)."""
    if fields.get("filePath"):
        return _file_body(as_text(fields["filePath"], *steps, "filePath"), {}, document)
    if fields.get("base64Data") is not None:
        return _Body(_from_base64(fields["base64Data"], document, *steps, "base64Data"), is_literal=True)
    if isinstance(fields.get("data"), str):
        return _Body(as_text(fields["data"]).encode("utf-8", "surrogatepass"))
    if "data" in fields:
        return _Body(document.json(*steps, "data").encode("utf-8", "surrogatepass"))
    if fields.get("dataStore"):
        return _Body(None, is_literal=True, matchers=(_WHOLE,), note="the body comes from a data store at run time")
    return _Body(None)


def _from_base64(value: object, document: Document, *steps: Step) -> bytes:
    try:
        return inflate(from_base64(as_text(value, *steps)), "", "", document.limits.body_bytes)
    except Refusal as refusal:
        raise Refusal(refusal.reason, steps=steps) from refusal


def _templated(body: _Body, content_type: str) -> _Body:
    """The body with its template expressions made plain and their places marked."""
    if body.content is None or body.is_literal or b"{{" not in body.content:
        return body
    text = body.content.decode("utf-8", "surrogateescape")
    if not has_template(text):
        return body
    rendering = render(text)
    is_whole = any(not matcher.path for matcher in rendering.matchers)
    plain = "null" if is_whole and "json" in content_type else rendering.text
    return _Body(plain.encode("utf-8", "surrogateescape"), False, body.file, rendering.matchers, body.note)


def _delay(fields: Object, *steps: Step) -> float | None:
    """Milliseconds: fixed, plus the middle of a distribution, plus the time a dribbled body takes."""
    if fields.keys().isdisjoint(_DELAYS):
        return None
    fixed = fields.get("fixedDelayMilliseconds")
    spread = as_object(fields.get("delayDistribution"), *steps, "delayDistribution")
    dribble = as_object(fields.get("chunkedDribbleDelay"), *steps, "chunkedDribbleDelay")
    if fixed is None and not spread and not dribble:
        return None
    total = as_number(fixed, *steps, "fixedDelayMilliseconds")
    total += as_number(dribble.get("totalDuration"), *steps, "chunkedDribbleDelay", "totalDuration")
    at = (*steps, "delayDistribution")
    match spread.get("type"):
        case "lognormal":
            total += as_number(spread.get("median"), *at, "median")
        case "uniform":
            total += (as_number(spread.get("lower"), *at, "lower") + as_number(spread.get("upper"), *at, "upper")) / 2
        case "fixed":
            total += as_number(spread.get("milliseconds"), *at, "milliseconds")
        case _:
            pass
    return total
