"""Recordings of real traffic: each kind is recognised by what is in it, and tells what it holds and nothing else."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.mocks.traffic.access_log import SPELLINGS
from driftwatch.model.interaction import Ignored
from driftwatch.model.traffic import Heard, Medium
from tests.mocks.recordings import AT, a_batch, an_entry, heard, read, write_har, write_lines

LOGS: Final[dict[str, dict[str, Any]]] = {
    "nginx": {
        "time_iso8601": "2026-04-30T10:00:00+00:00", "request_method": "GET", "request_uri": "/users/1?page=2",
        "status": "200", "request_time": "0.250", "body_bytes_sent": "120", "host": "api.example.com",
        "sent_http_content_type": "application/json",
    },
    "nginx with a request line": {
        "time_local": "30/Apr/2026:12:00:00 +0200", "request": "GET /users/1?page=2 HTTP/1.1", "status": 200,
        "request_time": 0.25, "body_bytes_sent": 120, "http_host": "api.example.com",
        "content_type": "application/json",
    },
    "envoy": {
        "start_time": "2026-04-30T10:00:00.000Z", "method": "GET", "path": "/users/1?page=2", "response_code": 200,
        "duration": 250, "bytes_sent": 120, "authority": "api.example.com",
        "response_content_type": "application/json",
    },
    "traefik": {
        "StartUTC": "2026-04-30T10:00:00Z", "RequestMethod": "GET", "RequestPath": "/users/1?page=2",
        "DownstreamStatus": 200, "Duration": 250_000_000, "DownstreamContentSize": 120,
        "RequestHost": "api.example.com", "downstream_Content-Type": "application/json",
    },
    "caddy": {
        "ts": 1777543200.0, "request": {"method": "GET", "uri": "/users/1?page=2", "host": "api.example.com"},
        "status": 200, "duration": 0.25, "size": 120, "content_type": "application/json",
    },
    "an AWS load balancer": {
        "time": "2026-04-30T10:00:00Z", "request": "GET https://api.example.com:443/users/1?page=2 HTTP/2.0",
        "elb_status_code": "200", "target_processing_time": 0.25, "sent_bytes": 120,
        "content_type": "application/json",
    },
    "the Elastic Common Schema": {
        "@timestamp": "2026-04-30T10:00:00Z", "http": {"request": {"method": "get"}, "response": {
            "status_code": 200, "body": {"bytes": 120}, "mime_type": "application/json"}},
        "url": {"path": "/users/1", "query": "page=2", "domain": "api.example.com"}, "event": {"duration": 250000000},
    },
    "a log with units": {
        "timestamp": 1777543200000, "verb": "GET", "url": "https://api.example.com/users/1?page=2", "status_code": 200,
        "latency": "250ms", "bytes": 120, "content_type": "application/json",
    },
}  # fmt: skip


@pytest.mark.parametrize("entry", LOGS.values(), ids=LOGS)
def test_a_line_of_a_common_server_is_an_exchange(entry: dict[str, Any], tmp_path: Path) -> None:
    """Whatever its parts are called, they are the same ones."""
    write_lines(tmp_path, entry)
    (one,) = heard(tmp_path)
    told = (one.medium, one.file, one.method, one.path, one.query, one.status, one.at, one.elapsed_ms, one.size)
    assert told == (Medium.ACCESS_LOG, "access.log", "GET", "/users/1", (("page", "2"),), 200, AT, 250.0, 120)
    assert one.host.removesuffix(":443") == "api.example.com"
    assert (one.content_type, one.headers, one.body, one.is_whole) == ("application/json", None, None, False)


def test_a_bare_duration_of_unknown_unit_is_none(tmp_path: Path) -> None:
    """Milliseconds or seconds: a guess would be a latency that nobody measured."""
    write_lines(tmp_path, {"method": "GET", "path": "/a", "status": 200, "duration": 12})
    (one,) = heard(tmp_path)
    assert (one.elapsed_ms, one.at) == (None, None)


def test_all_headers_and_bodies_are_taken_where_a_line_has_them(tmp_path: Path) -> None:
    """Then it is as good as a recorder's; a text that a logger cut is no body."""
    whole = {
        "method": "POST", "uri": "/orders", "status": 201, "ts": 1777543200.5, "request_body": {"a": 1},
        "resp_headers": {"Content-Type": ["application/json"], "X-A": ["1", "2"]}, "response_body": '{"id": 7}',
    }  # fmt: skip
    write_lines(tmp_path, whole, whole | {"response_body": '{"id": 7, "na'})
    first, second = heard(tmp_path)
    assert first.headers == (("Content-Type", "application/json"), ("X-A", "1"), ("X-A", "2"))
    assert (first.request_body, first.body, second.body) == (b'{"a":1}', b'{"id": 7}', None)


def test_a_log_of_its_own_is_read_by_the_names_that_the_operator_gives(tmp_path: Path) -> None:
    """A name with dots is a member in a member; named parts are looked for nowhere else."""
    write_lines(tmp_path, {"rq": {"line": "PUT /a HTTP/1.1"}, "st": {"code": 204}, "took": 3, "status": 500})
    fields = {"request": "rq.line", "status": "st.code", "duration_seconds": "took"}
    (one,) = heard(tmp_path, fields=fields)
    assert (one.method, one.path, one.status, one.elapsed_ms) == ("PUT", "/a", 204, 3000.0)


def test_credentials_of_a_query_are_not_kept(tmp_path: Path) -> None:
    """Only their names are, so that a mock which has them is still recognised."""
    write_lines(tmp_path, {"method": "GET", "path": "/a?api_key=planted-secret&b=1", "status": 200})
    (one,) = heard(tmp_path)
    assert (one.query, one.withheld) == ((("b", "1"),), ("api_key",))
    assert "planted-secret" not in repr(one)


def _span(kind: object = 2, **attributes: Any) -> dict[str, Any]:
    def value(one: Any) -> dict[str, Any]:
        return {"intValue": str(one)} if isinstance(one, int) else {"stringValue": one}

    told = [{"key": name.replace("__", "."), "value": value(one)} for name, one in attributes.items()]
    return {
        "kind": kind, "startTimeUnixNano": "1777543200000000000", "endTimeUnixNano": "1777543200250000000",
        "attributes": told,
    }  # fmt: skip


STABLE: Final = _span(
    http__request__method="GET", url__path="/users/1", url__query="page=2", http__response__status_code=200,
    server__address="api.example.com", server__port=8080,
)  # fmt: skip
OLD: Final = _span(
    "SPAN_KIND_CLIENT", http__method="GET", http__url="http://api.example.com:8080/users/1?page=2",
    http__status_code=200,
)  # fmt: skip


@pytest.mark.parametrize("span", [STABLE, OLD], ids=["stable conventions", "older names"])
@pytest.mark.parametrize("layout", ["a batch a line", "one document"])
def test_a_span_is_an_exchange(span: dict[str, Any], layout: str, tmp_path: Path) -> None:
    """As the collector's file exporter writes it, and as a whole file."""
    path = tmp_path / "spans.json"
    if layout == "one document":
        path.write_text(json.dumps(a_batch(span), indent=2), encoding="utf-8")
    else:
        path.write_text(f"{json.dumps(a_batch(span))}\n{json.dumps(a_batch({'kind': 1}))}\n", encoding="utf-8")
    (one,) = heard(tmp_path)
    told = (one.medium, one.method, one.path, one.query, one.status, one.host, one.at, one.elapsed_ms, one.body)
    query = (("page", "2"),)
    assert told == (Medium.OTEL, "GET", "/users/1", query, 200, "api.example.com:8080", AT, 250.0, None)


def test_a_span_may_carry_a_body(tmp_path: Path) -> None:
    """No convention names it, so it is taken where an instrumentation adds it."""
    write_lines(tmp_path, a_batch(_span(http__method="GET", http__target="/a", http__status_code=200,
                                  http__response__body='{"a": 1}')))  # fmt: skip
    (one,) = heard(tmp_path)
    assert (one.body, one.is_whole) == (b'{"a": 1}', True)


@pytest.mark.parametrize("indent", [None, 1], ids=["in one line", "in many lines"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_an_archive_tells_whole_exchanges(version: str, indent: int | None, tmp_path: Path) -> None:
    """A body that was not captured is none, which is not the same as empty; static files are no exchanges."""
    static = an_entry("https://api.example.com/a.css", "GET", text="x")
    static["response"]["content"]["mimeType"] = "text/css"
    write_har(tmp_path, an_entry(text='{"id": 7}'), an_entry(), static, version=version, indent=indent)
    first, second = heard(tmp_path)
    told = (first.medium, first.method, first.path, first.status, first.host, first.at, first.elapsed_ms)
    assert told == (Medium.HAR, "POST", "/orders", 201, "api.example.com", AT, 250.0)
    assert (first.request_body, first.body, second.body) == (b"{}", b'{"id": 7}', None)
    assert first.headers == (("Content-Type", "application/json"),)


def test_a_body_in_which_something_was_replaced_is_no_body(tmp_path: Path) -> None:
    """Whoever scrubbed it may have put a text in the place of a number."""
    write_har(tmp_path, an_entry(text='{"id": "<REDACTED>"}'))
    (one,) = heard(tmp_path)
    assert one.body is None


KEPLOY: Final = """version: api.keploy.io/v1beta1
kind: Http
name: test-1
spec:
  metadata: {}
  req:
    method: POST
    url: http://localhost:8080/orders
    header: {Content-Type: application/json}
    body: '{"a": 1}'
    timestamp: 2026-04-30T10:00:00Z
  resp:
    status_code: 201
    header: {Content-Type: application/json}
    body: '{"id": 7}'
---
version: api.keploy.io/v1beta1
kind: Postgres
name: mock-1
spec: {}
"""


def test_a_test_set_tells_of_the_recorded_application_itself(tmp_path: Path) -> None:
    """Where it ran is no host that anybody would configure; what is no HTTP is passed over."""
    (tmp_path / "test-1.yaml").write_text(KEPLOY, encoding="utf-8")
    (one,) = heard(tmp_path, hosts=("api.example.com",))
    told = (one.medium, one.file, one.method, one.path, one.host, one.at, one.request_body, one.body)
    assert told == (Medium.KEPLOY, "test-1.yaml", "POST", "/orders", "", AT, b'{"a": 1}', b'{"id": 7}')


HOSTS: Final = {
    "its own": (("api.example.com",), True),
    "on any port": (("api.example.com",), True),
    "with the usual port": (("api.example.com:443",), True),
    "another port": (("api.example.com:8443",), False),
    "another host": (("www.example.com",), False),
    "a host that ends alike": (("example.com",), False),
    "anybody's": ((), True),
}


@pytest.mark.parametrize(("hosts", "is_ours"), HOSTS.values(), ids=HOSTS)
def test_only_exchanges_with_the_provider_count(hosts: tuple[str, ...], is_ours: bool, tmp_path: Path) -> None:
    """An archive of a browser holds many services; a file of which nothing counts is told with the remedy."""
    url = "https://api.example.com:443/a" if hosts and ":" in hosts[0] else "https://api.example.com/a"
    write_har(tmp_path, an_entry(url, "GET", text="{}"))
    (one,) = read(tmp_path, hosts=hosts)
    assert isinstance(one, Heard if is_ours else Ignored)
    if isinstance(one, Ignored):
        assert "none of its 1 exchanges" in one.reason
        assert "`evidence.hosts`" in one.reason


def test_the_documented_spellings_are_those_of_the_code() -> None:
    """What a person may look up in the README stands there."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [name for names in SPELLINGS.values() for name in names if f"`{name}`" not in readme]
    assert missing == []
