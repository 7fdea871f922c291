"""Access logs in JSON, one object a line: what common servers call the parts of an exchange.

The spellings are those of nginx (``log_format … escape=json`` with variables under their own names), Envoy and Istio
(operators under their usual names), Traefik, Caddy 2, AWS load balancers and API gateways, Google's ``httpRequest``,
and the Elastic Common Schema. A name with dots is a member of that name, or a member in a member.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field

from driftwatch.mocks.asking.requests import split_target
from driftwatch.mocks.recording.dates import is_credible
from driftwatch.mocks.traffic import values
from driftwatch.model.interaction import Header
from driftwatch.model.traffic import Heard, Medium

METHOD: Final = (
    "method", "request_method", "http_method", "httpMethod", "requestMethod", "RequestMethod", "http.request.method",
    "request.method", "httpRequest.requestMethod", "verb",
)  # fmt: skip
TARGET: Final = (
    "request_uri", "uri", "url", "path", "request_path", "RequestPath", "request.uri", "request.url", "request.path",
    "httpRequest.requestUrl", "url.original", "url.full", "url.path", "requestPath", "request_url", "resourcePath",
)  # fmt: skip
QUERY: Final = ("query_string", "args", "query", "url.query")
REQUEST: Final = ("request", "request_line", "requestLine")
"""Method and target in one, as in ``GET /users/1 HTTP/1.1``."""
STATUS: Final = (
    "status", "status_code", "statusCode", "response_code", "responseCode", "DownstreamStatus", "OriginStatus",
    "http.response.status_code", "response.status", "httpRequest.status", "elb_status_code", "response_status", "code",
)  # fmt: skip
TIME: Final = (
    "time_iso8601", "@timestamp", "timestamp", "start_time", "StartUTC", "time", "ts", "time_local", "msec",
    "requestTimeEpoch", "requestTime", "date", "datetime",
)  # fmt: skip
HOST: Final = (
    "authority", ":authority", "http_host", "host", "RequestHost", "request.host", "server_name", "domainName",
    "url.domain", "vhost",
)  # fmt: skip
SIZE: Final = (
    "body_bytes_sent", "bytes_sent", "DownstreamContentSize", "size", "bytes", "response_size", "responseSize",
    "http.response.body.bytes", "httpRequest.responseSize", "sent_bytes", "responseLength",
)  # fmt: skip
CONTENT_TYPE: Final = (
    "sent_http_content_type", "content_type", "response_content_type", "downstream_Content-Type",
    "http.response.mime_type",
)  # fmt: skip
HEADERS: Final = ("resp_headers", "response_headers", "response.headers", "responseHeaders")
REQUEST_BODY: Final = ("request_body", "req_body", "requestBody", "request.body", "http.request.body.content")
RESPONSE_BODY: Final = ("response_body", "resp_body", "responseBody", "response.body", "http.response.body.content")
DURATION: Final[Sequence[tuple[str, float]]] = (
    ("request_time", 1e3), ("duration_ms", 1.0), ("durationMs", 1.0), ("latency_ms", 1.0), ("elapsed_ms", 1.0),
    ("response_time_ms", 1.0), ("took_ms", 1.0), ("duration_seconds", 1e3), ("duration_s", 1e3), ("Duration", 1e-6),
    ("responseLatency", 1.0), ("event.duration", 1e-6), ("target_processing_time", 1e3),
    ("upstream_response_time", 1e3),
    ("duration_us", 1e-3), ("duration_ns", 1e-6),
)  # fmt: skip
"""With the milliseconds of a bare number's unit."""
UNSURE: Final = ("duration", "latency", "response_time", "elapsed", "httpRequest.latency")
"""Of a bare number here nobody knows the unit, but for Caddy's (seconds) and Envoy's (milliseconds)."""

SPELLINGS: Final[Mapping[str, Sequence[str]]] = {
    "method": METHOD, "target": TARGET, "query": QUERY, "request": REQUEST, "status": STATUS, "time": TIME,
    "host": HOST, "bytes": SIZE, "content_type": CONTENT_TYPE, "headers": HEADERS, "request_body": REQUEST_BODY,
    "response_body": RESPONSE_BODY,
}  # fmt: skip
"""The parts of an exchange by their names in ``evidence.fields``, and what logs call them."""

_LOOKED_FOR: Final = {**SPELLINGS, "duration": tuple(name for name, _ in DURATION), "unsure": UNSURE}
_UNITS: Final = dict(DURATION)
_MOST_SORTS: Final = 256
"""Sorts of lines that are remembered; a log has a handful."""
_OBJECTS: Final = frozenset({"headers", "request_body", "response_body"})
_MISSING: Final = object()


class Reader(Struct):
    """Reads the lines of one file, which are mostly alike: which names to look for is worked out once for each sort."""

    file: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the operator says the parts are called, for other logs."""
    now: datetime | None = None
    most: int = 8 * 1024 * 1024
    """Bytes of a body that are kept."""
    _sorts: dict[tuple[str, ...], Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """By the members of a line: the names of each part that could be there."""
    _names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Those of the line at hand."""

    def read(self, line: Mapping[str, Any]) -> Heard | None:
        """The exchange in a line; ``None`` if it tells of none."""
        self._names = self._sort(tuple(line))
        asked = self._asked(line)
        status = values.status(self._find(line, "status"))
        if asked is None or status is None:
            return None
        method, url = asked
        target = split_target(url)
        query, withheld = values.asked_query(target.raw_query or values.text(self._find(line, "query")).lstrip("?"))
        at = values.moment(self._find(line, "time"))
        headers = _headers(self._find(line, "headers"))
        kind = values.text(self._find(line, "content_type")) if headers is None else ""
        return Heard(
            Medium.ACCESS_LOG, self.file, method, target.path, query, status,
            target.authority or values.text(self._find(line, "host")).lower(),
            at if at is not None and is_credible(at, self.now) else None,
            values.body(self._find(line, "request_body"), self.most), headers,
            values.body(self._find(line, "response_body"), self.most), self._milliseconds(line),
            values.whole(self._find(line, "bytes")), kind if kind != "-" else "", withheld,
        )  # fmt: skip

    def _asked(self, line: Mapping[str, Any]) -> tuple[str, str] | None:
        """Method and target, apart or in one line."""
        method, target = values.text(self._find(line, "method")), values.text(self._find(line, "target"))
        if method and target:
            return method.upper(), target
        return values.request_line(self._find(line, "request"))

    def _find(self, line: Mapping[str, Any], part: str) -> object:
        named = self.fields.get(part)
        if named is not None:
            found = _at(line, named)
            return None if found is _MISSING else found
        for name in self._names[part]:
            found = _at(line, name)
            if found is not _MISSING and _fits(part, found):
                return found
        return None

    def _sort(self, members: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
        known = self._sorts.get(members)
        if known is None:
            there = frozenset(members)
            known = {
                part: tuple(name for name in names if name in there or name.partition(".")[0] in there)
                for part, names in _LOOKED_FOR.items()
            }
            if len(self._sorts) < _MOST_SORTS:
                self._sorts[members] = known
        return known

    def _milliseconds(self, line: Mapping[str, Any]) -> float | None:
        for part, unit in (("duration_ms", 1.0), ("duration_seconds", 1e3)):
            if part in self.fields:
                return values.milliseconds(_at(line, self.fields[part]), unit)
        for name in self._names["duration"]:
            found = _at(line, name)
            if found is not _MISSING:
                return values.milliseconds(found, _UNITS[name])
        guess = 1e3 if isinstance(line.get("request"), dict) and "ts" in line else None
        guess = 1.0 if "response_code" in line else guess
        for name in self._names["unsure"]:
            found = _at(line, name)
            if found is not _MISSING:
                return values.milliseconds(found, guess)
        return None


def _fits(part: str, found: object) -> bool:
    """Whether a member can be a part: only bodies and headers are objects, ``request`` of Caddy's is another thing."""
    return found is not None and (not isinstance(found, dict) or part in _OBJECTS)


def _at(line: Mapping[str, Any], name: str) -> object:
    """A member by its name, or by the names of those around it with dots between them."""
    if name in line:
        return line[name]
    if "." not in name:
        return _MISSING
    first, _, rest = name.partition(".")
    inner = line.get(first)
    return _at(inner, rest) if isinstance(inner, dict) else _MISSING


def _headers(found: object) -> tuple[Header, ...] | None:
    """All headers of an answer, as Caddy has them: lists of values by name."""
    if not isinstance(found, dict) or not found:
        return None
    return tuple(
        (str(name), one)
        for name, shown in found.items()
        for one in (shown if isinstance(shown, list) else [shown])
        if isinstance(one, str)
    )
