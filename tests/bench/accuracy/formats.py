"""The same mock as seven tools would store it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from driftwatch.transport.clock import SystemClock
from tests.bench.accuracy.endpoints import Endpoint

HOST: Final = "https://api.example.com"


def _wiremock(endpoints: list[Endpoint]) -> str:
    return json.dumps({
        "mappings": [
            {
                "request": {"method": "GET", "urlPath": one.path},
                "response": {"status": one.mocked.status, "headers": dict(one.mocked.headers), "body": _text(one)},
            }
            for one in endpoints
        ]
    }, indent=1)  # fmt: skip


def _vcr(endpoints: list[Endpoint]) -> str:
    return yaml.safe_dump({
        "version": 1,
        "interactions": [
            {
                "request": {"body": None, "headers": {"Accept": ["*/*"]}, "method": "GET", "uri": HOST + one.path},
                "response": {
                    "status": {"code": one.mocked.status, "message": "OK"},
                    "headers": {name: [value] for name, value in one.mocked.headers},
                    "body": {"string": _text(one)},
                },
            }
            for one in endpoints
        ],
    })  # fmt: skip


def _har(endpoints: list[Endpoint]) -> str:
    entries = [
        {
            "startedDateTime": SystemClock().now().isoformat(), "time": 12,
            "request": {
                "method": "GET", "url": HOST + one.path, "httpVersion": "HTTP/1.1", "headers": [], "queryString": [],
                "cookies": [], "headersSize": -1, "bodySize": 0,
            },
            "response": {
                "status": one.mocked.status, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": [{"name": name, "value": value} for name, value in one.mocked.headers],
                "content": {"size": len(one.mocked.body), "mimeType": "application/json", "text": _text(one)},
                "redirectURL": "", "headersSize": -1, "bodySize": len(one.mocked.body),
            },
            "cache": {}, "timings": {"send": 1, "wait": 10, "receive": 1},
        }
        for one in endpoints
    ]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": entries}})


def _pact(endpoints: list[Endpoint]) -> str:
    rules = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    return json.dumps({
        "consumer": {"name": "bench"}, "provider": {"name": "service"},
        "interactions": [
            {
                "description": one.path, "request": {"method": "GET", "path": one.path},
                "response": {
                    "status": one.mocked.status, "headers": dict(one.mocked.headers), "body": json.loads(_text(one)),
                    "matchingRules": rules,
                },
            }
            for one in endpoints
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    })  # fmt: skip


def _mountebank(endpoints: list[Endpoint]) -> str:
    stubs = [
        {
            "predicates": [{"equals": {"method": "GET", "path": one.path}}],
            "responses": [{"is": {
                "statusCode": one.mocked.status, "headers": dict(one.mocked.headers), "body": _text(one),
            }}],
        }
        for one in endpoints
    ]  # fmt: skip
    return json.dumps({"imposters": [{"port": 4545, "protocol": "http", "stubs": stubs}]}, indent=2)


def _postman(endpoints: list[Endpoint]) -> str:
    def item(one: Endpoint) -> dict[str, Any]:
        url = {"raw": "{{base}}" + one.path, "host": ["{{base}}"], "path": one.path.strip("/").split("/")}
        asked = {"method": "GET", "header": [], "url": url}
        answer = {
            "name": "200", "originalRequest": asked, "status": "OK", "code": one.mocked.status, "body": _text(one),
            "header": [{"key": name, "value": value} for name, value in one.mocked.headers],
            "_postman_previewlanguage": "json",
        }  # fmt: skip
        return {"name": one.path, "request": asked, "response": [answer]}

    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return json.dumps({"info": {"name": "bench", "schema": schema}, "item": [item(one) for one in endpoints]})


def _nock(endpoints: list[Endpoint]) -> str:
    return json.dumps([
        {
            "scope": f"{HOST}:443", "method": "GET", "path": one.path, "body": "", "status": one.mocked.status,
            "response": json.loads(_text(one)),
            "rawHeaders": [part for header in one.mocked.headers for part in header],
        }
        for one in endpoints
    ])  # fmt: skip


def _text(endpoint: Endpoint) -> str:
    return endpoint.mocked.body.decode()


FORMATS: Final[tuple[tuple[str, Callable[[list[Endpoint]], str]], ...]] = (
    ("wiremock/mappings/stubs.json", _wiremock), ("vcr/cassette.yaml", _vcr), ("har/browser.har", _har),
    ("pact/bench-service.json", _pact), ("mountebank/imposters.json", _mountebank),
    ("postman/bench.postman_collection.json", _postman), ("nock/recording.json", _nock),
)  # fmt: skip


def write(folder: Path, endpoints: Iterable[Endpoint]) -> None:
    """Every endpoint once, the formats in turn."""
    all_of_them = list(endpoints)
    for number, (name, spell) in enumerate(FORMATS):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(spell(all_of_them[number :: len(FORMATS)]), encoding="utf-8")
