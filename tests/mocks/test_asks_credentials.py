"""What formats know of who asks: a stub that answers only those who show something, or whoever comes."""

import json
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction, Request

NONE: dict[str, Any] = {}
KEY = {"Authorization": "Bearer mocked"}


def wiremock(**request: Any) -> dict[str, Any]:
    """A stub mapping."""
    return {"request": {"method": "GET", "urlPath": "/a", **request}, "response": {"status": 200, "jsonBody": {}}}


def pact(headers: dict[str, str]) -> dict[str, Any]:
    """A contract of one interaction."""
    return {
        "consumer": {"name": "c"}, "provider": {"name": "p"}, "metadata": {"pactSpecification": {"version": "2.0.0"}},
        "interactions": [{
            "description": "a", "request": {"method": "GET", "path": "/a", "headers": headers},
            "response": {"status": 200, "body": {}},
        }],
    }  # fmt: skip


def openapi(security: list[dict[str, list[str]]]) -> dict[str, Any]:
    """A description of one operation."""
    content = {"application/json": {"example": {"id": 1}}}
    return {
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": {"/a": {"get": {
            "security": security, "responses": {"200": {"description": "ok", "content": content}},
        }}},
    }  # fmt: skip


def har(headers: dict[str, str]) -> dict[str, Any]:
    """An archive of one exchange."""
    shown = [{"name": name, "value": value} for name, value in headers.items()]
    answer = {
        "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
        "headers": [{"name": "Content-Type", "value": "application/json"}], "headersSize": -1, "bodySize": 2,
        "content": {"size": 2, "mimeType": "application/json", "text": "{}"},
    }  # fmt: skip
    request = {
        "method": "GET", "url": "https://api.example.com/a", "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": shown, "queryString": [], "headersSize": -1, "bodySize": 0,
    }  # fmt: skip
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": request, "response": answer, "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }  # fmt: skip
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}}


def mockserver(headers: dict[str, str]) -> list[dict[str, Any]]:
    """An expectation."""
    asked = {"method": "GET", "path": "/a", "headers": {name: [value] for name, value in headers.items()}}
    return [{"httpRequest": asked, "httpResponse": {"statusCode": 200, "body": "{}"}}]


def postman(headers: dict[str, str], auth: str = "noauth") -> dict[str, Any]:
    """A collection with one saved example."""
    asked = {"method": "GET", "url": "https://x/a", "header": [{"key": k, "value": v} for k, v in headers.items()]}
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    example = {"name": "ok", "originalRequest": asked, "code": 200, "status": "OK", "header": [], "body": "{}"}
    item = {"name": "a", "request": {**asked, "auth": {"type": auth}}, "response": [example]}
    return {"info": {"name": "c", "schema": schema}, "item": [item]}


OPEN = {
    "wiremock": wiremock(), "wiremock with another header": wiremock(headers={"X-Team": {"equalTo": "a"}}),
    "wiremock that wants nothing shown": wiremock(headers={"Authorization": {"absent": True}}), "pact": pact(NONE),
    "openapi": openapi([]), "openapi that takes both": openapi([{"token": []}, {}]), "mockserver": mockserver(NONE),
    "postman": postman(NONE),
}  # fmt: skip
GUARDED = {
    "wiremock": wiremock(headers={"Authorization": {"matches": "Bearer .+"}}),
    "wiremock with a password": wiremock(basicAuthCredentials={"username": "u", "password": "p"}),
    "wiremock with a key in the query": wiremock(queryParameters={"api_key": {"equalTo": "k"}}),
    "wiremock with a cookie": wiremock(cookies={"session": {"equalTo": "s"}}), "pact": pact(KEY),
    "openapi": openapi([{"token": []}]), "mockserver": mockserver(KEY), "postman": postman(KEY),
    "postman with auth": postman(NONE, "bearer"), "har": har(KEY),
}  # fmt: skip


def request_of(document: object, folder: Path, name: str) -> Request:
    """What the one mock of a document asks."""
    (folder / f"mock.{'har' if name == 'har' else 'json'}").write_text(json.dumps(document), encoding="utf-8")
    (one,) = (reading for reading in FolderSource(folder).read() if isinstance(reading, Interaction))
    return one.request


@pytest.mark.parametrize("name", GUARDED)
def test_a_stub_that_asks_who_asks_is_known(name: str, tmp_path: Path) -> None:
    """And what it asks for is not in the request that would be sent."""
    request = request_of(GUARDED[name], tmp_path, name)
    assert request.asks_credentials
    assert request.is_for_somebody
    assert not {"authorization", "cookie"} & {header.lower() for header, _ in request.headers}


@pytest.mark.parametrize("name", OPEN)
def test_a_stub_that_answers_whoever_comes_is_known(name: str, tmp_path: Path) -> None:
    """No credential among what it matches."""
    assert not request_of(OPEN[name], tmp_path, name).is_for_somebody


def test_of_a_recording_nobody_knows(tmp_path: Path) -> None:
    """Recorders scrub what was shown: that nothing stands there says nothing."""
    request = request_of(har(NONE), tmp_path, "har")
    assert (request.asks_credentials, request.is_for_somebody) == (False, True)
