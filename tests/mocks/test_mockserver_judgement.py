"""MockServer's matchers against MockServer itself: whatever can be told here is told as there, in both versions."""

import http.client
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
import requests

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.requests import encode_query, parse_query
from driftwatch.mocks.formats.mockserver.request import read_request
from driftwatch.mocks.limits import Limits
from driftwatch.mocks.text.documents import Document, Options, open_document
from tests.mockserver import mockserver

T = TypeVar("T")
CASES = 200
NAMES = ("a", "b", "A", "a|b", "!a", "?a", "?!b", "x.*", "!x.*", "?b")
VALUES = (
    "1",
    "x",
    "X",
    "a b",
    "a+b",
    "[0-9]+",
    "!1",
    "!x",
    ".*",
    "",
    "x|1",
    "{y}",
    "a.b",
    "*/*",
    "!.*",
    "?1",
    "\\d",
    "(",
)
FOUND = ("1", "x", "X", "a b", "aab", "10", "", "a-b", "{y}", "*/*", "y")
PATHS = (
    "/p",
    "/p/a",
    "/P/A",
    "/p/.*",
    "/p/[a-z]+",
    "/p.a",
    "!/p",
    "/p/{id}",
    "/p?a=1",
    "p",
    "/p/a b",
    "/p/a%20b",
    "/p/",
)
ASKED_PATHS = ("/p", "/p/a", "/P/a", "/p/a/b", "/p-a", "/p/1", "/p/%7Bid%7D", "/p/a%20b", "/p/", "/", "/p/a,1", "//p")
PARAMETERS = (
    ("/q/{id}", {"id": ["[a-z]+"]}), ("/q/{id}/{no}", {"id": ["a"], "no": ["1|2"]}), ("/q/{id}", {"other": ["a"]}),
    ("/q/[a-z]/{id}", {"id": ["!a"]}), ("/q/x{id}", {"id": ["a"]}), ("/q/{id}", {"id": [".*"]}),
)  # fmt: skip
ASKED_PARAMETERS = ("/q/a", "/q/A", "/q/1", "/q/a/1", "/q/a/3", "/q/b/a", "/q/b/c", "/q/xa", "/q/", "/q/a/", "/q/a,b")
DOCUMENTS: tuple[object, ...] = (
    {}, {"a": 1}, {"a": 1.0}, {"a": "1"}, {"a": [1, 2]}, {"a": [2, 1, 3]}, {"a": None}, [], [1], [1, 2],
    {"a": {"b": 1}}, {"a": True}, {"a": 1, "b": 2}, {"a": False}, {"b": []},
)  # fmt: skip
HOLES = ({"a": "${json-unit.any-number}"}, {"a": "${json-unit.ignore}"}, {"a": "${json-unit.ignore-element}"})
TEXTS = ("", "x", "X", "xyz", "order-7", "<a><b>1</b></a>", "<a>\n <b>1</b></a>", "a=1&b=2", "{", "a=1", "7")


class Author:
    """Writes requests of expectations, and requests that may fit them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def expectation(self) -> tuple[dict[str, object], Asked]:
        """What is asked of a request, and a request."""
        turn = self._random.random()
        if turn < 0.25:
            return {"path": self._one(PATHS), "method": self._one(("GET", "get", "!POST", "G.T", ""))}, self._asked()
        if turn < 0.4:
            path, parameters = self._one(PARAMETERS)
            return {"path": path, "pathParameters": parameters}, Asked("GET", self._one(ASKED_PARAMETERS))
        if turn < 0.7:
            part = self._one(("queryStringParameters", "queryStringParameters", "headers"))
            wanted = {part: self._multimap()}
            pairs = tuple((self._one(("a", "b", "x1")), self._one(FOUND)) for _ in range(self._random.randint(0, 3)))
            if part == "headers":
                return wanted, Asked("GET", "/p", headers=tuple(pair for pair in pairs if pair[1].isprintable()))
            return wanted, Asked("GET", "/p", parse_query(encode_query(pairs)))
        return {"body": self._body()}, Asked("POST", "/p", body=self._found_body())

    def _one(self, several: Sequence[T]) -> T:
        return self._random.choice(several)

    def _asked(self) -> Asked:
        return Asked(self._one(("GET", "POST")), self._one(ASKED_PATHS))

    def _multimap(self) -> object:
        names = self._random.sample(NAMES, self._random.randint(1, 3))
        values = {
            name: [self._one(VALUES) for _ in range(1 if "?" in name else self._random.randint(1, 2))] for name in names
        }
        turn = self._random.random()
        if turn < 0.3:
            return [{"name": name, "values": several} for name, several in values.items()]
        if turn < 0.5:
            return {name: several[0] for name, several in values.items()}
        return {"keyMatchStyle": "MATCHING_KEY", **values} if turn < 0.65 and "!" not in "".join(names) else values

    def _body(self) -> object:
        text = self._one(TEXTS)
        document = self._one((*DOCUMENTS, *HOLES))
        return self._one(
            (
                text,
                f"!{text or 'x'}",
                document,
                {"type": "JSON", "json": document, "matchType": "STRICT"},
                {"json": json.dumps(document), "not": self._random.random() < 0.3},
                {"type": "STRING", "string": text, "subString": True},
                {"type": "REGEX", "regex": self._one(("x.z", "[a-z]+-\\d", ".*", "order.*"))},
                {"type": "PARAMETERS", "parameters": {"a": ["1|2"]}},
                {"type": "XML", "xml": "<a><b>1</b></a>"},
                {"type": "BINARY", "base64Bytes": "eHl6"},
                {"type": "JSON_PATH", "jsonPath": self._one(("$.a", "$.a[1]", "$..b", "$.a[?(@ == 2)]", "$[0]"))},
                {"type": "unknown", "a": 1},
            )
        )

    def _found_body(self) -> str:
        return self._one(TEXTS) if self._random.random() < 0.4 else json.dumps(self._one(DOCUMENTS))


def _ask(url: str, asked: Asked) -> bool:
    """Whether a running MockServer answers a request."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    query = encode_query(asked.query)
    body = None if asked.body is None else asked.body.encode()
    try:
        connection.request(asked.method, asked.path + (f"?{query}" if query else ""), body, dict(asked.headers))
        return connection.getresponse().status == 200
    finally:
        connection.close()


def _document(value: object, folder: Path) -> Document:
    path = folder / "request.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    document = open_document(path, folder, Limits(), Options())
    assert isinstance(document, Document)
    return document


@pytest.mark.mockserver
@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["5.15.0", "8.0.0"])
def test_requests_are_answered_where_mockserver_answers_them(version: str, tmp_path: Path) -> None:
    """Of hundreds of expectations that MockServer takes each answers the same requests here."""
    author = Author(seed=11)
    told, wrong = 0, []
    with mockserver(version, tmp_path) as url, requests.Session() as session:
        for _ in range(CASES):
            wanted, asked = author.expectation()
            # of one id, so that each replaces the one before
            expectation = {"id": "case", "httpRequest": wanted, "httpResponse": {"statusCode": 200}}
            if session.put(f"{url}/mockserver/expectation", json=expectation, timeout=30).status_code != 201:
                continue
            truth = read_request(wanted, _document(wanted, tmp_path)).answers(asked)
            told += truth is not None
            if truth is not None and truth is not _ask(url, asked):
                wrong.append((wanted, asked, truth))
    assert wrong == []
    assert told > CASES / 2
