"""``driftwatch compare``: offline, case by case; a bad case costs nothing but itself."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.calling import Ran, call, spawn


def case(name: str, promised: object, delivered: object, **context: object) -> str:
    """One line: a mocked body and a real one."""
    mock = {"status": 200, "body": promised}
    real = [{"status": 200, "body": delivered, "repeat": 5}]
    return json.dumps({"id": name, "mock": mock, "real": real, "context": context})


SAME: Final = case("same", {"id": 1}, {"id": 2})
BREAKING: Final = case("breaking", {"id": 1}, {"id": "one"})
WARNING: Final = case("warning", {"tags": []}, {"tags": ["a"]})
INFO: Final = case("info", {"id": 1}, {"id": 2, "more": True})


def _compare(capsys: pytest.CaptureFixture[str], folder: Path, lines: list[str], *options: str) -> Ran:
    cases = folder / "cases.jsonl"
    cases.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")
    return call(capsys, "compare", "--cases", cases, "--format", "json", *options)


def _told(ran: Ran) -> list[str]:
    return [json.loads(line)["id"] for line in ran.out.splitlines()]


CODES: Final = [
    ([SAME], "", 0),
    ([BREAKING], "", 1),
    ([BREAKING, SAME], "", 1),
    ([SAME, BREAKING], "breaking", 1),
    ([WARNING], "", 0),
    ([WARNING], "warning", 1),
    ([WARNING], "info", 1),
    ([INFO], "warning", 0),
    ([INFO], "info", 1),
    ([BREAKING, WARNING, INFO], "never", 0),
    ([BREAKING, "{"], "never", 2),
    ([BREAKING, "{"], "", 2),
    ([], "", 3),
    (["", "  "], "never", 3),
]


@pytest.mark.parametrize(("lines", "fail_on", "code"), CODES)
def test_exit_codes(
    lines: list[str], fail_on: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an audit ends; a case that cannot be read makes it 2, and no case at all 3: nothing was compared."""
    option = ["--fail-on", fail_on] if fail_on else []
    ran = _compare(capsys, tmp_path, lines, *option)
    assert ran.code == code
    assert len(_told(ran)) == sum(line.startswith('{"id"') for line in lines)


def test_nothing_to_compare_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty file is named."""
    assert "cases.jsonl: nothing was compared" in _compare(capsys, tmp_path, []).err


BAD: Final = {
    "torn": ('{"id": "x", "mock": {', "not JSON at column"),
    "no object": ("[1, 2]", "an object"),
    "no id": ('{"mock": {}, "real": []}', "id must be"),
    "no mock": ('{"id": "x", "real": []}', "mock must be"),
    "no status": ('{"id": "x", "mock": {"body": 1}, "real": []}', "status must be"),
    "deep": ('{"id": "x", "mock": ' + "[" * 100_000, "nested too deeply"),
    "not UTF-8": ("\udcff\udcfe", "not JSON at column 1"),
    "many digits": ('{"id": "x", "mock": {"status": ' + "9" * 5000 + "}}", "number"),
    "large number": (
        '{"id": "x", "mock": {"status": 200, "delay_ms": 1' + "0" * 400 + '}, "real": [{"status": 200}]}', "number"
    ),
    "control characters": (
        '{"id": "x", "mock": {"status": 200, "expectations": {"\\u0007\\u202e": 1}}, "real": []}', "must be an object"
    ),
    "zero byte": ("\0", "not JSON at column 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_between_good_ones(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are judged in their order, the bad one is named by file and line, and the end is 2."""
    line, reason = BAD[name]
    ran = _compare(capsys, tmp_path, [SAME, line, BREAKING])
    assert (ran.code, _told(ran)) == (2, ["same", "breaking"])
    (message,) = ran.err.splitlines()
    assert message.startswith("driftwatch: cases.jsonl:2: ")
    assert reason in message
    assert message.isprintable()


def test_a_huge_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten megabytes in one case are judged like any other."""
    items = [{"id": number, "name": "x" * 100} for number in range(40_000)]
    huge = json.dumps({
        "id": "huge", "mock": {"status": 200, "body": items}, "real": [{"status": 200, "body": items}]
    })  # fmt: skip
    assert len(huge) > 10_000_000
    ran = _compare(capsys, tmp_path, [huge, SAME])
    assert (ran.code, _told(ran)) == (0, ["huge", "same"])


@pytest.mark.parametrize("ends", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no end"])
def test_marks_and_line_ends(ends: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte order mark, the line ends of Windows and a missing last one are no mistakes."""
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(b"\xef\xbb\xbf" + f"{SAME}{ends or chr(10)}{BREAKING}{ends}".encode())
    ran = call(capsys, "compare", "--cases", cases, "--format", "json")
    assert (ran.code, _told(ran)) == (1, ["same", "breaking"])


def test_strange_ids_stay_legible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a case is called cannot write to the terminal, break a line of JSON or the encoding."""
    name = "a\x1b[31m\n\u2028\ud800"
    assert len(_compare(capsys, tmp_path, [case(name, {}, {})]).out.splitlines()) == 1
    told = call(capsys, "compare", "--cases", tmp_path / "cases.jsonl").out
    assert [char for char in told if not char.isprintable() and char != "\n"] == []


@pytest.mark.parametrize(
    ("mock", "real", "code"),
    [
        ('{"id": 1}', '{"id": 2}', 0),
        ('{"id": 1}', '{"id": "one"}', 1),
        ('{"status": 200, "body": {"id": 1}}', '{"status": 404, "body": {"error": "x"}}', 1),
        ('{"id": 1}', "[]", 1),
        ("", "", 0),
        ('{"id": 1}', "<html>", 1),
        ('{"status": 200, "headers": 3}', "{}", 2),
        ('{"status": true, "body": 1}', "{}", 2),
        ('{"id": 1}', '{"status": 200, "headers": [], "body": 1}', 2),
    ],
)
def test_one_pair(mock: str, real: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two bodies, or two answers with their status, are one case called ``pair``; a malformed answer is a mistake."""
    (tmp_path / "mock.json").write_text(mock)
    (tmp_path / "real.json").write_text(real)
    words = ("compare", "--mock", tmp_path / "mock.json", "--real", tmp_path / "real.json", "--format", "json")
    ran = call(capsys, *words)
    assert ran.code == code, ran.err
    assert _told(ran) == ([] if code == 2 else ["pair"])


def test_a_person_reads_both_sides_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a screen each case has its id, each finding its kind, both sides and a hint."""
    (tmp_path / "cases.jsonl").write_text(f"{SAME}\n{BREAKING}\n")
    told = " ".join(call(capsys, "compare", "--cases", tmp_path / "cases.jsonl").out.split())
    assert "same: no difference" in told
    assert "breaking breaking type-changed · /id mock: integer service: string" in told
    assert "→" in told


def test_a_comparison_needs_no_network_and_no_config(tmp_path: Path) -> None:
    """It runs in an empty folder, as a process of its own, and says nothing beside the findings."""
    (tmp_path / "cases.jsonl").write_text(f"{SAME}\n")
    ran = spawn("compare", "--cases", "cases.jsonl", cwd=tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, "same: no difference\n", "")
