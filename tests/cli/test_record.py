"""``driftwatch record``: real exchanges into mocks on disk, of every format, with nothing of anybody in them."""

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.mocks.spelling.catalog import SPELLINGS
from tests.cli.calling import call, write_config, write_stub
from tests.cli.recording import ENTRIES, SHOP, entry, files, har, told
from tests.mocks.spelling.making import read_back
from tests.scenarios.garden import Garden

WIREMOCK: Final = ("--format", "wiremock", "--output", "new")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with a recording, which is the current one."""
    har(tmp_path / "shop.har", *ENTRIES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_format(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mocks are made in each, read back, and hold nothing of anybody."""
    ran = call(capsys, "record", "shop.har", "--format", name, "--output", "new", "--json")
    document = told(ran)
    assert ran.code == 0
    assert document["exchanges"] == {"heard": 5, "in_mocks": 4, "alike": 1, "unwanted": 0, "left_out": 0}
    assert [one["statuses"] for one in document["mocks"]] == [[200, 200], [404], [201]]
    assert {one["file"] for one in document["files"]} == {f"new/{file}" for file in files(here / "new")}
    assert {claim.interactions[0].format for claim in read_back(here / "new")} == {name}
    text = b"".join(files(here / "new").values())
    assert [real for real in (b"48213", b"77123", b"corp.example", b"s3cr3t") if real in text] == []


def test_what_it_says(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which mocks, which files, and what became of every exchange."""
    ran = call(capsys, "record", "shop.har", "--format", "pact", "--output", "pacts", "--provider", "shop")
    assert (ran.code, ran.err) == (0, "")
    assert [line.strip() for line in ran.out.splitlines() if line.strip("─ ")] == [
        "shop  3 mocks",
        "GET /users/{id} by expand → 200, then 200",
        "GET /users/{id} by expand → 404",
        "POST /orders → 201",
        "Files",
        "pacts/consumer-shop.json",
        "Ids in paths and queries were replaced: staging does not know them. --keep-ids keeps them.",
        "5 exchanges heard, 4 in mocks, 1 alike.",
    ]
    assert list(files(here / "pacts")) == ["consumer-shop.json"]


def test_nothing_is_replaced_unless_wanted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there stays, and so does everything else; with --force all are written anew."""
    assert call(capsys, "record", "shop.har", *WIREMOCK).code == 0
    before = files(here)
    one = next(place for place in (here / "new").rglob("*.json"))
    one.write_bytes(b"edited")
    refused = call(capsys, "record", "shop.har", *WIREMOCK)
    assert refused.code == 2
    assert "--force" in refused.err
    assert one.read_bytes() == b"edited"
    assert call(capsys, "record", "shop.har", *WIREMOCK, "--force").code == 0
    assert files(here) == before


def test_a_dry_run_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It tells the same; a file that is there already is no hindrance."""
    ran = call(capsys, "record", "shop.har", *WIREMOCK, "--dry-run", "--json")
    assert ran.code == 0
    assert told(ran)["is_written"] is False
    assert len(told(ran)["files"]) == 4
    assert list(files(here)) == ["shop.har"]


def test_a_failure_leaves_nothing_behind(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If one file cannot be written, those before it are taken away again."""
    link, made = os.link, []

    def third_fails(draft: Any, place: Any) -> None:
        made.append(place)
        if len(made) == 3:
            raise OSError(28, "No space left on device", str(draft), None, str(place))
        link(draft, place)

    monkeypatch.setattr(os, "link", third_fails)
    ran = call(capsys, "record", "shop.har", *WIREMOCK)
    assert ran.code == 2
    assert "No space left" in ran.err
    assert list(files(here)) == ["shop.har"]


MISTAKES: Final = {
    "format": (("shop.har", "--format", "wiremok", "--output", "new"), "Did you mean `wiremock`?"),
    "no source": (("--format", "har", "--output", "new"), "--staging"),
    "no such file": (("gone.har", *WIREMOCK), "nothing at gone.har"),
    "no output": (("shop.har", "--format", "har"), "--output"),
    "output is a file": (("shop.har", "--format", "har", "--output", "shop.har"), "is a file"),
    "since": (("shop.har", *WIREMOCK, "--since", "lately"), "2026-05-01T12:30:00Z"),
    "status": (("shop.har", *WIREMOCK, "--status", "6xx"), "404, 5xx"),
    "sentence alone": (("shop.har", *WIREMOCK, "--sentence", "x"), "--guard"),
    "both": (("shop.har", *WIREMOCK, "--staging"), "--staging"),
    "target alone": (("shop.har", *WIREMOCK, "--target", "http://x"), "--staging"),
    "provider": (("shop.har", *WIREMOCK, "--provider", "a b"), "begins with a letter"),
    "guard without config": (("shop.har", *WIREMOCK, "--guard", "g"), "there is no config"),
    "guard's name": (("shop.har", *WIREMOCK, "--guard", "a b"), "begins with a letter"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_with_a_remedy(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, nothing written."""
    arguments, remedy = MISTAKES[name]
    ran = call(capsys, "record", *arguments)
    assert ran.code == 2
    assert remedy in ran.err
    assert list(files(here)) == ["shop.har"]


def test_a_misspelt_provider_is_guessed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a config has one that is nearly called so; another name is a new provider's."""
    write_stub(here / "mocks", "/a", {})
    write_config(here, {"payments": {"mocks": "mocks", "target": SHOP}})
    ran = call(capsys, "record", "shop.har", *WIREMOCK, "--provider", "paymnets")
    assert ran.code == 2
    assert "Did you mean `payments`?" in ran.err
    assert (
        call(capsys, "record", "shop.har", *WIREMOCK, "--provider", "warehouse", "--host", "shop.example.com").code == 0
    )


def test_several_hosts_and_filters(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One host is named, and of its exchanges those that are wanted."""
    har(here / "two.har", *ENTRIES, entry("GET", "https://cdn.example.com/a", {}))
    assert "--host" in call(capsys, "record", "two.har", *WIREMOCK).err
    host = ("--host", "shop.example.com", "--method", "get", "--path", "/users/*", "--status", "2xx")
    document = told(call(capsys, "record", "two.har", *WIREMOCK, *host, "--json"))
    assert [one["statuses"] for one in document["mocks"]] == [[200, 200]]
    assert document["exchanges"]["unwanted"] == 2


def test_logs_without_bodies_say_what_is_missing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is whole without a body becomes a mock; of the rest it is told what is missing."""
    lines = [
        {"method": "GET", "uri": "/users/1", "status": 200, "time": "2026-05-01T12:00:00Z"},
        {"method": "DELETE", "uri": "/users/1", "status": 204, "time": "2026-05-01T12:00:00Z"},
        {
            "method": "GET",
            "uri": "/state",
            "status": 200,
            "time": "2026-05-01T12:00:00Z",
            "response_body": '{"state": "UP"}',
        },
    ]
    (here / "access.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    ran = call(capsys, "record", "access.jsonl", *WIREMOCK, "--json")
    document = told(ran)
    assert ran.code == 0
    assert [one["operation"] for one in document["mocks"]] == ["DELETE /users/{id}", "GET /state"]
    assert ["response_body" in one["reason"] for one in document["left_out"]] == [True]


def test_nothing_to_make_is_no_success(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3 where no exchange fits, and where a recording could not be read."""
    assert call(capsys, "record", "shop.har", *WIREMOCK, "--path", "/none").code == 3
    (here / "torn.har").write_text('{"log": {"entries": [', encoding="utf-8")
    assert call(capsys, "record", "shop.har", "torn.har", *WIREMOCK).code == 3


@pytest.mark.parametrize("name", SPELLINGS)
def test_secrets_and_persons_never_reach_a_file(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Planted wherever a recording and an answer may hold them, found nowhere: in no mock, no word, no error."""
    garden = Garden()
    token = garden.plant("a token", is_plain=True)
    person = {
        "id": garden.plant("an id", is_plain=True),
        "email": f"{garden.plant('an address', is_plain=True)}@corp.example",
        "name": garden.plant("a name", is_plain=True),
        "access_token": token,
        "nested": [{"password": garden.plant("a password")}],
    }
    one = entry("POST", f"{SHOP}/people/{person['id']}?token={token}&q={person['email']}", person, 200, person)
    one["response"]["headers"] += [
        {"name": "Set-Cookie", "value": f"sid={token}"}, {"name": "X-Trace", "value": token},
        {"name": "Location", "value": f"/people/{person['id']}?token={token}"},
    ]  # fmt: skip
    one["request"]["headers"] += [{"name": "Cookie", "value": f"sid={token}"}, {"name": "X-Api-Key", "value": token}]
    har(here / "secret.har", one)
    assert garden.dug_up(here / "secret.har") == set(garden.cores)
    for more in ((), ("--keep-ids", "--force")):
        ran = call(capsys, "record", "secret.har", "--format", name, "--output", "new", "--verbose", *more)
        assert ran.code == 0
        assert garden.dug_up(here / "new", ran.out, ran.err) == set()
