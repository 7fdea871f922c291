"""New mocks in the hands of their own tools: what was spelled is served with the answers that were recorded."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
import requests
from pact import Verifier

from driftwatch.mocks.spelling.catalog import spelling
from driftwatch.mocks.spelling.parts import target_of
from driftwatch.model.tape import Dialogue, Reply
from tests.mockoon import mockoon
from tests.mocks.spelling.making import SHOP, written
from tests.mockserver import mockserver
from tests.mountebank import mountebank
from tests.node import package_file
from tests.prism import prism
from tests.programs import program
from tests.servers import Answer, Received, serve
from tests.wiremock import wiremock

Header = dict[str, str]


def put(name: str, folder: Path) -> tuple[Dialogue, ...]:
    """The shop in a folder, and the dialogues that the format has words for."""
    spelled = spelling(name).spell(SHOP)
    written(spelled, folder)
    partly = [one.dialogue for one in spelled.unspelled]
    return tuple(one for one in SHOP.dialogues if one not in partly)


def no_header(dialogue: Dialogue, reply: Reply) -> Header:  # noqa: ARG001 - others do
    """Nothing beside what was sent."""
    return {}


def check(url: str, dialogues: tuple[Dialogue, ...], beside: Callable[[Dialogue, Reply], Header] = no_header) -> None:
    """Every question, as often as there are answers to it, gets them in their order."""
    for dialogue in dialogues:
        for reply in dialogue.replies:
            headers = {"Content-Type": dialogue.media_type} if dialogue.media_type else {}
            headers |= beside(dialogue, reply)
            came = requests.request(
                dialogue.method, url + target_of(dialogue), data=dialogue.body or None, headers=headers, timeout=10,
                allow_redirects=False,
            )  # fmt: skip
            assert came.status_code == reply.status, (dialogue.name, came.text)
            assert meant(came.content) == meant(reply.body), dialogue.name
            if reply.body:
                assert came.headers["Content-Type"].partition(";")[0] == reply.header("Content-Type").partition(";")[0]
            assert came.headers.get("Location", "") == reply.header("Location")


def meant(body: bytes) -> Any:
    """A document however it is laid out, or the bytes themselves."""
    try:
        return json.loads(body)
    except ValueError:
        return body


@pytest.mark.java
def test_wiremock_serves_it(tmp_path: Path) -> None:
    """WireMock answers each question as it was answered, and moves on in its scenarios."""
    dialogues = put("wiremock", tmp_path)
    with wiremock(tmp_path) as server:
        check(server.url, dialogues)
        unknown = requests.get(f"{server.url}/users?page=3", timeout=10)
        assert unknown.status_code == 404


@pytest.mark.mountebank
def test_mountebank_serves_it(tmp_path: Path) -> None:
    """Each question to mountebank gets its answers, in turn."""
    folder = tmp_path / "mocks"
    dialogues = put("mountebank", folder)
    with mountebank(folder, "shop.json", tmp_path) as url:
        check(url, dialogues)


@pytest.mark.mockoon
def test_mockoon_serves_it(tmp_path: Path) -> None:
    """Mockoon answers each question that it has rules for as it was answered."""
    folder = tmp_path / "mocks"
    dialogues = put("mockoon", folder)
    assert len(dialogues) == len(SHOP.dialogues)
    with mockoon(folder, "shop.json", tmp_path) as url:
        check(url, dialogues)


@pytest.mark.mockserver
@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["5.15.0", "8.0.0"])
def test_mockserver_serves_it(version: str, tmp_path: Path) -> None:
    """MockServer answers each question as it was answered, each answer as often as it holds."""
    dialogues = put("mockserver", tmp_path)
    with mockserver(version, tmp_path, "shop.json") as url:
        check(url, dialogues)


@pytest.mark.prism
def test_prism_serves_it(tmp_path: Path) -> None:
    """Prism answers with the example that is asked for by name, and takes every recorded question for a valid one."""
    dialogues = put("openapi", tmp_path)
    by_operation: dict[str, dict[int, int]] = {}

    def named(dialogue: Dialogue, reply: Reply) -> Header:
        seen = by_operation.setdefault(f"{dialogue.method} {dialogue.path}", {})
        seen[reply.status] = seen.get(reply.status, 0) + 1
        number = f"-{seen[reply.status]}" if seen[reply.status] > 1 else ""
        return {"Prefer": f"code={reply.status}, example=recorded-{reply.status}{number}"}

    with prism(tmp_path / "shop.yaml") as url:
        check(url, dialogues, named)


def test_vcrpy_plays_it(tmp_path: Path) -> None:
    """VCR.py plays every answer from the cassette, and would record none."""
    vcr = pytest.importorskip("vcr")
    dialogues = put("vcrpy", tmp_path)
    player = vcr.VCR(match_on=["method", "scheme", "host", "port", "path", "query", "body"], record_mode="none")
    with player.use_cassette(str(tmp_path / "shop.yaml")) as cassette:
        check(SHOP.base_url, dialogues)
        assert cassette.all_played


def test_vcrpy_would_write_it(tmp_path: Path) -> None:
    """The cassette is what VCR.py's own serializer makes of it, to the byte."""
    serialize = pytest.importorskip("vcr.serializers.yamlserializer")
    put("vcrpy", tmp_path)
    text = (tmp_path / "shop.yaml").read_text(encoding="utf-8")
    assert serialize.serialize(serialize.deserialize(text)) == text


@pytest.mark.java
def test_wiremock_would_write_it(tmp_path: Path) -> None:
    """A stub that WireMock is given and saves is the file that is spelled, to the byte."""
    files = spelling("wiremock").spell(SHOP).files
    (tmp_path / "mappings").mkdir()
    with wiremock(tmp_path) as server:
        for _, content in files:
            given = requests.post(f"{server.url}/__admin/mappings", data=content, timeout=10)
            assert given.status_code == 201
    saved = sorted(place.read_bytes() for place in (tmp_path / "mappings").iterdir())
    assert saved == sorted(content for _, content in files)


class Shop:
    """The shop itself: it answers each question in turn, with other values of the same form."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, bytes], int] = {}

    def __call__(self, received: Received) -> Answer:
        """An answer to one request."""
        for dialogue in SHOP.dialogues:
            if received.method == dialogue.method and self._is_asked(received, dialogue):
                turn = self._turns.get((dialogue.name, dialogue.body or b""), 0)
                self._turns[dialogue.name, dialogue.body or b""] = turn + 1
                reply = dialogue.replies[turn % len(dialogue.replies)]
                return Answer(reply.status, reply.headers, reply.body.replace(b'"NEW"', b'"RUNNING"'))
        return Answer(404)

    @staticmethod
    def _is_asked(received: Received, dialogue: Dialogue) -> bool:
        path, _, query = received.target.partition("?")
        is_path = unquote(path) == unquote(dialogue.path)
        is_query = sorted(parse_qsl(query, keep_blank_values=True)) == sorted(dialogue.query)
        return is_path and is_query and meant(received.body) == meant(dialogue.body or b"")


def test_pact_verifies_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pact's own verifier asks all that the contract says, and a service of other values fulfils it."""
    monkeypatch.setenv("PACT_DO_NOT_TRACK", "true")  # else it tells its makers
    dialogues = put("pact", tmp_path)
    assert len(dialogues) == len(SHOP.dialogues)
    with serve(Shop()) as running:
        verifier = Verifier("shop", "127.0.0.1").add_source(tmp_path / "web-shop.json").add_transport(url=running.url)
        verifier.verify()
    told = [one["result"] for one in verifier.results["interactionResults"]]
    assert told == ["OK"] * sum(len(one.replies) for one in dialogues)


@pytest.mark.postman
def test_postman_reads_it(tmp_path: Path) -> None:
    """Postman's own library finds every question with its answers as saved examples."""
    dialogues = put("postman", tmp_path)
    collection = package_file("postman-collection", "5.3.1", "lib/index.js")
    script = Path(__file__).parent / "read_with_postman.cjs"
    command = ["node", str(script), str(collection), str(tmp_path / "shop.postman_collection.json")]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    wanted = [
        {
            "method": one.method, "path": one.path, "query": [list(pair) for pair in one.query],
            "body": (one.body or b"").decode(), "status": reply.status, "answer": reply.body.decode(),
            "headers": [list(pair) for pair in reply.headers],
        }
        for one in dialogues
        for reply in one.replies
    ]  # fmt: skip
    assert sorted(json.loads(done.stdout), key=repr) == sorted(wanted, key=repr)


@pytest.mark.chromium
def test_playwright_plays_it(tmp_path: Path) -> None:
    """A browser whose only network is the archive gets the first answer to every question."""
    dialogues = put("har", tmp_path)
    player = package_file("playwright-core", "1.65.1", "index.js")
    script = Path(__file__).parent / "replay_with_playwright.cjs"
    questions = [
        {
            "method": one.method, "url": SHOP.base_url + target_of(one), "body": (one.body or b"").decode(),
            "type": one.media_type,
        }
        for one in dialogues
    ]  # fmt: skip
    done = subprocess.run(
        ["node", str(script), str(player), program("chromium", "chromium"), str(tmp_path / "shop.har")],
        input=json.dumps(questions), capture_output=True, timeout=100, check=True, text=True,
    )  # fmt: skip
    told = [(one["status"], one["type"], one["body"]) for one in json.loads(done.stdout)]
    first = [one.replies[0] for one in dialogues]
    assert told == [(one.status, one.header("Content-Type"), one.body.decode()) for one in first]
