"""HTTP spans of OpenTelemetry, in OTLP's JSON: whole files, or a batch a line as the collector's file exporter writes.

Attributes by the stable semantic conventions for HTTP spans (1.23 and later), and by those before (1.20). Bodies are no
part of either; some instrumentations add them under the names below.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from driftwatch.mocks.asking.requests import split_target
from driftwatch.mocks.recording.dates import is_credible
from driftwatch.mocks.traffic import values
from driftwatch.model.interaction import Header
from driftwatch.model.traffic import Heard, Medium

METHOD: Final = ("http.request.method", "http.method")
TARGET: Final = ("url.full", "http.url", "url.path", "http.target")
STATUS: Final = ("http.response.status_code", "http.status_code")
HOST: Final = ("server.address", "http.host", "net.host.name", "net.peer.name")
PORT: Final = ("server.port", "net.host.port", "net.peer.port")
SIZE: Final = ("http.response.body.size", "http.response_content_length")
REQUEST_BODY: Final = ("http.request.body", "http.request.body.content")
RESPONSE_BODY: Final = ("http.response.body", "http.response.body.content")
_HEADER: Final = "http.response.header."
_KINDS: Final = frozenset({2, 3, "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT"})
"""Of a service that answers, and of a client that asks; others are no exchanges."""
_OTHER: Final = "_OTHER"
"""Stands for a method that the instrumentation does not know."""


def is_batch(value: object) -> bool:
    """Whether a JSON value is a batch of traces (``TracesData``)."""
    return isinstance(value, dict) and isinstance(value.get("resourceSpans"), list)


def spans_of(batch: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All spans of a batch; what has another form is passed over."""
    for resource in _objects(batch.get("resourceSpans")):
        for name in ("scopeSpans", "instrumentationLibrarySpans"):
            for scope in _objects(resource.get(name)):
                yield from _objects(scope.get("spans"))


def heard_in(span: Mapping[str, Any], file: str, now: datetime | None, most: int) -> Heard | None:
    """The exchange that a span is about; ``None`` for any other span."""
    if span.get("kind") not in _KINDS:
        return None
    attributes = {
        name: _value(one.get("value"))
        for one in _objects(span.get("attributes"))
        if isinstance(name := one.get("key"), str)
    }
    method, url = values.text(_first(attributes, METHOD)), values.text(_first(attributes, TARGET))
    status = values.status(_first(attributes, STATUS))
    if not method or method == _OTHER or not url or status is None:
        return None
    target = split_target(url)
    raw_query = target.raw_query or values.text(attributes.get("url.query")).lstrip("?")
    query, withheld = values.asked_query(raw_query)
    began, ended = values.moment(span.get("startTimeUnixNano")), _nanoseconds(span.get("endTimeUnixNano"))
    headers = tuple(_headers(attributes))
    return Heard(
        Medium.OTEL, file, method.upper(), target.path,
        query, status,
        target.authority or _host(attributes),
        began if began is not None and is_credible(began, now) else None,
        values.body(_first(attributes, REQUEST_BODY), most), None,
        values.body(_first(attributes, RESPONSE_BODY), most),
        _took(span.get("startTimeUnixNano"), ended), values.whole(_first(attributes, SIZE)),
        next((value for name, value in headers if name == "content-type"), ""), withheld,
    )  # fmt: skip


def _took(began: object, ended: int | None) -> float | None:
    start = _nanoseconds(began)
    return (ended - start) / 1e6 if start is not None and ended is not None and ended > start else None


def _nanoseconds(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 21:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _host(attributes: Mapping[str, object]) -> str:
    host = values.text(_first(attributes, HOST)).lower()
    port = values.whole(_first(attributes, PORT))
    return f"{host}:{port}" if host and port and ":" not in host else host


def _headers(attributes: Mapping[str, object]) -> Iterator[Header]:
    for name, value in attributes.items():
        if name.startswith(_HEADER):
            for one in value if isinstance(value, list) else [value]:
                yield name.removeprefix(_HEADER).replace("_", "-").lower(), values.text(one)


def _first(attributes: Mapping[str, object], names: Sequence[str]) -> object:
    return next((attributes[name] for name in names if name in attributes), None)


def _value(wrapped: object) -> object:
    """A value out of its ``AnyValue``; 64-bit numbers are texts there (Protobuf's JSON mapping)."""
    if not isinstance(wrapped, dict):
        return None
    array = wrapped.get("arrayValue")
    if isinstance(array, dict):
        return [_value(one) for one in array.get("values") or () if isinstance(one, dict)]
    return next((wrapped[name] for name in ("stringValue", "intValue", "doubleValue") if name in wrapped), None)


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())
