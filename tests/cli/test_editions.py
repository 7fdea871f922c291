"""``--report``: one audit, told in several formats, each in a file of its own."""

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from junitparser import JUnitXml

from driftwatch.drift.catalog import KINDS
from driftwatch.reports.catalog import REPORTS
from tests.cli.calling import Ran, call, write_config, write_stub
from tests.servers import Server, json_answer, serve

MARKS: Final = {
    "console": "breaking  field-renamed", "github": "::error file=mocks/mappings/it.json", "html": "<!doctype html>",
    "json": '"driftwatch.report/1"', "junit": "<testsuites", "markdown": "# ❌ driftwatch",
    "prometheus": "# TYPE driftwatch_", "sarif": "sarif-schema-2.1.0.json",
}  # fmt: skip
"""What tells each format from the others."""


@pytest.fixture
def staging() -> Iterator[Server]:
    """A service that renamed a member."""
    with serve({"/it": json_answer('{"isOk": true}')}) as running:
        yield running


@pytest.fixture
def team(staging: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a team whose mock has the old name."""
    write_stub(tmp_path / "mocks", "/it", {"is_ok": True})
    write_config(tmp_path, {"it": {"mocks": "mocks", "target": staging.url}})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _audit(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    return call(capsys, "audit", *arguments)


def test_every_format_comes_of_one_audit(team: Path, staging: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file holds its format, the screen the one asked for, and the service is asked no more than for one."""
    assert _audit(capsys).code == 1
    once = len(staging.received)
    wanted = [word for form in MARKS for word in ("--report", f"{form}=out.{form}")]
    ran = _audit(capsys, *wanted, "--format", "github")
    assert ran.code == 1
    assert ran.out.startswith("::error file=mocks/mappings/it.json")
    assert {form: mark in (team / f"out.{form}").read_text(encoding="utf-8") for form, mark in MARKS.items()} == {
        known.name: True for known in REPORTS
    }
    assert len(staging.received) == 2 * once


def test_the_reports_are_of_one_run(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What one of them counts the others count; SARIF carries the pages of all kinds."""
    _audit(capsys, "--report", "json=a.json", "--report", "junit=a.xml", "--report", "sarif=a.sarif")
    report = json.loads((team / "a.json").read_text(encoding="utf-8"))
    (run,) = json.loads((team / "a.sarif").read_text(encoding="utf-8"))["runs"]
    assert run["automationDetails"]["id"] == f"driftwatch/{report['run']['id']}"
    assert len(run["results"]) == len(report["findings"]) == 1
    assert JUnitXml.fromstring((team / "a.xml").read_bytes()).failures == 1
    assert len(run["tool"]["driver"]["rules"]) == len(KINDS)


def test_the_same_format_twice(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files of one format hold the same, and so does ``--output``."""
    _audit(capsys, "--format", "json", "--output", "a", "--report", "json=b", "--report", "json=c=d")
    assert (team / "a").read_text() == (team / "b").read_text() == (team / "c=d").read_text()


UNUSABLE: Final = [
    (("sarf=x",), "Did you mean `sarif`?"),
    (("sarif",), "such as sarif=report.sarif"),
    (("sarif=",), "names no file"),
    (("=x",), "there is no format ''"),
    (("sarif=absent/x",), "there is no folder absent"),
    (("sarif=x", "json=./x"), "another report goes to that file"),
    (("sarif=link", "json=x"), "another report goes to that file"),
    (("sarif=out.txt",), "another report goes to that file"),
    (("prometheus=a.prom",), "another report goes to that file"),
    (("json=mocks",), "that is a folder"),
    (("json=round",), "is a link to itself"),
]


@pytest.mark.parametrize(("wanted", "told"), UNUSABLE, ids=["+".join(wanted) for wanted, _ in UNUSABLE])
def test_what_cannot_be_is_told_before_anything_is_asked(
    wanted: tuple[str, ...], told: str, team: Path, staging: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mistake is found at the start, with the remedy: the service hears nothing, no file is written."""
    (team / "link").symlink_to("x")
    (team / "round").symlink_to("round")
    options = [word for one in wanted for word in ("--report", one)]
    ran = _audit(capsys, *options, "--output", "out.txt", "--textfile", "a.prom")
    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.split())
    assert staging.received == []
    assert {path.name for path in team.iterdir()} == {"mocks", "driftwatch.yaml", "link", "round"}


def test_one_that_cannot_be_written_costs_no_other(
    team: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk ends with 2 and leaves the old file; the reports that could be written are there, and the screen."""
    (team / "a.html").write_text("the old one\n")
    written = Path.write_text

    def run_out_of_room(draft: Path, text: str, **options: str) -> int:
        if ".html." in draft.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written(draft, text, **options)

    monkeypatch.setattr(Path, "write_text", run_out_of_room)
    wanted = ["--report", "html=a.html", "--report", "json=a.json", "--report", "html=b.html"]
    ran = _audit(capsys, *wanted)
    assert ran.code == 2
    assert "field-renamed" in ran.out
    assert "--report html a.html cannot be written: No space left on device" in ran.err
    assert "--report html b.html cannot be written" in ran.err
    assert (team / "a.html").read_text() == "the old one\n"
    assert json.loads((team / "a.json").read_text())["findings"]


@pytest.mark.usefixtures("team")
def test_a_device_takes_any_number(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no regular file is written into, as often as one likes."""
    assert _audit(capsys, "--report", "json=/dev/null", "--report", "sarif=/dev/null").code == 1
