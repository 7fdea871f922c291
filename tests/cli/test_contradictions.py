"""``driftwatch mocks --contradictions``, and the word about them elsewhere."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import call, write_config, write_stub

CASSETTE = """interactions:
- request: {method: GET, uri: https://users.example.com/users/42, body: null, headers: {}}
  response:
    status: {code: 404, message: Not Found}
    headers: {Content-Type: [application/json]}
    body: {string: '{"error": "gone"}'}
version: 1
"""


@pytest.fixture
def mocks(tmp_path: Path) -> Path:
    """One user, there for WireMock and gone for VCR.py; one order with an id of two types."""
    folder = tmp_path / "mocks"
    write_stub(folder / "stubs", "/users/42", {"id": 42})
    write_stub(folder / "stubs", "/orders/1", {"id": 1})
    write_stub(folder / "other", "/orders/2", {"id": "2"})
    (folder / "user.yaml").write_text(CASSETTE, encoding="utf-8")
    return folder


def test_they_are_told_with_both_sides(mocks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Operation, what differs, each side and every file; the end is 1."""
    ran = call(capsys, "mocks", "--contradictions", mocks)
    assert ran.code == 1
    lines = [line.strip() for line in ran.out.splitlines()]
    assert "- different types at /id" in lines
    assert lines[lines.index("- different statuses for one request") :][:5] == [
        "- different statuses for one request", "200", f"{mocks}/stubs/mappings/users-42.json:1", "404",
        f"{mocks}/user.yaml:2",
    ]  # fmt: skip
    assert lines[-1].startswith("2 contradictions: ")


def test_as_json(mocks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document fits its schema."""
    document = json.loads(call(capsys, "mocks", "--contradictions", mocks, "--format", "json").out)
    assert [*Draft202012Validator(interface_schema("contradictions-1")).iter_errors(document)] == []
    assert {one["disagreement"] for one in document["contradictions"]} == {"status", "type"}


def test_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to tell is told, and ends with 0."""
    write_stub(tmp_path / "mocks", "/users/42", {"id": 42})
    ran = call(capsys, "mocks", "--contradictions", tmp_path / "mocks")
    assert (ran.code, ran.out) == (0, "No mock contradicts another.\n")


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows what an unreadable file contradicts: that is said, and ends with 3."""
    stub = write_stub(tmp_path / "mocks", "/users/42", {"id": 42})
    stub.write_text('{"request": {"urlPath": "/x"}, "resp', encoding="utf-8")
    ran = call(capsys, "mocks", "--contradictions", tmp_path / "mocks")
    assert ran.code == 3
    assert ran.out.endswith("1 file could not be read: `driftwatch mocks` tells why.\n")


def test_the_list_of_mocks_has_a_word_about_them(mocks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And none where there is nothing to tell; the end of the list is as it was."""
    ran = call(capsys, "mocks", mocks)
    assert ran.code == 0
    assert ran.out.endswith("2 contradictions among them: --contradictions shows what is mocked in different ways.\n")
    assert "contradiction" not in call(capsys, "mocks", mocks / "stubs").out


def test_a_first_config_has_a_word_about_them(mocks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``init`` names the command."""
    ran = call(capsys, "init", mocks, "--output", mocks.parent / "driftwatch.yaml")
    assert "driftwatch mocks --contradictions" in " ".join(ran.out.split())


def test_a_config_tells_services_apart(mocks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Providers of two targets may say what they like; two of one target are one service."""
    stubs, cassette = {"mocks": "mocks/stubs"}, {"mocks": "mocks/user.yaml"}
    one, two = {"target": "https://a.example"}, {"target": "https://b.example"}
    apart = write_config(mocks.parent, {"stubs": {**stubs, **one}, "vcr": {**cassette, **two}})
    assert call(capsys, "mocks", "--contradictions", "--config", apart).code == 0
    together = write_config(mocks.parent, {"stubs": {**stubs, **one}, "vcr": {**cassette, **one}})
    ran = call(capsys, "mocks", "--contradictions", "--config", together)
    assert ran.code == 1
    assert "different statuses for one request" in ran.out
