"""``driftwatch gaps``: from staging and from the store, in every format, with nothing of anybody in it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.mocks.source import FolderSource
from driftwatch.mocks.spelling.catalog import SPELLINGS, spelling
from driftwatch.model.interaction import Interaction
from driftwatch.model.tape import Tape
from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import Ran, call, write_config, write_stub
from tests.mocks.spelling.making import NOW, get, reply, written
from tests.scenarios.garden import Garden
from tests.servers import json_answer, serve

USER: Final = {"id": 42, "name": "Ada", "nick": "ada", "roles": ["admin"]}
ROUTES: Final = {
    "/users/42": json_answer(json.dumps({"id": 42, "name": "Grace Hopper", "nick": None, "roles": []})),
    "/users/7": json_answer(json.dumps({"id": 7, "name": "Real Person", "nick": "rp", "roles": ["admin"]})),
    "/users/8": json_answer('{"error": {"code": "gone", "message": "Mr Hopper left", "key": "s3cr3tk3y99"}}', 404),
    "/orders": json_answer(
        json.dumps([{"id": f"ord_{7919 * n + 100_000}", "by": "hopper@navy.example", "n": 1} for n in range(25)])
    ),
}
PLANTED: Final = ("hopper", "navy", "s3cr3t", "real person", "ord_100000", "ord_107919")
"""What a person, a secret or a live id leaves behind."""


def stubs(folder: Path) -> Path:
    """Three users and a list of orders."""
    for number in (42, 7, 8):
        write_stub(folder, f"/users/{number}", {**USER, "id": number})
    write_stub(folder, "/orders", [{"id": "ord_1a2b3c", "by": "a@example.com", "n": 1}])
    return folder


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The stubs of a service that does more than they show; a store beside them."""
    monkeypatch.chdir(tmp_path)
    stubs(tmp_path / "mocks")
    monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "store.db"))
    with serve(ROUTES) as running:
        yield write_config(tmp_path, {"people": {"mocks": "mocks", "target": running.url}})


def document(ran: Ran) -> Any:
    """The JSON document, which fits its schema."""
    found = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("gaps-1")).iter_errors(found)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return found


def summands(ran: Ran) -> Mapping[str, Mapping[str, int]]:
    """The score's parts by endpoint."""
    (provider,) = document(ran)["providers"]
    return {f"{one['method']} {one['path_template']}": one["summands"] for one in provider["endpoints"]}


def test_what_the_service_does_beside_its_mocks(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every behaviour by endpoint; the score is their sum; the run is incomplete, since one record is gone."""
    ran = call(capsys, "gaps", "--config", config, "--format", "json")
    assert ran.code == 3
    assert summands(ran) == {
        "GET /orders": {"long-list": 1},
        "GET /users/{id}": {"empty-list": 1, "null": 1, "status": 1},
    }
    assert document(ran)["score"] == 4
    assert [word for word in PLANTED if word in ran.out.lower()] == []


def test_what_could_not_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Behind a torn file there may be gaps, too: no score of 0 without a word, and the end is 3."""
    mocks = write_stub(tmp_path / "mocks", "/users/42", USER).parent
    (mocks / "torn.json").write_text('{"request": {"urlPath": "/x"}, "resp', encoding="utf-8")
    with serve(json_answer(json.dumps(USER))) as staging:
        ran = call(capsys, "gaps", "--mocks", tmp_path / "mocks", "--target", staging.url)
    assert ran.code == 3
    assert "Not all of it could be looked at: `driftwatch audit` tells what, and why." in ran.out


def test_variants_become_files_that_are_read_back_and_close_the_gaps(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What --output writes stands beside the mocks, and nothing of the same is missing afterwards."""
    folder = config.parent / "mocks" / "variants"
    assert call(capsys, "gaps", "--config", config, "--output", folder).code == 3
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    assert len(files) == 4
    assert all(file.is_relative_to(folder / "people" / "mappings") for file in files)
    texts = "".join(file.read_text(encoding="utf-8").lower() for file in files)
    assert [word for word in PLANTED if word in texts] == []
    again = call(capsys, "gaps", "--config", config, "--format", "json")
    assert document(again)["score"] == 0


def test_what_is_planted_in_answers_comes_out_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in any form of the report nor in a file nor in the log, wherever an answer has it."""
    monkeypatch.chdir(tmp_path)
    stubs(tmp_path / "mocks")
    garden = Garden()
    secret = garden.plant("secret")
    person = garden.plant("person", is_plain=True)
    user = {
        "id": 42, "name": person, "nick": None, "roles": [], "note": f"call {person}", "token": secret,
        "by": {garden.plant("key", is_plain=True): 1}, "raw": json.dumps({"deep": {"password": secret}}),
        "url": f"https://{person}:{secret}@corp.example/u/{person}?sig={garden.plant('sig', is_plain=True)}",
    }  # fmt: skip
    refusal = {"error": f"no {person}", "trace": garden.plant("trace"), "status": "gone", "label": person}
    headers = (("Set-Cookie", f"sid={garden.plant('cookie', is_plain=True)}"), ("Location", f"/u/{person}?k={person}"))
    routes = {
        "/users/42": json_answer(json.dumps(user)),
        "/users/7": json_answer(json.dumps(refusal), 409, headers),
        "/orders": json_answer(
            json.dumps([{"id": f"{person}{n}", "by": person, "n": 1, "x": secret} for n in range(25)])
        ),
    }
    with serve(routes) as running:
        write_config(tmp_path, {"people": {"mocks": "mocks", "target": running.url}})
        ran = [
            call(capsys, "gaps", "--verbose", "--output", "new"), call(capsys, "gaps", "--format", "json"),
            call(capsys, "gaps", "--format", "markdown"),
        ]  # fmt: skip
    assert len([*(tmp_path / "new").rglob("*.json")]) >= 4
    assert garden.dug_up(tmp_path / "new", *(one.out for one in ran), *(one.err for one in ran)) == set()


def test_nothing_is_overwritten(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file that is there is enough: none is written, and the message names it."""
    folder = config.parent / "new"
    call(capsys, "gaps", "--config", config, "--output", folder)
    files = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    kept = min(files)
    for file in files.keys() - {kept}:
        file.unlink()
    kept.write_bytes(b"mine")
    ran = call(capsys, "gaps", "--config", config, "--output", folder)
    assert ran.code == 2
    assert f"{kept.relative_to(config.parent)}: there already, and nothing was written" in ran.err.replace(
        f"{config.parent}/", ""
    )
    assert [file for file in folder.rglob("*") if file.is_file()] == [kept]
    assert kept.read_bytes() == b"mine"


def test_a_file_in_place_of_the_folder(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused by click, before anybody is asked."""
    (config.parent / "file").write_text("")
    assert call(capsys, "gaps", "--config", config, "--output", config.parent / "file").code == 2


def test_for_a_person(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Endpoint, behaviour, both sides, the file to add; how the score is counted; --verbose shows the files."""
    ran = call(capsys, "gaps", "--config", config)
    assert "people  realism score 4 = 1 empty-list + 1 long-list + 1 null + 1 status" in ran.out
    assert "- null at /nick" in ran.out
    assert "mocks: a value; service: null" in ran.out
    assert "people/mappings/get-users-id-null-nick.json" in ran.out
    assert "counts one for each behaviour" in " ".join(ran.out.split())
    assert ran.out.splitlines()[-1].startswith("Realism score 4 in 2 endpoints, ")
    assert '"nick\\": null' not in ran.out
    verbose = call(capsys, "gaps", "--config", config, "--verbose").out
    assert '\\"nick\\": null' in verbose
    assert [word for word in PLANTED if word in verbose.lower()] == []


def test_as_markdown(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every variant in full, in a fence."""
    out = call(capsys, "gaps", "--config", config, "--format", "markdown").out
    assert "### `GET /users/{id}`: 3" in out
    assert out.count("```") == 8
    assert [word for word in PLANTED if word in out.lower()] == []


def test_a_threshold(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Above --fail-over the end is 1; at it, it is not."""
    assert call(capsys, "gaps", "--config", config, "--fail-over", "3").code == 1
    assert call(capsys, "gaps", "--config", config, "--fail-over", "4").code == 3


def test_offline(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What an audit found is told again without asking anybody, and no real answer is needed for it."""
    call(capsys, "audit", "--config", config)
    config.write_text(config.read_text().replace("http://127.0.0.1", "http://nobody.invalid"))
    ran = call(capsys, "gaps", "--config", config, "--offline", "--format", "json")
    found = document(ran)
    assert (ran.code, found["is_offline"], found["requests_sent"]) == (0, True, 0)
    (provider,) = found["providers"]
    behaviours = [one for endpoint in provider["endpoints"] for one in endpoint["behaviours"]]
    assert all(one["last_seen"] and bool(one["variant"]) != bool(one["why_no_variant"]) for one in behaviours)
    assert all(endpoint["samples"] == 0 for endpoint in provider["endpoints"])


def test_offline_needs_a_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a store there is nothing to look into, which is said with the remedy."""
    monkeypatch.chdir(tmp_path)
    stubs(tmp_path / "mocks")
    ran = call(capsys, "gaps", "--mocks", "mocks", "--target", "http://127.0.0.1:9", "--offline")
    assert ran.code == 2
    assert "--offline" in ran.err


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_format_gets_its_own(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variant is spelled like the mock beside it, and our reader of that format reads it back as meant."""
    monkeypatch.chdir(tmp_path)
    with serve(ROUTES) as running:
        mocks = tuple(get(f"/users/{number}", reply({**USER, "id": number})) for number in (42, 7))
        written(spelling(name).spell(Tape("people", running.url, mocks)), tmp_path / "mocks")
        write_config(tmp_path, {"people": {"mocks": "mocks", "target": running.url}})
        ran = call(capsys, "gaps", "--output", "new", "--format", "json")
    variants = {
        one["sort"]: one["variant"]
        for provider in document(ran)["providers"]
        for endpoint in provider["endpoints"]
        for one in endpoint["behaviours"]
    }
    assert {"null", "empty-list"} <= variants.keys()
    assert {one["format"] for one in variants.values()} == {name}
    found = [one for one in FolderSource(tmp_path / "new", now=NOW).read() if isinstance(one, Interaction)]
    bodies = [json.loads(variant.body or b"null") for one in found for variant in one.variants]
    assert any(body and body.get("nick") is None for body in bodies if isinstance(body, dict))
    assert any(body and body.get("roles") == [] for body in bodies if isinstance(body, dict))


def test_what_a_format_cannot_say_is_said_in_plain_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A format that nothing new can be written in gets the exchange itself."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "mocks" / "users"
    folder.mkdir(parents=True)
    stub = [{"request": {"uri": "/users/42"}, "response": {"status": 200, "json": {**USER}}}]
    (folder / "moco.json").write_text(json.dumps(stub), encoding="utf-8")
    with serve(ROUTES) as running:
        write_config(tmp_path, {"people": {"mocks": "mocks", "target": running.url}})
        call(capsys, "gaps", "--output", "new")
    (null,) = (tmp_path / "new").rglob("*null-nick.http")
    assert null.read_text(encoding="utf-8").startswith("GET /users/")
    assert "HTTP/1.1 200 OK" in null.read_text(encoding="utf-8")
