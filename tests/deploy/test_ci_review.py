"""The example jobs that review: their shell lines, really run in a scratch checkout, up to the comment they write."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.calling import write_stub
from tests.deploy import ci
from tests.deploy.ci import GITHUB_REVIEW, GITLAB_REVIEW, Team, document, evaluated, filled
from tests.programs import program
from tests.repositories import git

pytestmark = pytest.mark.timeout(120)
JOBS: Final[dict[str, Any]] = document(GITHUB_REVIEW)["jobs"]
NOWHERE: Final = "http://127.0.0.1:9"
"""Nobody is asked."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of a job."""

    code: int
    log: str
    told: str
    """The checklist, wherever the platform shows it."""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """A checkout with a change of one mock and a new one."""
    program("git", "git")
    made = Team.at(tmp_path / "checkout", NOWHERE)
    write_stub(made.folder / "mocks/payments", "/charges", {"id": 1, "amount": "5"})
    write_stub(made.folder / "mocks/people", "/teams", {"id": 2, "name": "A"})
    made.commit()
    return made


def _step(job: str, name: str, known: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """A step's lines and its variables."""
    (step,) = (step for step in JOBS[job]["steps"] if step.get("name") == name)
    return step["run"], {key: filled(str(value), known) for key, value in step.get("env", {}).items()}


def _on_github(team: Team, policies: str) -> Reviewed:
    team.merged()
    place = team.folder.parent
    summary, output = place / "summary.md", place / "output"
    (place / "temp").mkdir()
    summary.touch()
    output.touch()
    lines, variables = _step("review", "Review", {})
    given = {
        **variables, "FAIL_ON": policies, "RUNNER_TEMP": str(place / "temp"), "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }  # fmt: skip
    ran = _run(team, ["bash", "--noprofile", "--norc", "-eo", "pipefail"], lines, given)
    assert ("told=yes" in output.read_text(encoding="utf-8")) == bool(summary.read_text(encoding="utf-8"))
    return Reviewed(ran.returncode, ran.stdout, summary.read_text(encoding="utf-8"))


def _on_gitlab(team: Team, policies: str) -> Reviewed:
    job = document(GITLAB_REVIEW)["driftwatch-review"]
    variables = {key: str(value) for key, value in job["variables"].items()}
    given = {**variables, "FAIL_ON": policies, "CI_MERGE_REQUEST_DIFF_BASE_SHA": team.base}
    ran = _run(team, ["sh", "-e"], "\n".join(job["script"]), given)
    told = team.folder / job["artifacts"]["paths"][0] / "review.md"
    return Reviewed(ran.returncode, ran.stdout, told.read_text(encoding="utf-8") if told.exists() else "")


def _run(team: Team, shell: list[str], lines: str, given: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    script = team.folder.parent / "step.sh"
    script.write_text(lines, encoding="utf-8")
    return ci._run([*shell, str(script)], team.folder, given)


RUNNERS: Final = {"github": _on_github, "gitlab": _on_gitlab}


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_checklist_is_there(runner: str, team: Team) -> None:
    """It tells of what the request touches, and of nothing else; without a policy the job is green."""
    ended = RUNNERS[runner](team, "")
    assert ended.code == 0, ended.log
    assert ended.told.startswith("# Review of mocks\n")
    assert "2 mocks (1 added, 1 changed)" in ended.told
    assert "- [ ] `mocks/payments/mappings/charges.json:1` was never verified as it stands" in ended.told
    assert "users.json" not in ended.told


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("policies", "code"), [("drifted stale", 0), ("drifted never-verified", 1), ("nonsense", 2)])
def test_policies_decide_the_colour(runner: str, policies: str, code: int, team: Team) -> None:
    """Red for what somebody named, and the checklist is there all the same; a misspelt policy is no green job."""
    ended = RUNNERS[runner](team, policies)
    assert ended.code == code, ended.log
    assert bool(ended.told) == (code < 2)


@pytest.mark.parametrize("runner", RUNNERS)
def test_names_of_files_are_no_code(runner: str, team: Team) -> None:
    """Whatever a request calls its mocks, nothing of it is run."""
    for name in ("$(touch owned)", "`touch owned`", "--fail-on=drifted", "'; touch owned; '"):
        write_stub(team.folder / "mocks/people", "/users", {"id": 1, "name": "A"}, name=name)
    team.commit()
    assert RUNNERS[runner](team, "").code == 0
    assert not list(team.folder.parent.rglob("owned"))


def test_the_comment_is_written_by_a_job_that_runs_nothing_of_the_repository(tmp_path: Path) -> None:
    """It takes the last comment's place; its token may write comments, and no other job's may write anything."""
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "review": {"contents": "read"}, "comment": {"pull-requests": "write"},
    }  # fmt: skip
    assert document(GITHUB_REVIEW)["permissions"] == {}
    assert "secrets." not in GITHUB_REVIEW.read_text(encoding="utf-8")
    assert not [step for step in JOBS["comment"]["steps"] if "checkout" in step.get("uses", "")]
    assert not [step for job in JOBS.values() for step in job["steps"] if "${{" in step.get("run", "")]
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin/gh"
    gh.write_text('#!/bin/sh\necho "$@" > "$GH_LOG"\n', encoding="utf-8")
    gh.chmod(0o755)
    known = {"github.token": "t", "github.repository": "team/shop", "github.event.pull_request.number": 7}
    lines, variables = _step("comment", "Put it below the pull request", known)
    script, log = tmp_path / "step.sh", tmp_path / "log"
    script.write_text(lines, encoding="utf-8")
    given = {**variables, "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "GH_LOG": str(log), "RUNNER_TEMP": "/t"}
    subprocess.run(["bash", "-eo", "pipefail", str(script)], env=given, check=True, timeout=30)
    assert log.read_text(encoding="utf-8").split() == [
        "pr", "comment", "7", "--edit-last", "--create-if-none", "--body-file", "/t/review/review.md",
    ]  # fmt: skip


@pytest.mark.parametrize(("head", "actor", "told", "is_run"), [
    ("team/shop", "ann", "yes", True), ("stranger/shop", "ann", "yes", False),
    ("team/shop", "dependabot[bot]", "yes", False), ("team/shop", "ann", None, False),
])  # fmt: skip
def test_who_gets_a_comment(head: str, actor: str, told: str | None, is_run: bool) -> None:
    """Those whose token may write; for the others the summary of the run has to do."""
    condition = JOBS["comment"]["if"].strip().removeprefix("${{").removesuffix("}}")
    known = {
        "github.actor": actor, "github.repository": "team/shop", "needs.review.outputs.told": told,
        "github.event.pull_request.head.repo.full_name": head,
    }  # fmt: skip
    assert bool(evaluated(condition, known)) is is_run


def test_a_merge_of_the_target_is_not_the_requests_fault(team: Team) -> None:
    """What others changed there since is not in the checklist: GitHub's merge commit has the base as first parent."""
    git(team.folder, "checkout", "--quiet", "-b", "main2", team.base)
    write_stub(team.folder / "mocks/people", "/users", {"id": 1, "name": "A", "age": 1})
    team.commit()
    git(team.folder, "checkout", "--quiet", "main")
    git(team.folder, "merge", "--quiet", "--no-edit", "main2")
    team.base = "main2"
    ended = _on_github(team, "")
    assert "2 mocks (1 added, 1 changed)" in ended.told
    assert "users.json" not in ended.told
