"""The example jobs that tell of a deployment: their one line of curl, put to a real daemon."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.test_serve import PAYMENT, running, write_config
from tests.deploy.ci import GITHUB_DEPLOYED, GITLAB_DEPLOYED, document, filled
from tests.programs import program
from tests.servers import closed_port, serve

COMMIT: Final = "9fceb02d0ae598e95dc970b74767f19372d61af8"
TOKEN: Final = "token-of-the-pipeline"
GIVEN: Final = {
    "secrets.token": TOKEN, "inputs.provider": "payments", "inputs.version": COMMIT, "github.run_id": "17",
    "github.server_url": "https://github.com", "github.repository": "team/payments",
}  # fmt: skip


def _job(name: str) -> tuple[list[str], dict[str, str]]:
    """The command of a job, and the variables that its runner gives it."""
    if name == "github":
        (step,) = document(GITHUB_DEPLOYED)["jobs"]["tell"]["steps"]
        return ["bash", "-eo", "pipefail", "-c", step["run"]], {
            variable: filled(value, GIVEN) for variable, value in step["env"].items()
        }
    job = document(GITLAB_DEPLOYED)["driftwatch-deployed"]
    given = {
        "CI_COMMIT_SHA": COMMIT, "CI_PIPELINE_URL": "https://gitlab.com/team/payments/-/pipelines/17",
        "DRIFTWATCH_DEPLOYS_TOKEN": TOKEN,
    }  # fmt: skip
    return ["sh", "-e", "-c", "\n".join(job["script"])], {**job["variables"], **given}


def _run(name: str, url: str, *, retries: int = 5, **more: str) -> "subprocess.CompletedProcess[str]":
    command, variables = _job(name)
    assert variables["URL"].startswith("https://")
    assert "--retry 5 " in command[-1]
    command[-1] = command[-1].replace("--retry 5 ", f"--retry {retries} ")
    path = f"{Path(program('curl', 'curl')).parent}:/bin:/usr/bin"
    environment = {"PATH": path, **variables, **more, "URL": url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_a_daemon_hears_of_it(name: str, tmp_path: Path) -> None:
    """It is kept once, with version and link; with another token it is refused, and the job says so."""
    with serve({"/payments/7": PAYMENT}) as staging:
        config = write_config(tmp_path, staging, deploys={"webhook": {"token": "${env:DEPLOYS_TOKEN}"}})
        with running(config, DEPLOYS_TOKEN=TOKEN) as daemon:
            first, again = _run(name, daemon.url), _run(name, daemon.url)
            refused = _run(name, daemon.url, TOKEN="x", DRIFTWATCH_DEPLOYS_TOKEN="x")
    told: dict[str, Any] = json.loads(first.stdout)
    assert first.returncode == again.returncode == 0, first.stderr
    assert (told["is_new"], json.loads(again.stdout)["is_new"]) == (True, False)
    assert (told["rollout"]["provider"], told["rollout"]["version"]) == ("payments", COMMIT)
    assert told["rollout"]["link"].endswith("/17")
    assert refused.returncode != 0
    assert json.loads(refused.stdout)["error"]["status"] == 401


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_what_deploys_does_not_depend_on_it(name: str) -> None:
    """A daemon that is down fails the line and not the deployment."""
    assert _run(name, f"http://127.0.0.1:{closed_port()}", retries=0).returncode != 0
    excused = document(GITLAB_DEPLOYED)["driftwatch-deployed"]["allow_failure"]
    assert excused is document(GITHUB_DEPLOYED)["jobs"]["tell"]["continue-on-error"] is True
