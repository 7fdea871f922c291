"""The shell lines of the example jobs, really run: with drift and without, with staging down, without a secret."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from junitparser import JUnitXml

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import write_stub
from tests.deploy.ci import GITHUB, GITLAB, TOKEN, Ended, Team, document, on_github, on_gitlab, staging
from tests.repositories import git
from tests.servers import Server, closed_port, serve

pytestmark = pytest.mark.timeout(180)
SECRET: Final = {"STAGING_TOKEN": TOKEN}
Change = Callable[[Path], object]


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


CHANGES: Final[dict[str, Change]] = {
    "nothing": lambda _: None,
    "a true mock": lambda mocks: write_stub(mocks / "payments", "/refunds", {"id": 9, "amount": 1}),
    "a false mock": lambda mocks: write_stub(mocks / "payments", "/refunds", {"id": 9, "gone": True}),
    "another provider": lambda mocks: write_stub(mocks / "people", "/teams", {"id": 9, "name": "Bo"}),
    "a body file": lambda mocks: (mocks / "payments/__files/payout.json").write_text('{"id": 1, "gone": true}'),
    "the notes": lambda mocks: (mocks / "README.md").write_text("# Our mocks\n"),
    "the config": lambda mocks: _append(mocks.parent / "driftwatch.yaml", "\n"),
    "a deletion": lambda mocks: (mocks / "payments/mappings/fees.json").unlink(),
}
"""What a pull request may do to the mocks."""


@dataclass(frozen=True, slots=True)
class Row:
    """What happens, and the colour that GitHub and GitLab give the job."""

    event: str
    """``schedule``, ``change`` (a pull or merge request) or ``fork`` (one without secrets)."""
    change: str
    is_drifted: bool = False
    """Whether the default branch has a false mock of payments already."""
    is_down: bool = False
    finds: bool = False
    """Whether a false mock is there to be told of, wherever it is."""
    github: str = "green"
    gitlab: str = "green"

    def __str__(self) -> str:
        states = [word for word, holds in (("drifted", self.is_drifted), ("down", self.is_down)) if holds]
        return "-".join([self.event, *self.change.split(), *states])


ROWS: Final = [
    Row("schedule", "nothing"),
    Row("schedule", "nothing", is_drifted=True, finds=True, github="red 1", gitlab="red 1"),
    Row("schedule", "nothing", is_down=True, github="red 3", gitlab="red 3"),
    Row("change", "a true mock"),
    Row("change", "a false mock", finds=True, github="red 1", gitlab="red 1"),
    Row("change", "a body file", finds=True, github="red 1", gitlab="red 1"),
    # what the change does not touch is told and fails nothing, unless it touches what decides over everything
    Row("change", "another provider", is_drifted=True, finds=True),
    Row("change", "a true mock", is_drifted=True, finds=True, github="red 1", gitlab="red 1"),
    Row("change", "the config", is_drifted=True, finds=True, github="red 1", gitlab="red 1"),
    Row("change", "a deletion", is_drifted=True),
    # what could not be checked holds nobody up, and is not green where a colour between is to be had
    Row("change", "a true mock", is_down=True, github="green, with a warning", gitlab="orange 3"),
    Row("change", "the notes", github="green, with a warning", gitlab="orange 3"),
    Row("fork", "a false mock", github="green, with a notice", gitlab="orange 3"),
]


@pytest.fixture
def service() -> Iterator[Server]:
    """A staging service that knows the team's token."""
    with serve(staging) as running:
        yield running


def _team(row: Row, folder: Path, url: str) -> Team:
    """The team's checkout with the change on top."""
    team = Team.at(folder / "checkout", f"http://127.0.0.1:{closed_port()}" if row.is_down else url)
    mocks = team.folder / "mocks"
    (mocks / "payments/__files").mkdir()
    (mocks / "payments/__files/payout.json").write_text('{"id": 1, "amount": 2}', encoding="utf-8")
    write_stub(mocks / "payments", "/payouts", jsonBody=None, bodyFileName="payout.json")
    if row.is_drifted:
        write_stub(mocks / "payments", "/fees", {"id": 3, "lost": True})
    team.base = team.commit()
    CHANGES[row.change](mocks)
    team.commit()
    return team


def _by_github(team: Team, row: Row) -> tuple[Ended, str]:
    """The job, and its colour: GitHub knows but two for what has run."""
    ended = on_github(team, {} if row.event == "fork" else SECRET, pull_request=row.event != "schedule")
    if ended.code:
        return ended, f"red {ended.code}"
    ours = [line for line in ended.log.splitlines() if re.match(r"::(notice|warning) title=driftwatch::\w+[ :]", line)]
    for kind, sign in (("warning", "Incomplete:"), ("notice", "Not audited:")):
        if f"::{kind} title=driftwatch::{sign}" in "\n".join(ours):
            return ended, f"green, with a {kind}"
    return ended, "green"


def _by_gitlab(team: Team, row: Row) -> tuple[Ended, str]:
    """The job, and its colour: what a matching rule says of failing overrules the job's exit codes."""
    ended = on_gitlab(team, {} if row.event == "fork" else SECRET, merge_request=row.event != "schedule")
    job = document(GITLAB)["driftwatch"]
    rule = job["rules"][row.event != "schedule"]
    excused = [] if rule.get("allow_failure") is False else job["allow_failure"]["exit_codes"]
    return ended, f"{'orange' if ended.code in excused else 'red'} {ended.code}" if ended.code else "green"


RUNNERS: Final = {"github": _by_github, "gitlab": _by_gitlab}


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_job_ends_with_its_colour(row: Row, runner: str, service: Server, tmp_path: Path) -> None:
    """Red for drift in what was touched, and for a schedule that proves nothing; no secret in any of it."""
    team = _team(row, tmp_path, service.url)
    ended, colour = RUNNERS[runner](team, row)
    assert colour == getattr(row, runner), ended.log
    assert TOKEN not in ended.log
    if row.event == "fork":
        assert service.received == []
        assert not (ended.reports / "report.json").exists()
        assert "Not audited" in ended.log
    else:
        _check_reports(ended, team, finds=row.finds)


def _check_reports(ended: Ended, team: Team, *, finds: bool) -> None:
    """Every report is there, is what its readers take, and tells of the same findings."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in ended.reports.iterdir()}
    report = json.loads(texts["report.json"])
    assert list(Draft202012Validator(interface_schema("report-1")).iter_errors(report)) == []
    assert texts["report.html"].startswith("<!doctype html>")
    assert TOKEN not in "".join(texts.values())
    found = {finding["fingerprint"]: finding["severity"] for finding in report["findings"]}
    assert ("breaking" in found.values()) == finds
    summary = ended.summary.read_text(encoding="utf-8") if ended.summary is not None else texts["summary.md"]
    assert re.match(r"# [✅❌] driftwatch\n", summary)
    assert summary.count("- **breaking**") == list(found.values()).count("breaking")
    if ended.summary is not None:
        assert "told=yes" in ended.outputs
        _check_sarif(json.loads(texts["driftwatch.sarif"]), found, team)
    else:
        _check_junit(texts["junit.xml"], team, finds=finds)


def _check_junit(text: str, team: Team, *, finds: bool) -> None:
    """A common parser takes it; what failed leads to a file of the checkout and says why."""
    cases = [case for suite in JUnitXml.fromstring(text.encode()) for case in suite]
    failed = [case for case in cases if case.is_failure]
    assert bool(failed) == finds
    for case in failed:
        assert (team.folder / case._elem.get("file")).is_file()
        assert "mock says:" in case.result[0].text


def _check_sarif(log: dict[str, Any], found: dict[str, str], team: Team) -> None:
    """Results are the findings, each at a line of a file of the checkout: that is what code scanning can show."""
    (run,) = log["runs"]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert sorted(prints) == sorted(found)
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        lines = (team.folder / place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()
        assert 1 <= place["region"]["startLine"] <= len(lines)


# what else may happen


@pytest.fixture
def drifted(service: Server, tmp_path: Path) -> Team:
    """A team one of whose mocks is false, and that has changed nothing."""
    return _team(Row("schedule", "nothing", is_drifted=True), tmp_path, service.url)


def test_annotations_lead_to_the_mock(drifted: Team) -> None:
    """What GitHub shows at file and line; no line of the log is another command than these."""
    ended = on_github(drifted, SECRET, pull_request=False)
    assert "::error file=mocks/payments/mappings/fees.json,line=1,title=driftwatch%3A field-missing" in ended.log
    others = [line for line in ended.log.splitlines() if not re.match(r"::(error|warning|notice) |\{\"run_id\"", line)]
    assert others == []


@pytest.mark.parametrize("runner", ["github", "gitlab"])
def test_drift_that_shall_fail_nothing(runner: str, drifted: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``FAIL_ON: never`` it is told all the same."""
    path = {"github": GITHUB, "gitlab": GITLAB}[runner]
    changed = drifted.folder.parent / path.name
    changed.write_text(path.read_text(encoding="utf-8").replace("FAIL_ON: breaking", "FAIL_ON: never"), "utf-8")
    monkeypatch.setattr(f"tests.deploy.ci.{runner.upper()}", changed)
    if runner == "github":
        ended = on_github(drifted, SECRET, pull_request=False)
    else:
        ended = on_gitlab(drifted, SECRET, merge_request=False)
    assert ended.code == 0
    _check_reports(ended, drifted, finds=True)


@pytest.mark.parametrize(("secrets", "code"), [({}, 2), ({"STAGING_TOKEN": "wrong"}, 3)], ids=["none", "wrong"])
def test_a_schedule_needs_its_secret(secrets: dict[str, str], code: int, drifted: Team, service: Server) -> None:
    """Without it the run is red and says which variable is missing; with a wrong one nothing could be checked."""
    for ended in (
        on_github(drifted, secrets, pull_request=False), on_gitlab(drifted, secrets, merge_request=False),
    ):  # fmt: skip
        assert ended.code == code, ended.log
        assert ("STAGING_TOKEN" in ended.log) == (code == 2)
    assert bool(service.received) == (code == 3)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_any_shell_runs_gitlabs_lines(shell: str, drifted: Team) -> None:
    """Images without bash are given sh."""
    write_stub(drifted.folder / "mocks/people", "/teams", {"id": 1, "name": "A"})
    drifted.commit()
    ended = on_gitlab(drifted, SECRET, merge_request=True, shell=shell)
    assert ended.code == 0, ended.log
    assert (ended.reports / "touched.txt").read_text() == "mocks/people\n"


def test_a_merged_result_touches_no_more_than_its_source(drifted: Team) -> None:
    """Where GitLab has merged the target in, what others changed there since is not this merge request's fault."""
    old = drifted.base
    write_stub(drifted.folder / "mocks/people", "/teams", {"id": 1, "name": "A"})
    source = drifted.commit()
    git(drifted.folder, "checkout", "--quiet", "--detach", old)
    write_stub(drifted.folder / "mocks/payments", "/refunds", {"id": 1, "lost": True})
    drifted.commit()
    git(drifted.folder, "merge", "--quiet", "--no-ff", "--no-edit", source)
    merged = {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": source}
    assert on_gitlab(drifted, SECRET, merge_request=True, given=merged).code == 0
    assert on_gitlab(drifted, SECRET, merge_request=True).code == 1


EVIL: Final = ("a b", "$(touch owned)", "`touch owned`", "--fail-on=never", "'; touch owned; '", "ж\n::error::x", "-")


@pytest.mark.parametrize("runner", ["github", "gitlab"])
def test_names_of_files_are_no_code(runner: str, drifted: Team) -> None:
    """Whatever a pull request calls its mocks, none of it is run, read as an option or taken for a command."""
    for name in EVIL:
        write_stub(drifted.folder / "mocks" / name, "/users", {"id": 1, "name": "A"})
    drifted.commit()
    _, colour = RUNNERS[runner](drifted, Row("change", "nothing"))
    assert not list(drifted.folder.parent.rglob("owned"))
    # no provider of the config has them, so that nothing of them was checked
    assert colour == {"github": "green, with a warning", "gitlab": "orange 3"}[runner]


def test_parallel_jobs_share_the_mocks(drifted: Team) -> None:
    """With ``parallel: 3`` each mock is asked for by one of them, and the one that has the false mock is red."""
    cases: list[str] = []
    codes: list[int] = []
    for index in ("1", "2", "3"):
        ended = on_gitlab(
            drifted, SECRET, merge_request=False, given={"CI_NODE_INDEX": index, "CI_NODE_TOTAL": "3"}
        )  # fmt: skip
        report = json.loads((ended.reports / "report.json").read_text(encoding="utf-8"))
        cases += [one["mock_id"] for provider in report["providers"] for one in provider["interactions"]]
        codes.append(ended.code)
    assert len(cases) == len(set(cases)) == 4
    assert sorted(codes) == [0, 0, 1]
    assert not (drifted.folder / ".driftwatch").exists()


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("event", "is_news"), [("schedule", True), ("change", False)])
def test_a_pull_request_is_no_news(event: str, is_news: bool, runner: str, service: Server, tmp_path: Path) -> None:
    """Neither the store of the config nor the team's chat hears of what is not merged; of a schedule both do."""
    row = Row(event, "nothing", is_drifted=True)
    team = _team(row, tmp_path, service.url)
    config = json.loads((team.folder / "driftwatch.yaml").read_text(encoding="utf-8"))
    config |= {"store": "shared.db", "notify": {"channels": {"team": {"url": "${file:hook}", "format": "json"}}}}
    (team.folder / "hook").write_text(f"{service.url}/hook", encoding="utf-8")
    (team.folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
    team.base = team.commit()
    write_stub(team.folder / "mocks/payments", "/refunds", {"id": 9, "gone": True})
    team.commit()
    ended, _ = RUNNERS[runner](team, row)
    assert ended.code == 1, ended.log
    assert any(asked.path == "/hook" for asked in service.received) == is_news
    assert (team.folder / "shared.db").exists() == is_news
    assert (team.folder / ".driftwatch").exists() == (runner == "github" and not is_news)  # a copy of the cache
