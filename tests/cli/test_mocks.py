"""``driftwatch mocks``: everything that can be read, whatever it is called and wherever it lies."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import Ran, call, spawn, write_config, write_stub


def _listed(ran: Ran) -> list[dict[str, Any]]:
    interactions: list[dict[str, Any]] = json.loads(ran.out)["interactions"]
    return interactions


def test_several_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Folders and files are listed in the order they are named, by names that can be opened from here."""
    write_stub(tmp_path / "b", "/b")
    single = write_stub(tmp_path / "a", "/a")
    ran = call(capsys, "mocks", tmp_path / "b", single, "--format", "json")
    assert ran.code == 0
    assert [one["request"]["path"] for one in _listed(ran)] == ["/b", "/a"]
    assert [Path(one["origin"]["file"]).is_file() for one in _listed(ran)] == [True, True]


def test_a_missing_path_among_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path where nothing is ends with 2 and is named; nothing is listed as if it were all."""
    write_stub(tmp_path / "b", "/b")
    ran = call(capsys, "mocks", tmp_path / "b", tmp_path / "absent", tmp_path / "away")
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path / 'absent'}, {tmp_path / 'away'}" in ran.err


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing there is told as such."""
    ran = call(capsys, "mocks", tmp_path)
    assert (ran.code, ran.out) == (0, "0 interactions (none); 0 would be sent.\n")


def test_one_line_each_with_what_becomes_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list tells the request, its status, and why it would not be sent; what cannot be read makes it 3."""
    write_stub(tmp_path, "/true", {"ok": True})
    write_stub(tmp_path, "/true", {"ok": True}, name="posted", method="POST", status=201)
    (tmp_path / "mappings" / "torn.json").write_text('{\n"request": {\n')
    (tmp_path / "notes.txt").write_text("not a mock")
    ran = call(capsys, "mocks", tmp_path)
    assert ran.code == 3
    lines = [line.strip() for line in ran.out.splitlines()]
    assert [line.split() for line in lines if "→" in line] == [
        ["1", "POST", "/true", "→", "201"],
        ["1", "GET", "/true", "→", "200"],
    ]
    assert [line for line in lines if line.startswith("not sent: POST may change the service")]
    assert [line for line in lines if line.endswith("mappings/torn.json:3")]
    assert lines[lines.index("1  no known mock format") + 1].endswith("notes.txt")
    assert lines[-1] == "2 interactions (wiremock 2); 1 would be sent."


def test_ignored_files_are_summed_up_by_their_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The most frequent reason comes first, with the first few files; ``--verbose`` and JSON name them all."""
    for number in range(15):
        (tmp_path / f"{number:02d}.txt").write_text("not a mock")
    (tmp_path / "tsconfig.json").write_text('{"compilerOptions": {}}')
    told = call(capsys, "mocks", tmp_path).out.splitlines()
    assert told[0] == "Ignored  16 files that no format claims"
    assert [line.split(maxsplit=1)[0] for line in told[2:] if "  " in line.strip()] == ["15", "1"]
    assert "        and 12 more: --verbose" in told
    assert "14.txt" not in "".join(told)
    assert "14.txt" in call(capsys, "mocks", tmp_path, "--verbose").out
    assert len(json.loads(call(capsys, "mocks", tmp_path, "--format", "json").out)["ignored"]) == 16


def test_why_nothing_is_sent_is_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A long list ends with each reason and how often it was met."""
    for number in range(3):
        write_stub(tmp_path, f"/{number}", method="POST", status=201)
    told = call(capsys, "mocks", tmp_path).out
    assert "Not sent  3 interactions" in told
    assert "  3  POST may change the service" in told


def test_a_config_lists_its_providers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without paths the config's mocks are listed, each with its provider and by its policy."""
    for name in ("calm", "wild"):
        write_stub(tmp_path / name, "/search", {"ok": True}, method="POST")
    providers: dict[str, dict[str, object]] = {
        "calm": {"mocks": "calm", "target": "http://calm", "probing": {"declared_safe": ["POST /search"]}},
        "wild": {"mocks": "wild", "target": "http://wild"},
    }
    ran = call(capsys, "mocks", "--config", write_config(tmp_path, providers), "--format", "json")
    told = [(one["provider"], one["probe"]["decision"]) for one in _listed(ran)]
    assert told == [("calm", "send"), ("wild", "skip")]


NAMES: Final = (
    "with spaces",
    "ünï-日本-\N{PILE OF POO}",
    "new\nline",
    "tab\tand\rreturn",
    "\x1b]0;owned\x07\x1b[31mred",
    "\N{RIGHT-TO-LEFT OVERRIDE}nosj",
    "quote'\"`$(touch x)",
    "--help",
    "[glob]*",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_files(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Any name a disk allows is read, stays itself in JSON, and is legible, on one line, on a screen."""
    file = write_stub(tmp_path, "/it", {"ok": True}, name=name)
    (one,) = _listed(call(capsys, "mocks", tmp_path, "--format", "json"))
    assert Path(one["origin"]["file"]) == file
    told = call(capsys, "mocks", tmp_path).out
    assert [char for char in told if not char.isprintable() and char != "\n"] == []
    assert "GET /it → 200" in " ".join(told.split())


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A file name of bytes that are not UTF-8 is read, and both forms of the list can be written anywhere."""
    file = write_stub(tmp_path, "/it", {"ok": True})
    file.rename(file.with_name(b"caf\xe9.json".decode("utf-8", "surrogateescape")))
    for form in ("console", "json"):
        ran = spawn("mocks", tmp_path, "--format", form)
        assert (ran.code, ran.err) == (0, "")
        assert "/it" in ran.out


def test_a_path_with_control_characters_is_told_legibly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A message about a path is no way to the terminal either."""
    ran = call(capsys, "mocks", tmp_path / "\x1b[31mabsent")
    assert ran.code == 2
    assert "\x1b" not in ran.err
