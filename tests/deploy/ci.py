"""CI files for tests: a scratch checkout, and what a runner would do with the shell lines of the example jobs.

Nothing of GitHub or GitLab runs here. What is replaced: the steps that use an action do nothing, and the one line that
installs driftwatch is left out, since the driftwatch of this tree comes first on the PATH. What a runner hands to a
step (files, variables, shell options) is as actions/runner and gitlab-runner hand it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cli.calling import PATIENCE, QUICK, plain_environment, write_stub
from tests.conftest import ROOT
from tests.repositories import git
from tests.servers import Answer, Received, json_answer

GITHUB: Final = ROOT / "deploy/ci/github/driftwatch.yml"
GITLAB: Final = ROOT / "deploy/ci/gitlab/driftwatch.gitlab-ci.yml"
GITHUB_DEPLOYED: Final = ROOT / "deploy/ci/github/driftwatch-deployed.yml"
GITLAB_DEPLOYED: Final = ROOT / "deploy/ci/gitlab/driftwatch-deployed.gitlab-ci.yml"
GITHUB_HEAL: Final = ROOT / "deploy/ci/github/driftwatch-heal.yml"
GITLAB_HEAL: Final = ROOT / "deploy/ci/gitlab/driftwatch-heal.gitlab-ci.yml"
GITHUB_REVIEW: Final = ROOT / "deploy/ci/github/driftwatch-review.yml"
GITLAB_REVIEW: Final = ROOT / "deploy/ci/gitlab/driftwatch-review.gitlab-ci.yml"
TOKEN: Final = "sesame-5f0c1a"
ANSWERS: Final = {
    **{f"/{name}": {"id": 1, "amount": 5} for name in ("charges", "fees", "payouts", "refunds")},
    **{f"/{name}": {"id": 2, "name": "Ada"} for name in ("teams", "users")},
}
_EXPRESSION: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORD: Final = re.compile(r"'[^']*'|&&|\|\||!=|==|[!()]|[\w.-]+(?:\(\))?")


# the team's repository and its staging


@dataclass(slots=True)
class Team:
    """A scratch checkout with a config, mocks of two providers and a branch with somebody's change."""

    folder: Path
    base: str = ""
    """The commit that the change goes into."""

    @classmethod
    def at(cls, folder: Path, url: str) -> "Team":
        """The default branch, where every mock tells the truth."""
        folder.mkdir()
        auth = {"bearer": {"token": "${env:STAGING_TOKEN}"}}
        providers = {name: {"mocks": f"mocks/{name}", "target": url, "auth": auth} for name in ("payments", "people")}
        config = {"probing": dict(QUICK), "providers": providers}
        (folder / "driftwatch.yaml").write_text(json.dumps(config), encoding="utf-8")
        (folder / ".gitignore").write_text("driftwatch-reports/\n.driftwatch/\n", encoding="utf-8")
        write_stub(folder / "mocks/payments", "/charges", ANSWERS["/charges"])
        write_stub(folder / "mocks/people", "/users", ANSWERS["/users"])
        (folder / "mocks/README.md").write_text("# Mocks\n", encoding="utf-8")
        git(folder, "init", "--quiet", "--initial-branch", "main")
        team = cls(folder)
        team.base = team.commit()
        return team

    def commit(self) -> str:
        """Everything that lies there; returns the commit."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.head()

    def head(self) -> str:
        """The commit that is checked out."""
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return found.stdout.strip()

    def merged(self) -> None:
        """Check out what GitHub does for a pull request: its commit merged into the base, on no branch."""
        change = self.head()
        git(self.folder, "checkout", "--quiet", "--detach", self.base)
        git(self.folder, "merge", "--quiet", "--no-ff", "--no-edit", change)


def staging(request: Received) -> Answer:
    """Knows one token, and answers what the mocks on the default branch say."""
    if request.header("Authorization") != f"Bearer {TOKEN}":
        return Answer(401, (("WWW-Authenticate", "Bearer"),))
    return json_answer(json.dumps(ANSWERS[request.path])) if request.path in ANSWERS else Answer(404)


# what runners do


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a job."""

    code: int
    log: str
    """What the job's page shows: both streams."""
    reports: Path
    """The folder of the reports."""
    outputs: str = ""
    summary: Path | None = None
    """What GitHub shows on the run's page."""


def on_github(team: Team, secrets: Mapping[str, str], *, pull_request: bool) -> Ended:
    """Run the shell lines of the job ``audit``, step by step."""
    place = team.folder.parent
    runner = {"temp": place / "runner-temp", "summary": place / "summary.md", "output": place / "output"}
    runner["temp"].mkdir()
    for file in (runner["summary"], runner["output"]):
        file.touch()
    if pull_request:
        team.merged()
    known = {"secrets.STAGING_TOKEN": secrets.get("STAGING_TOKEN"), **_github_event(pull_request=pull_request)}
    given = {
        "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(runner["temp"]),
        "GITHUB_STEP_SUMMARY": str(runner["summary"]), "GITHUB_OUTPUT": str(runner["output"]),
    }  # fmt: skip
    ran = subprocess.CompletedProcess[str]([], 0, "")
    for step in _github_steps():
        environment = {name: filled(str(value), known) for name, value in step.get("env", {}).items()}
        script = place / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        ran = _run(command, team.folder, given | environment)
        if ran.returncode:
            break
    written = runner["output"].read_text(encoding="utf-8")
    return Ended(ran.returncode, ran.stdout, runner["temp"] / "driftwatch", written, runner["summary"])


def _github_steps() -> Iterator[dict[str, Any]]:
    """Those with shell lines, but for the installation."""
    steps = document(GITHUB)["jobs"]["audit"]["steps"]
    yield from (step for step in steps if "run" in step and not step["name"].startswith("Install"))


def _github_event(*, pull_request: bool) -> dict[str, object]:
    return {"github.event.pull_request.number": "7" if pull_request else None}


def on_gitlab(
    team: Team, variables: Mapping[str, str], *, merge_request: bool, shell: str = "bash", given: Mapping[str, str] = {}
) -> Ended:
    """Run the job's script in one shell; a runner uses bash where the image has it, and else sh."""
    job = document(GITLAB)["driftwatch"]
    predefined = {
        "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": str(team.folder), "CI_NODE_TOTAL": "1",
        "CI_PIPELINE_SOURCE": "merge_request_event" if merge_request else "schedule",
    }  # fmt: skip
    if merge_request:
        predefined |= {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": team.base}
    own = {name: _expanded(str(value), predefined) for name, value in job["variables"].items()}
    script = team.folder.parent / "script.sh"
    script.write_text("\n".join(job["script"]), encoding="utf-8")
    options = ["-eo", "pipefail"] if shell == "bash" else ["-e"]
    ran = _run([shell, *options, str(script)], team.folder, {**predefined, **own, **variables, **given})
    return Ended(ran.returncode, ran.stdout, team.folder / "driftwatch-reports")


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda found: variables.get(found[1], ""), text)


def _run(command: list[str], folder: Path, given: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    shim = folder.parent / "bin"
    shim.mkdir(exist_ok=True)
    (shim / "driftwatch").write_text(
        f'#!/bin/sh\nexec {sys.executable} -W error -m driftwatch "$@"\n', encoding="utf-8"
    )
    (shim / "driftwatch").chmod(0o755)
    mine = {name: value for name, value in plain_environment().items() if name != "STAGING_TOKEN"}
    environment = {**mine, "PATH": f"{shim}{os.pathsep}{mine['PATH']}", "HOME": str(folder.parent), **given}
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=2 * PATIENCE, check=False,
    )  # fmt: skip


# their languages


def document(path: Path) -> Any:
    """The file as YAML 1.2 has it, where ``on`` is a word and not a truth value."""
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def filled(text: str, known: Mapping[str, object]) -> str:
    """A text with its ``${{ }}`` filled in; what has no value becomes nothing, an unknown name is a ``KeyError``."""
    return _EXPRESSION.sub(lambda found: str(evaluated(found[1], known) or ""), text)


def evaluated(expression: str, known: Mapping[str, object]) -> object:
    """An expression of GitHub's with values of a pull request or a schedule; `cancelled()` is false."""
    signs = {"&&": " and ", "||": " or ", "!": " not ", "cancelled()": "False", "true": "True", "null": "None"}
    words = _WORD.findall(expression)
    assert "".join(words) == re.sub(r"\s", "", expression), expression
    python = "".join(
        word if word[0] in "'()" or word in ("==", "!=") else signs.get(word) or repr(known[word]) for word in words
    )
    return eval(python, {"__builtins__": {}})  # noqa: S307 - our own file's conditions, word by word
