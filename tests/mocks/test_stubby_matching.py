"""Stubby's matching against stubby4node's own code: which of a file's stubs answers, and whom our requests reach."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.requests import encode_query, parse_query
from driftwatch.mocks.formats.stubby.asked import read_question
from driftwatch.mocks.formats.stubby.dialect import Dialect
from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction, Request
from tests.node import package_file

JUDGE = Path(__file__).parent / "stubby_judge.cjs"
NODE_ONLY: dict[str, Any] = {"request": {"url": "^/only-of-stubby4node$", "method": "POST", "json": "{}"}}
URLS = ("^/users$", "/users", "^/users/\\d+$", "/users/7", "^/(a|b)", "/items/?$", "^/v[0-9]/x", "s$", "/a.b")
PATHS = ("/users", "/users/7", "/users/7/x", "/a", "/items/", "/items", "/v1/x", "/axb", "/a.b", "/")
METHODS: tuple[object, ...] = (None, "get", "POST", ["GET", "post"], "PUT")
VALUES = ("1", "true", "^x", "\\d+", "a b", "x|y", "")
TEXTS = ("1", "true", "x1", "12", "a b", "y", "")
BODIES = ("name=Ada", "^name=", '{"a": 1}', "[a-z]+", "x\ny")
DOCUMENTS = ('{"a": 1}', '{"a": 1, "b": [1, 2]}', '{"a": {"b": "c"}}')


class Author:
    """Writes stubs, and requests that often fit one of them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def stub(self) -> dict[str, Any]:
        """A stub of which some matchers are left out."""
        request: dict[str, Any] = {"url": self._one(URLS), "method": self._one(METHODS)}
        for name, keys in (("query", ("q", "page")), ("headers", ("accept", "X-A"))):
            if self._random.random() < 0.4:
                request[name] = {key: self._one(VALUES[:-1]) for key in self._some(keys)}
        turn = self._random.random()
        if turn < 0.3:
            request["post"] = self._one(BODIES)
        elif turn < 0.4:
            request["json"] = self._one(DOCUMENTS)
        elif turn < 0.5:
            request["form"] = {"name": self._one(("Ada", "^A", "\\w+"))}
        return {"request": {name: value for name, value in request.items() if value is not None}}

    def request(self) -> Request:
        """A request that need not fit any."""
        query = tuple((key, self._one(TEXTS)) for key in self._some(("q", "page")))
        headers = tuple((key, self._one(TEXTS)) for key in self._some(("Accept", "x-a")))
        body = self._one((None, None, *BODIES, *DOCUMENTS, "name=Ada&x=1"))
        path = self._one(PATHS)
        encoded = None if body is None else body.encode()
        return Request(self._one(("GET", "POST", "PUT")), path, path, query, encode_query(query), headers, encoded)

    def _one(self, choices: tuple[Any, ...]) -> Any:
        return self._random.choice(choices)

    def _some(self, names: tuple[str, ...]) -> list[str]:
        return self._random.sample(names, self._random.randint(0, len(names)))


def _seen(request: Request) -> dict[str, object]:
    """A request as stubby4node's portal hands it on."""
    return {
        "method": request.method,
        "url": request.path,
        "query": request.raw_query,
        "headers": {name.lower(): value for name, value in request.headers},
        "post": None if request.body is None else request.body.decode(),
    }


def _judged(cases: list[dict[str, object]]) -> list[int | None]:
    program = package_file("stubby", "5.1.1", "src/models/endpoint.js")
    outcome = subprocess.run(
        ["node", str(JUDGE), str(program)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    positions: list[int | None] = json.loads(outcome.stdout)
    return positions


@pytest.mark.stubby
def test_stubs_match_where_stubby4node_says_so(tmp_path: Path) -> None:
    """Of thousands of requests none is judged otherwise, and few are left open."""
    author, document = Author(seed=3), Document("stubs.json", tmp_path / "stubs.json", tmp_path)
    pairs = [(author.stub(), author.request()) for _ in range(3000)]
    verdicts = _judged([{"stubs": [stub], "request": _seen(request)} for stub, request in pairs])
    told = 0
    for (stub, request), verdict in zip(pairs, verdicts, strict=True):
        question, _ = read_question(stub["request"], document, "", Dialect.NODE)
        body = None if request.body is None else request.body.decode()
        query = parse_query(request.raw_query)
        ours = question.answers(Asked(request.method, request.path, query, request.headers, body))
        if ours is not None:
            assert ours == (verdict == 0), json.dumps([stub, _seen(request)])
            told += 1
    assert told > 0.95 * len(pairs)


@pytest.mark.stubby
def test_a_request_reaches_the_stub_it_was_made_for(tmp_path: Path) -> None:
    """Each derived request is answered by its own stub or, where it is said to be shadowed, by the one in front."""
    author = Author(seed=5)
    cases: list[dict[str, object]] = []
    expected: list[int] = []
    for number in range(150):
        folder = tmp_path / str(number)
        folder.mkdir()
        stubs = [*(author.stub() for _ in range(8)), NODE_ONLY]
        (folder / "stubs.json").write_text(json.dumps(stubs))
        read = [reading for reading in FolderSource(folder).read() if isinstance(reading, Interaction)]
        places = {one.mock_id: int(one.origin.pointer.removeprefix("/")) for one in read}
        for interaction in read:
            if interaction.request.grade.is_sendable and not any("may answer" in note for note in interaction.notes):
                cases.append({"stubs": stubs, "request": _seen(interaction.request)})
                expected.append(places[interaction.shadowed_by or interaction.mock_id])
    assert len(cases) > 800
    assert _judged(cases) == expected
