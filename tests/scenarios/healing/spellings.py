"""One answer to one GET, as the tools store it that the accuracy benchmark does not know; one function a format."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import yaml

HOST: Final = "https://api.example.com"
RECORDED: Final = "2024-05-01T10:00:00"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    json: Any = None
    text: str | None = None

    @property
    def body(self) -> bytes:
        """As it is on the wire."""
        return (json.dumps(self.json) if self.text is None else self.text).encode()

    @property
    def words(self) -> str:
        """The same as text."""
        return self.body.decode()

    @property
    def phrase(self) -> str:
        """The reason phrase of its status."""
        return HTTPStatus(self.status).phrase

    @property
    def lists(self) -> dict[str, list[str]]:
        """Headers with lists of values, as many tools have them."""
        return {name: [value] for name, value in self.headers.items()}


Spell = Callable[[str, Spoken], str]


def _yaml(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def wiremock(path: str, said: Spoken) -> str:
    """As a person would write it: a member a line, the body as JSON."""
    body = {"jsonBody": said.json} if said.text is None else {"body": said.text}
    response = {"status": said.status, "headers": dict(said.headers), **body}
    return json.dumps({"request": {"method": "GET", "url": path}, "response": response}, indent=2) + "\n"


def _wiremock_net(path: str, said: Spoken) -> str:
    body = {"BodyAsJson": said.json} if said.text is None else {"Body": said.text}
    response = {"StatusCode": said.status, "Headers": dict(said.headers), **body}
    request = {"Path": {"Matchers": [{"Name": "ExactMatcher", "Pattern": path}]}, "Methods": ["GET"]}
    return json.dumps(
        {"Guid": "00000000-0000-0000-0000-000000000041", "Request": request, "Response": response}, indent=2
    )


def _betamax(path: str, said: Spoken) -> str:
    asked = {"body": {"encoding": "utf-8", "string": ""}, "headers": {}, "method": "GET", "uri": HOST + path}
    answer = {
        "body": {"encoding": "utf-8", "string": said.words}, "headers": said.lists,
        "status": {"code": said.status, "message": said.phrase}, "url": HOST + path,
    }  # fmt: skip
    one = {"request": asked, "response": answer, "recorded_at": RECORDED}
    return json.dumps({"http_interactions": [one], "recorded_with": "betamax/0.9.0"})


def _bruno(path: str, said: Spoken) -> str:
    headers = "".join(f"      {name.lower()}: {value}\n" for name, value in said.headers.items())
    body = "".join(f"        {line}\n" for line in said.words.split("\n"))
    return (
        f"meta {{\n  name: It\n  type: http\n}}\n\nget {{\n  url: {{{{host}}}}{path}\n}}\n\nexample {{\n  name: Good\n"
        f"  request: {{\n    url: {{{{host}}}}{path}\n    method: GET\n  }}\n\n  response: {{\n    headers: {{\n"
        f"{headers}    }}\n\n    status: {{\n      code: {said.status}\n      text: {said.phrase}\n    }}\n\n"
        "    body: {\n"
        f"      type: json\n      content: '''\n{body}      '''\n    }}\n  }}\n}}\n"
    )


def _go_vcr(path: str, said: Spoken) -> str:
    answer = {"body": said.words, "headers": said.lists, "status": f"{said.status} {said.phrase}", "code": said.status}
    asked = {"body": "", "headers": {}, "url": HOST + path, "method": "GET"}
    return "---\n" + _yaml({"version": 2, "interactions": [{"id": 0, "request": asked, "response": answer}]})


def _hoverfly(path: str, said: Spoken) -> str:
    request = {
        name: [{"matcher": "exact", "value": value}] for name, value in (("path", path), ("method", "GET"))
    }  # fmt: skip
    response = {
        "status": said.status, "body": said.words, "encodedBody": False, "headers": said.lists, "templated": False,
    }  # fmt: skip
    pairs = [{"request": request, "response": response}]
    return json.dumps(
        {"data": {"pairs": pairs, "globalActions": {"delays": []}}, "meta": {"schemaVersion": "v5.2"}}, indent=4
    )


def _imposter(path: str, said: Spoken) -> str:
    response = {"statusCode": said.status, "headers": dict(said.headers), "content": said.words}
    return _yaml({"plugin": "rest", "resources": [{"path": path, "method": "GET", "response": response}]})


def _insomnia(path: str, said: Spoken) -> str:
    headers = [{"id": f"pair_{name}", "name": name, "value": value} for name, value in said.headers.items()]
    route = {
        "_id": "mock-route_1", "_type": "mock_route", "parentId": "mock_1", "name": path, "method": "GET",
        "statusCode": said.status, "statusText": "", "headers": headers, "body": said.words,
    }  # fmt: skip
    resources = [
        {"_id": "wrk_1", "_type": "workspace", "parentId": None, "name": "Shop", "scope": "mock-server"},
        {"_id": "mock_1", "_type": "mock", "parentId": "wrk_1", "name": "Shop", "url": "http://localhost:8080"},
        route,
    ]
    return json.dumps({"_type": "export", "__export_format": 4, "resources": resources})


def _keploy(path: str, said: Spoken) -> str:
    moment = f"{RECORDED}.123456789Z"
    asked = {"method": "GET", "proto_major": 1, "proto_minor": 1, "url": f"http://localhost:8080{path}", "header": {}}
    answer = {
        "status_code": said.status,
        "header": dict(said.headers),
        "body": said.words,
        "status_message": said.phrase,
    }
    spec = {
        "metadata": {}, "req": {**asked, "body": "", "timestamp": moment}, "resp": {**answer, "timestamp": moment},
        "objects": [], "assertions": {"noise": {}}, "created": 1714557600,
    }  # fmt: skip
    return _yaml({"version": "api.keploy.io/v1beta1", "kind": "Http", "name": "test-1", "spec": spec})


def _killgrave(path: str, said: Spoken) -> str:
    response = {"status": said.status, "headers": dict(said.headers), "body": said.words}
    return json.dumps([{"request": {"method": "GET", "endpoint": path}, "response": response}], indent=2)


def _microcks(path: str, said: Spoken) -> str:
    headers = {name: value for name, value in said.headers.items() if name != "Content-Type"}
    response = {
        "status": str(said.status), "mediaType": said.headers.get("Content-Type", ""), "headers": headers,
        "body": said.json if said.text is None else said.text,
    }  # fmt: skip
    return _yaml({
        "apiVersion": "mocks.microcks.io/v1alpha1", "kind": "APIExamples", "metadata": {"name": "It", "version": "1"},
        "operations": {f"GET {path}": {"good": {"request": {}, "response": response}}},
    })  # fmt: skip


def _mmock(path: str, said: Spoken) -> str:
    response = {"statusCode": said.status, "headers": said.lists, "body": said.words}
    return json.dumps({"description": "it", "request": {"method": "GET", "path": path}, "response": response}, indent=1)


def _mockoon(path: str, said: Spoken) -> str:
    response = {
        "uuid": "r1", "body": said.words, "latency": 0, "statusCode": said.status, "label": "", "bodyType": "INLINE",
        "headers": [{"key": name, "value": value} for name, value in said.headers.items()], "filePath": "",
        "sendFileAsBody": False, "rules": [], "rulesOperator": "OR", "disableTemplating": True, "default": True,
        "fallbackTo404": False,
    }  # fmt: skip
    route = {
        "uuid": "e1", "type": "http", "documentation": "", "method": "get", "endpoint": path.lstrip("/"),
        "responses": [response], "responseMode": None,
    }  # fmt: skip
    return json.dumps({
        "uuid": "m1", "lastMigration": 33, "name": "It", "endpointPrefix": "", "latency": 0, "port": 3001,
        "hostname": "", "folders": [], "routes": [route], "rootChildren": [{"type": "route", "uuid": "e1"}],
        "proxyMode": False, "headers": [], "data": [], "callbacks": [],
    }, indent=2)  # fmt: skip


def _mockserver(path: str, said: Spoken) -> str:
    response = {"statusCode": said.status, "headers": said.lists, "body": said.words}
    return json.dumps([{"httpRequest": {"method": "GET", "path": path}, "httpResponse": response}], indent=2)


def _moco(path: str, said: Spoken) -> str:
    response = {"status": said.status, "headers": dict(said.headers), "text": said.words}
    return json.dumps([{"request": {"uri": path, "method": "get"}, "response": response}], indent=2)


def _openapi(path: str, said: Spoken) -> str:
    media = said.headers.get("Content-Type", "application/json")
    example = said.json if said.text is None else said.text
    headers = {
        name: {"schema": {"type": "string"}, "example": value}
        for name, value in said.headers.items()
        if name != "Content-Type"
    }
    answer = {"description": "It", "headers": headers, "content": {media: {"example": example}}}
    operation = {"get": {"responses": {str(said.status): answer}}}
    return _yaml({"openapi": "3.0.3", "info": {"title": "It", "version": "1"}, "paths": {path: operation}})


def _php_vcr(path: str, said: Spoken) -> str:
    asked = {"method": "GET", "url": HOST + path, "headers": {"Host": "api.example.com"}}
    status = {"http_version": "1.1", "code": str(said.status), "message": said.phrase}
    return "\n" + _yaml(
        [{"request": asked, "response": {"status": status, "headers": dict(said.headers), "body": said.words}}]
    )


def _responses(path: str, said: Spoken) -> str:
    more = {name: value for name, value in said.headers.items() if name != "Content-Type"}
    answer = {
        "auto_calculate_content_length": False, "body": said.words, "method": "GET", "status": said.status,
        "content_type": said.headers.get("Content-Type", "text/plain"), "url": HOST + path,
        **({"headers": more} if more else {}),
    }  # fmt: skip
    return _yaml({"responses": [{"response": answer}]})


def _smocker(path: str, said: Spoken) -> str:
    answer = {"status": said.status, "headers": said.lists, "body": said.words}
    return _yaml([{"request": {"method": "GET", "path": path}, "response": answer}])


def _stubby(path: str, said: Spoken) -> str:
    answer = {"status": said.status, "headers": {name.lower(): value for name, value in said.headers.items()}}
    return _yaml([{"request": {"url": f"^{path}$", "method": "GET"}, "response": {**answer, "body": said.words}}])


def _vcr_ruby(path: str, said: Spoken) -> str:
    answer = {
        "status": {"code": said.status, "message": said.phrase}, "headers": said.lists,
        "body": {"encoding": "UTF-8", "string": said.words},
    }  # fmt: skip
    asked = {"method": "get", "uri": HOST + path, "body": {"encoding": "US-ASCII", "string": ""}, "headers": {}}
    one = {"request": asked, "response": answer, "recorded_at": "Wed, 01 May 2024 10:00:00 GMT"}
    return "---\n" + _yaml({"http_interactions": [one], "recorded_with": "VCR 6.2.0"})


MORE: Final[Mapping[str, tuple[str, Spell]]] = {
    "betamax": ("{kind}.json", _betamax),
    "bruno": ("{kind}.bru", _bruno),
    "go-vcr": ("{kind}.yaml", _go_vcr),
    "hoverfly": ("{kind}.json", _hoverfly),
    "imposter": ("{kind}/it-config.yaml", _imposter),
    "insomnia": ("{kind}.json", _insomnia),
    "keploy": ("keploy/test-set-{kind}/tests/test-1.yaml", _keploy),
    "killgrave": ("{kind}.imp.json", _killgrave),
    "microcks-examples": ("{kind}.yaml", _microcks),
    "mmock": ("{kind}.json", _mmock),
    "mockoon": ("{kind}.json", _mockoon),
    "mockserver": ("{kind}.json", _mockserver),
    "moco": ("{kind}.json", _moco),
    "openapi": ("{kind}.yaml", _openapi),
    "php-vcr": ("{kind}.yml", _php_vcr),
    "responses": ("{kind}.yaml", _responses),
    "smocker": ("{kind}.yaml", _smocker),
    "stubby": ("{kind}.yaml", _stubby),
    "vcr-ruby": ("{kind}.yml", _vcr_ruby),
    "wiremock-net": ("__admin/mappings/{kind}.json", _wiremock_net),
}
"""By format: the file of a kind, and how an answer is spelled."""


# contracts that pin what they show: without a matcher a value of a Pact is promised to the letter


def _pact(version: str, rules: Any) -> Spell:
    def spelled(path: str, said: Spoken) -> str:
        response = {"status": said.status, "headers": dict(said.headers), "body": said.json, **rules}
        one = {"description": path, "request": {"method": "GET", "path": path}, "response": response}
        return _contract(one, version)

    return spelled


def _pact_4(path: str, said: Spoken) -> str:
    body = {"content": said.json, "contentType": "application/json", "encoded": False}
    rules = {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    response = {"status": said.status, "headers": said.lists, "body": body, "matchingRules": rules}
    one = {"description": path, "request": {"method": "GET", "path": path}, "response": response}
    return _contract({**one, "type": "Synchronous/HTTP", "pending": False}, "4.0")


def _contract(interaction: Any, version: str) -> str:
    parties = {"consumer": {"name": "shop"}, "provider": {"name": "it"}}
    meta = {"pactSpecification": {"version": version}}
    return json.dumps({**parties, "interactions": [interaction], "metadata": meta}, indent=2)


TO_THE_LETTER: Final[Mapping[str, tuple[str, Spell]]] = {
    "pact 1": ("{kind}.json", _pact("1.0.0", {})),
    "pact 2": ("{kind}.json", _pact("2.0.0", {"matchingRules": {"$.body.id": {"match": "type"}}})),
    "pact 3": (
        "{kind}.json",
        _pact("3.0.0", {"matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "type"}]}}}}),
    ),
    "pact 4": ("{kind}.json", _pact_4),
}
"""As ``MORE``, by the version of the contract."""
