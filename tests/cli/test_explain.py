"""``driftwatch explain``: every kind has a page that a reader finds, and every score is reckoned before their eyes."""

import subprocess
import sys
from pathlib import Path

import pytest

from driftwatch.drift.catalog import KINDS
from tests.cli.calling import call, plain_environment, write_config, write_stub
from tests.servers import json_answer, serve


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page names the kind, its severity and what to do, on lines that fit a terminal."""
    ran = call(capsys, "explain", kind)
    assert (ran.code, ran.err) == (0, "")
    first, *page = ran.out.splitlines()
    assert first.startswith(f"{kind}  ({KINDS[kind].severity}, ")
    assert len([line for line in page if line.strip()]) >= 4
    assert max(map(len, page)) <= 120


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a kind all are listed, one a line, with severity and title."""
    lines = call(capsys, "explain").out.splitlines()
    assert [line.split()[:2] for line in lines] == [[kind.id, kind.severity.value] for kind in KINDS.values()]
    assert [line for line, kind in zip(lines, KINDS.values(), strict=True) if not line.endswith(kind.title)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_too_few_is_guessed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt kind ends with 2 and names a kind that exists, as a rule the one that was meant."""
    ran = call(capsys, "explain", kind[:-1])
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean '{kind}'" in ran.err


def test_a_word_that_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no kind is near, the way to the list is told, and the word comes back without its control characters."""
    ran = call(capsys, "explain", "\x1b[31mzzz")
    assert ran.code == 2
    assert "lists them all" in ran.err
    assert "\x1b" not in ran.err


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The JSON report of an audit of a mock that lost one of two members, and of one that was never sent."""
    write_stub(tmp_path / "mocks", "/user", {"id": 1, "mail": "a"})
    write_stub(tmp_path / "mocks", "/user", {"id": 1}, name="posted", method="POST")
    with serve({"/user": json_answer('{"id": 2}')}) as running:
        config = write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})
        call(capsys, "audit", "--config", config, "--format", "json", "--output", tmp_path / "report.json")
    return tmp_path / "report.json"


def test_the_scores_of_a_report(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name all providers are told, with the pair of numbers and each mock's; nothing is sent for it."""
    ran = call(capsys, "explain", "--score", "--report", report)
    assert (ran.code, ran.err) == (0, "")
    assert "fidelity   49 of what could be checked: the mean of 1 mock, all weighing the same" in ran.out
    assert "verified   50 %: 1 of 2 interactions compared" in ran.out
    assert ran.out == call(capsys, "explain", "--score", "--report", report, "it").out


@pytest.mark.parametrize("subject", ["user.json", "mappings/user.json:1"])
def test_the_score_of_one_mock(report: Path, subject: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Aspects with weight and value, the path that was lost and under which finding, the bound."""
    told = " ".join(call(capsys, "explain", "--score", "--report", report, subject).out.split())
    assert "100 × (25 × 1 + 40 × 0.5 + 10 × 1 + 10 × 1 + 5 × 1) / 90 = 77.7" in told
    assert "cap at 49 by breaking field-missing · /mail" in told
    assert "body weight 40, value 0.5, 100 % looked at" in told
    assert "/mail (weight 1 of 2) counts 0 under breaking field-missing · /mail" in told
    assert "verified 100 % of what the mock claims" in told


def test_a_mock_without_a_score(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was not compared has no number, and the reason is told."""
    told = call(capsys, "explain", "--score", "--report", report, "posted.json").out
    assert "skipped: POST" in told
    assert "no number, neither 0 nor 100" in told


def test_a_report_from_a_pipe(report: Path) -> None:
    """``driftwatch audit --format json | driftwatch explain --score --report -``."""
    ran = subprocess.run(
        [sys.executable, "-m", "driftwatch", "explain", "--score", "--report", "-"],
        input=report.read_bytes(), capture_output=True, check=False, env=plain_environment(),
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"fidelity   49" in ran.stdout


def test_what_cannot_be_explained(report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No report, none at the place or in the file, no such mock, a report without the question: all end with 2."""
    (tmp_path / "other.json").write_text('{"schema": "driftwatch.mocks/1", "providers": [], "findings": []}')
    for words, told in (
        (["--score"], "--report FILE"),
        (["--score", "it"], "--report FILE"),
        (["--score", "--report", tmp_path / "absent.json"], "cannot be read"),
        (["--score", "--report", tmp_path], "is a directory"),
        (["--score", "--report", tmp_path / "other.json"], "no driftwatch.report/1 document"),
        (["--score", "--report", report, "mappings/usr.json:1"], "did you mean 'mappings/user.json:1'"),
        (["--score", "--report", report, "zzz"], "leave the name out"),
        (["--report", report], "--score"),
        (["field-missing", "--report", report], "--score"),
    ):
        ran = call(capsys, "explain", *words)
        assert (ran.code, ran.out) == (2, ""), words
        assert told in ran.err
