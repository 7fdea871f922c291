"""The example jobs that heal: their shell lines, really run in a scratch checkout, up to the request that they open."""

import json
import subprocess
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cli.calling import write_stub
from tests.deploy import ci
from tests.deploy.ci import GITHUB_HEAL, GITLAB_HEAL, TOKEN, Team, document, filled, staging
from tests.programs import program
from tests.repositories import git
from tests.servers import closed_port, serve

pytestmark = pytest.mark.timeout(180)
JOBS: Final[dict[str, Any]] = document(GITHUB_HEAL)["jobs"]
GH: Final = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$1 $2" in "pr list") echo "${GH_OPEN:-0}" ;; "pr create") cat "${10}" >> "$GH_LOG.body" ;; esac
"""
HOOK: Final = '#!/bin/sh\nfor n in 0 1 2 3; do eval echo "\\$GIT_PUSH_OPTION_$n"; done >> options\n'


class Forge:
    """The team's checkout, and the repository that a runner fetched it from."""

    def __init__(self, folder: Path, url: str, *, is_drifted: bool = True) -> None:
        program("git", "git")
        self.folder = folder
        self.team = Team.at(folder / "checkout", url)
        if is_drifted:
            write_stub(self.team.folder / "mocks/payments", "/fees", {"id": "3", "amount": 1})
            write_stub(self.team.folder / "mocks/people", "/teams", {"id": 2, "name": 7})
        self.team.commit()
        self.origin = folder / "origin.git"
        git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git(self.origin, "config", "receive.advertisePushOptions", "true")
        hook = self.origin / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        git(self.team.folder, "remote", "add", "origin", str(self.origin))
        git(self.team.folder, "push", "--quiet", "origin", "main")
        hook.write_text(HOOK, encoding="utf-8")
        hook.chmod(0o755)

    def run(self, shell: list[str], lines: str, where: Path, given: Mapping[str, str]) -> tuple[int, str]:
        """A step's lines; exit code and log."""
        script = self.folder / "step.sh"
        script.write_text(lines, encoding="utf-8")
        ran = ci._run([*shell, str(script)], where, given)
        return ran.returncode, ran.stdout

    def said(self, *arguments: str) -> str:
        """What git says in the origin."""
        return subprocess.run(["git", *arguments], cwd=self.origin, capture_output=True, text=True, check=True).stdout


@contextmanager
def _service() -> Any:
    with serve(staging) as running:
        yield running.url


def _step(job: str, name: str) -> tuple[str, dict[str, str]]:
    """A step's lines and its variables."""
    (step,) = (step for step in JOBS[job]["steps"] if step.get("name") == name)
    known = {"secrets.STAGING_TOKEN": TOKEN, "github.token": "gh-token", "github.ref_name": "main"}
    variables = {key: filled(str(value), known) for key, value in step.get("env", {}).items()}
    return step["run"], {**JOBS[job]["env"], **variables}


BASH: Final = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]


def _by_github(forge: Forge, given: Mapping[str, str]) -> tuple[int, str]:
    """Both jobs, the second one in a checkout of its own."""
    temp, output = forge.folder / "temp", forge.folder / "output"
    temp.mkdir()
    output.touch()
    runner = {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(output), "GH_LOG": str(forge.folder / "gh"), **given}
    lines, variables = _step("heal", "Heal")
    code, log = forge.run(BASH, lines, forge.team.folder, {**runner, **variables})
    if code or "healed=yes" not in output.read_text(encoding="utf-8"):
        return code, log
    other = forge.folder / "other" / "checkout"
    other.parent.mkdir()
    git(forge.folder, "clone", "--quiet", str(forge.origin), str(other))
    (other.parent / "bin").mkdir()
    (other.parent / "bin/gh").write_text(GH, encoding="utf-8")
    (other.parent / "bin/gh").chmod(0o755)
    lines, variables = _step("propose", "Open the pull request")
    assert TOKEN not in str(variables)
    code, more = forge.run(BASH, lines, other, {**runner, **variables})
    return code, log + more


def _by_gitlab(forge: Forge, given: Mapping[str, str]) -> tuple[int, str]:
    job = yaml.safe_load(GITLAB_HEAL.read_text(encoding="utf-8"))["driftwatch-heal"]
    variables = {key: str(value) for key, value in job["variables"].items()}
    predefined = {"CI_DEFAULT_BRANCH": "main", "REMOTE": str(forge.origin), "HEAL_TOKEN": "heal-token"}
    named = {**variables, **predefined, "STAGING_TOKEN": TOKEN, **given}
    git(forge.team.folder, "checkout", "--quiet", "--detach")  # as a runner does
    return forge.run(["sh", "-e"], "\n".join(job["script"]), forge.team.folder, named)


RUNNERS: Final = {"github": _by_github, "gitlab": _by_gitlab}


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_request_is_opened(runner: str, tmp_path: Path) -> None:
    """The branch is pushed, with a commit for each provider, and the platform's own command asks for the request."""
    with _service() as url:
        forge = Forge(tmp_path, url)
        code, log = RUNNERS[runner](forge, {})
    assert code == 0, log
    subjects = forge.said("log", "--format=%an %s", "main..driftwatch-heal").splitlines()
    assert subjects == [
        "driftwatch Heal the mocks of people: 1 finding", "driftwatch Heal the mocks of payments: 1 finding",
    ]  # fmt: skip
    healed = json.loads(forge.said("show", "driftwatch-heal:mocks/people/mappings/teams.json"))
    assert isinstance(healed["response"]["jsonBody"]["name"], str)
    assert TOKEN not in log
    if runner == "github":
        asked = (tmp_path / "gh").read_text(encoding="utf-8").splitlines()
        assert asked[-1].startswith("pr create --base main --head driftwatch-heal --title Heal mocks that have drifted")
        body = next((tmp_path / "temp").rglob("body.md")).read_text(encoding="utf-8")
        assert "type-changed /name of GET /teams" in " ".join(body.split())
    else:
        options = (forge.origin / "options").read_text(encoding="utf-8").split("\n")
        assert options[:3] == [
            "merge_request.create", "merge_request.target=main", "merge_request.title=Heal mocks that have drifted",
        ]  # fmt: skip
        assert "heal-token" not in log


@pytest.mark.parametrize("runner", RUNNERS)
def test_nothing_to_heal_opens_nothing(runner: str, tmp_path: Path) -> None:
    """The job is green, and nothing is pushed."""
    with _service() as url:
        forge = Forge(tmp_path, url, is_drifted=False)
        code, log = RUNNERS[runner](forge, {})
    assert code == 0, log
    assert "Nothing was healed." in log
    assert forge.said("branch", "--list", "driftwatch-heal") == ""


@pytest.mark.parametrize("runner", RUNNERS)
def test_an_open_request_is_left_alone(runner: str, tmp_path: Path) -> None:
    """Somebody may have gone on with it: its branch stays as it is."""
    with _service() as url:
        forge = Forge(tmp_path, url)
        git(forge.origin, "branch", "driftwatch-heal", "main")
        code, log = RUNNERS[runner](forge, {"GH_OPEN": "1"})
    assert code == 0, log
    assert forge.said("rev-parse", "driftwatch-heal") == forge.said("rev-parse", "main")


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_cannot_work_is_red(runner: str, tmp_path: Path) -> None:
    """A config that is wrong ends the job with 2; a staging that is down heals nothing and opens nothing."""
    forge = Forge(tmp_path, f"http://127.0.0.1:{closed_port()}")
    config = forge.team.folder / "driftwatch.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace('"mocks"', '"mock"'), encoding="utf-8")
    code, log = RUNNERS[runner](forge, {})
    assert code == 2, log


def test_the_token_that_may_write_meets_nothing_of_the_repository() -> None:
    """The second job runs no tool but git and gh, and the first one may only read."""
    assert JOBS["heal"]["permissions"] == {"contents": "read"}
    assert JOBS["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert "secrets." not in str(JOBS["propose"])
    assert "driftwatch heal" not in str([step.get("run") for step in JOBS["propose"]["steps"]])
    assert not [step for job in JOBS.values() for step in job["steps"] if "${{" in step.get("run", "")]
