"""Healed recordings in the hands of their own tools: each plays the answers back as they were healed."""

import gzip
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from msgspec import Struct

from driftwatch.model.edit import Change, Edit, Part
from driftwatch.model.interaction import Interaction
from tests.conftest import ROOT
from tests.mocks.homes.laws import interactions, mend, rewriter
from tests.scenarios.test_identity import PATHS
from tests.scenarios.test_recorders import HEADERS, MORE, RECORD, package
from tests.servers import Answer, Received, serve

MODULES: Final = ROOT / ".tools" / "node_modules"
HERE: Final = Path(__file__).parent
ASKED: Final = PATHS + MORE
STORED: Final = {"id": 42, "name": 'Ada "<&> é\\', "tags": ["x", "y"], "of": {"price": 1.5, "note": None}, "last": "z"}
MADE: Final = {
    "id": "a-43",
    "added": {"of": [1, None]},
    "name": STORED["name"],
    "tags": ["x"],
    "of": {"cost": 1.5, "note": None},
}
EDITS: Final = (
    Edit(Part.BODY, Change.SET, ("id",), value='"a-43"'),
    Edit(Part.BODY, Change.ADD, ("added",), value='{"of": [1, null]}', after="id"),
    Edit(Part.BODY, Change.REMOVE, ("tags", 1)),
    Edit(Part.BODY, Change.RENAME, ("of", "price"), name="cost"),
    Edit(Part.BODY, Change.REMOVE, ("last",)),
    Edit(Part.HEADER, Change.ADD, name="X-Healed", value="yes"),
)
REFUSED: Final = (
    Edit(Part.STATUS, Change.SET, value="410"),
    Edit(Part.BODY, Change.SET, ("error", "code"), value='"gone"'),
    Edit(Part.HEADER, Change.ADD, name="X-Healed", value="yes"),
)


class Told(Struct, frozen=True):
    """One answer as a tool gave it."""

    status: int
    body: bytes
    healed: str | None


def service(received: Received) -> Answer:
    """An answer that never changes; to one path it is compressed, whatever was asked for."""
    json_type = ("Content-Type", "application/json")
    stored = json.dumps(STORED, separators=(",", ":"), ensure_ascii=False).encode()
    match received.path:
        case "/gone":
            return Answer(204)
        case "/empty":
            return Answer(200)
        case "/text":
            return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), "Grüße".encode())
        case "/word":
            return Answer(200, (json_type, ("Content-Encoding", "gzip")), gzip.compress(stored, mtime=0))
        case "/nothing":
            return Answer(404, (json_type,), b'{"error":{"code":"not_found"}}')
        case _:
            return Answer(200, (json_type,), stored)


def heal(folder: Path) -> None:
    """Change every answer that is a document, and put the files in the place of the recorded ones."""
    way_back = rewriter(folder)
    done = way_back.rewrite([mend(one, *edits) for one in interactions(folder) if (edits := _edits_of(one))])
    assert [one.reason for one in done.unwritten] == []
    assert way_back.write(done.drafts) == ()


def _edits_of(one: Interaction) -> tuple[Edit, ...]:
    body = one.variants[0].body or b""
    return () if not body.startswith(b"{") else REFUSED if b"not_found" in body else EDITS


def asked_with_requests(url: str) -> dict[str, Told]:
    """What a Python client gets, which some library answers."""
    told = {}
    with requests.Session() as session:
        for path in ASKED:
            came = session.get(url + path, headers=HEADERS, allow_redirects=False, timeout=5)
            told[path] = Told(came.status_code, came.content, came.headers.get("X-Healed"))
    return told


def play_with_betamax(folder: Path, url: str) -> Mapping[str, Told]:
    """Betamax plays and records nothing."""
    betamax = package("betamax")
    told = {}
    with requests.Session() as session:
        recorder = betamax.Betamax(session, cassette_library_dir=str(folder))
        with recorder.use_cassette("recorded", record="none"):
            for path in ASKED:
                came = session.get(url + path, headers=HEADERS, allow_redirects=False, timeout=5)
                told[path] = Told(came.status_code, came.content, came.headers.get("X-Healed"))
    return told


def play_with_responses(folder: Path, url: str) -> Mapping[str, Told]:
    """``responses`` adds all of the file."""
    responses = package("responses")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock._add_from_file(folder / "recorded.yaml")
        return asked_with_requests(url)


def play_with_node(script: str, *arguments: object) -> Mapping[str, Told]:
    """A script asks for all paths and prints what it gets."""
    command = ["node", str(HERE / script), *map(str, arguments), *ASKED]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers = json.loads(done.stdout)
    return {
        path: Told(one["status"], one["body"].encode(), one["healed"]) for path, one in zip(ASKED, answers, strict=True)
    }


def play_with_nock(name: str) -> Callable[[Path, str], Mapping[str, Told]]:
    """Nock answers from the fixture."""
    return lambda folder, url: play_with_node("play_with_nock.cjs", MODULES / name, folder / "recorded.json", url)


def play_with_polly(folder: Path, url: str) -> Mapping[str, Told]:
    """Polly.js replays the folder."""
    return play_with_node("play_with_polly.cjs", MODULES, folder, url)


PLAY: Final[dict[str, Callable[[Path, str], Mapping[str, Told]]]] = {
    "betamax": play_with_betamax,
    "nock": play_with_nock("nock"),
    "nock-13": play_with_nock("nock-13"),
    "polly": play_with_polly,
    "responses": play_with_responses,
}


@pytest.mark.recorders
@pytest.mark.parametrize("way", PLAY)
def test_a_tool_plays_what_was_healed(way: str, tmp_path: Path) -> None:
    """Recorded live, healed, and played back while the service is gone: each answer is as it was meant to be."""
    with serve(service) as running:
        url = running.url
        RECORD[way](url, tmp_path)
    heal(tmp_path)
    _assert_healed(PLAY[way](tmp_path, url))


def test_vcrpy_plays_what_was_healed(tmp_path: Path) -> None:
    """The same with VCR.py, in both of its notations."""
    vcr = pytest.importorskip("vcr")
    for serializer in ("yaml", "json"):
        folder = tmp_path / serializer
        cassette = str(folder / f"recorded.{serializer}")
        with serve(service) as running, vcr.VCR(serializer=serializer).use_cassette(cassette):
            url = running.url
            asked_with_requests(url)
        heal(folder)
        with vcr.VCR(serializer=serializer, record_mode="none").use_cassette(cassette) as played:
            _assert_healed(asked_with_requests(url))
            assert played.all_played


def _assert_healed(told: Mapping[str, Told]) -> None:
    untouched = {"/gone": (204, b""), "/empty": (200, b""), "/text": (200, "Grüße".encode())}
    for path, one in told.items():
        if path in untouched:
            assert (one.status, one.body) == untouched[path], path
            continue
        status, document = (410, {"error": {"code": "gone"}}) if path == "/nothing" else (200, MADE)
        assert (one.status, one.healed, _meant(one.body)) == (status, "yes", document), path


def _meant(body: bytes) -> Any:
    return json.loads(body)
