"""What staging answers with becomes stand-ins: planted secrets and people's data are found in no output."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, spawn, untouched, write_config, write_stub
from tests.programs import program
from tests.repositories import git
from tests.scenarios.garden import Garden
from tests.servers import Answer, Received, json_answer, serve


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield


def person(plant: Any, number: str) -> dict[str, Any]:
    """Somebody, with all that a service may know."""
    user, path, sig = (plant(f"{what} {number}", is_plain=True) for what in ("user", "path", "signature"))
    return {
        "id": plant(f"id {number}", is_plain=True), "email": f"{plant(f'mail {number}', is_plain=True)}@example.com",
        "name": plant(f"name {number}"), "phone": plant(f"phone {number}", is_plain=True),
        "password": plant(f"password {number}"), "note": plant(f"note {number}"),
        "address": {"street": plant(f"street {number}"), "city": plant(f"city {number}")},
        "card": {"token": plant(f"token {number}", is_plain=True)}, "tags": [plant(f"tag {number}")],
        "link": f"https://u:{user}@files.example/{path}?sig={sig}",
        "raw": json.dumps({"session": plant(f"session {number}", is_plain=True)}),
    }  # fmt: skip


def service(garden: Garden) -> dict[str, Answer]:
    """Answers that are full of them, each another way for a mock to be wrong."""
    plant = garden.plant
    text = plant("text")
    carried = (
        ("Content-Type", "application/json"), ("ETag", f'"{plant("etag", is_plain=True)}"'),
        ("Set-Cookie", f"sid={plant('cookie', is_plain=True)}"), ("X-Auth-Token", plant("header token")),
    )  # fmt: skip
    moved = f"/files/{plant('moved', is_plain=True)}?access_token={plant('moved token', is_plain=True)}"
    return {
        "/added": Answer(200, carried, json.dumps({"id": 1, **person(plant, "added")}).encode()),
        "/typed": json_answer(json.dumps(person(plant, "typed"))),
        "/listed": json_answer(json.dumps({"people": [person(plant, "listed"), person(plant, "listed too")]})),
        "/wrapped": json_answer(json.dumps({"data": [person(plant, "wrapped")], "cursor": plant("cursor")})),
        "/keyed": json_answer(json.dumps({"by": {f"{plant('key', is_plain=True)}@example.com": {"n": 1}}})),
        "/failed": json_answer(json.dumps({"type": plant("error type"), "title": plant("error title")}), 400),
        "/coded": json_answer(json.dumps({"code": plant("code", is_plain=True), "message": plant("message")}), 400),
        "/moved": Answer(302, (("Location", moved),)),
        "/sent": Answer(301, (("Location", f"https://elsewhere.example{moved}"),)),
        "/page": Answer(200, (("Content-Type", "text/csv"),), f"name,mail\n{text},{text}\n".encode()),
        "/plain": json_answer(json.dumps(plant("a text as a document"))),
    }  # fmt: skip


MOCKED: dict[str, dict[str, Any]] = {
    "/added": {"body": {"id": 1}},
    "/typed": {"body": dict.fromkeys(person(lambda *_, **__: "", ""), 1)},
    "/listed": {"body": {"people": []}},
    "/wrapped": {"body": [{"id": "a", "email": "a@b.example"}]},
    "/keyed": {"body": {"by": {"101": {"n": 1}}}},
    "/failed": {"body": {"error": "bad"}, "status": 400},
    "/coded": {"body": {"code": "E_ONE", "message": "bad"}, "status": 400},
    "/moved": {"body": None, "status": 302, "headers": {"Location": "/orders/7"}},
    "/sent": {"body": {"id": 1}},
    "/page": {"body": {"id": 1}},
    "/plain": {"body": {"id": 1}},
}
"""What the mocks say, by path; what a mock says in ``ETag`` and such is nobody's secret."""


def test_nothing_of_an_answer_gets_out(tmp_path: Path) -> None:
    """Not into a mock, a patch, a branch, a document, a diff on the screen or a log, however much is logged."""
    program("git", "git")
    garden = Garden()
    answers = service(garden)
    for path, said in MOCKED.items():
        body = said["body"]
        more = {key: value for key, value in said.items() if key != "body"}
        write_stub(tmp_path / "mocks", path, body, **more)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "Ann")
    git(tmp_path, "config", "user.email", "ann@team.example")

    def respond(request: Received) -> Answer:
        return answers.get(request.path, Answer(404))

    outputs: list[str] = []
    with serve(respond) as staging:
        write_config(tmp_path, {"it": {"mocks": "mocks", "target": staging.url}}, samples=4)
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "all of it")
        loud = {"DRIFTWATCH_LOG_LEVEL": "debug"}
        for words in (
            ("--verbose", "--output", "heal.patch", "--branch", "heal-mocks", "--commit"),
            ("--format", "json"),
            ("--write", "--yes", "--verify", "cat mocks/mappings/*.json"),
        ):
            ran = spawn("heal", *words, cwd=tmp_path, environment=loud)
            assert ran.code in (0, 1, 3), ran.err
            outputs += [ran.out, ran.err]
            if "json" in words:
                told = json.loads(ran.out)
    log = subprocess.run(["git", "log", "-p", "--all"], cwd=tmp_path, capture_output=True, check=True).stdout
    assert garden.dug_up(*outputs, log, tmp_path) == set()
    healed = {finding["origin"]["file"].rpartition("/")[2] for finding in told["healed"]}
    assert len(healed) >= len(MOCKED) - 3, told["left"]
    written = json.loads((tmp_path / "mocks/mappings/added.json").read_text(encoding="utf-8"))["response"]["jsonBody"]
    assert written.keys() == {"id", *person(lambda *_, **__: "", "")}


def test_the_search_would_find_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The twin: what the team says may be kept is kept, and found."""
    garden = Garden()
    tag = garden.plant("tag", is_plain=True)
    write_stub(tmp_path / "mocks", "/it", {"id": 1})
    with serve(json_answer(json.dumps({"id": 1, "colour": tag}))) as staging:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": staging.url}}, samples=4)
        document = json.loads(config.read_text(encoding="utf-8"))
        config.write_text(json.dumps({**document, "redact": {"keep": ["colour"]}}), encoding="utf-8")
        call(capsys, "heal", "--config", config, "--write", "--yes")
    assert garden.dug_up(tmp_path / "mocks") == {"tag"}
