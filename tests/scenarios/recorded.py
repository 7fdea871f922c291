"""Recordings with credentials in them, as recorders leave them when nobody told them not to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from driftwatch.transport.clock import SystemClock
from tests.scenarios.garden import Garden


def exchange(method: str, url: str, token: str, status: int, said: str) -> Mapping[str, Any]:
    """An entry of a HAR with credentials wherever one may stand."""
    return {
        "startedDateTime": SystemClock().now().isoformat(),
        "time": 5, "cache": {}, "timings": {"send": 0, "wait": 5, "receive": 0},
        "request": {
            "method": method, "url": url, "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Authorization", "value": f"Basic {token}"}, {"name": "X-Api-Key", "value": token}],
            "cookies": [{"name": "sid", "value": token}], "queryString": [], "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": status, "statusText": "OK", "httpVersion": "HTTP/1.1", "redirectURL": "", "headersSize": -1,
            "bodySize": 9, "headers": [{"name": "Set-Cookie", "value": f"sid={token}"}], "cookies": [],
            "content": {"size": 9, "mimeType": "application/json", "text": said},
        },
    }  # fmt: skip


def archive(file: Path, *entries: Mapping[str, Any]) -> None:
    """A HAR of these entries."""
    file.parent.mkdir(parents=True, exist_ok=True)
    log = {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": entries}
    file.write_text(json.dumps({"log": log}), encoding="utf-8")


def record(folder: Path, garden: Garden) -> None:
    """The same login in a cassette, a Postman collection and a Keploy test set, each with secrets of its own."""
    folder.mkdir(parents=True)
    plants = (garden.plant(f"token in a {kind}", is_plain=True) for kind in ("cassette", "collection", "test set"))
    for write, token in zip((_cassette, _collection, _test_set), plants, strict=True):
        write(folder, token)


def _login(token: str) -> str:
    return json.dumps({"user": "ada", "password": token, "client_secret": token})


def _headers(token: str) -> Mapping[str, str]:
    return {
        "Authorization": f"Bearer {token}", "Cookie": f"sid={token}", "X-Api-Key": token, "X-Session-Token": token,
        "Content-Type": "application/json",
    }  # fmt: skip


def _cassette(folder: Path, token: str) -> None:
    headers = {name: [value] for name, value in _headers(token).items()}
    said = json.dumps({"id": 77123, "token": token})
    response = {"status": {"code": 200, "message": "OK"}, "body": {"string": said}}
    response["headers"] = {"Content-Type": ["application/json"], "Set-Cookie": [f"sid={token}"]}
    url = f"https://ada:{token}@api.example.com"
    requests = (
        {"method": "POST", "uri": f"{url}/login?access_token={token}", "body": _login(token), "headers": headers},
        {"method": "GET", "uri": f"{url}/me/77123?access_token={token}", "body": None, "headers": headers},
    )
    interactions = [{"request": request, "response": response} for request in requests]
    (folder / "cassette.yaml").write_text(json.dumps({"version": 1, "interactions": interactions}), encoding="utf-8")


def _collection(folder: Path, token: str) -> None:
    headers = [{"key": name, "value": value} for name, value in _headers(token).items()]
    asked = {
        "method": "POST", "url": f"https://ada:{token}@api.example.com/login?api_key={token}", "header": headers,
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": token, "type": "string"}]},
        "body": {"mode": "raw", "raw": _login(token)},
    }  # fmt: skip
    said = {
        "name": "ok", "originalRequest": asked, "code": 200, "header": [{"key": "Set-Cookie", "value": f"sid={token}"}],
        "body": json.dumps({"token": token}),
    }  # fmt: skip
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    collection = {
        "info": {"name": "login", "schema": schema},
        "variable": [{"key": "secret", "value": token}],
        "item": [{"name": "log in", "request": asked, "response": [said]}],
    }
    (folder / "login.postman_collection.json").write_text(json.dumps(collection), encoding="utf-8")


def _test_set(folder: Path, token: str) -> None:
    test = {
        "version": "api.keploy.io/v1beta1",
        "kind": "Http",
        "name": "test-1",
        "spec": {
            "metadata": {},
            "req": {
                "method": "POST", "url": f"http://localhost:8080/login?token={token}", "header": _headers(token),
                "body": _login(token), "timestamp": SystemClock().now().isoformat(),
            },
            "resp": {"status_code": 200, "header": {"Set-Cookie": f"sid={token}"}, "body": json.dumps({"id": token})},
        },
    }  # fmt: skip
    (folder / "test-set-0" / "tests").mkdir(parents=True)
    (folder / "test-set-0" / "tests" / "test-1.yaml").write_text(json.dumps(test), encoding="utf-8")
