"""The example jobs for GitHub and GitLab as files: their schemas, their shell, the rights they ask for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch import __version__
from tests.deploy.ci import (
    GITHUB,
    GITHUB_DEPLOYED,
    GITHUB_HEAL,
    GITHUB_REVIEW,
    GITLAB,
    GITLAB_DEPLOYED,
    GITLAB_HEAL,
    GITLAB_REVIEW,
    document,
    evaluated,
    filled,
)

WORKFLOW: Final[dict[str, Any]] = document(GITHUB)
JOB: Final[dict[str, Any]] = document(GITLAB)["driftwatch"]
STEPS: Final = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    "path",
    [GITHUB, GITHUB_DEPLOYED, GITHUB_HEAL, GITHUB_REVIEW, GITLAB, GITLAB_DEPLOYED, GITLAB_HEAL, GITLAB_REVIEW],
    ids=lambda path: path.stem,
)
def test_a_file_has_its_schema(path: Path, tmp_path: Path) -> None:
    """The published schema takes it, and refuses it with a misspelt key."""
    schema = "vendor.gitlab-ci" if path.suffixes[0] == ".gitlab-ci" else "vendor.github-workflows"
    wrong = tmp_path / path.name
    wrong.write_text(path.read_text(encoding="utf-8").replace("timeout", "time-out", 1), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    good, bad = (
        subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=60, check=False)
        for file in (path, wrong)
    )
    assert good.returncode == 0, good.stdout
    assert bad.returncode == 1


SHELL: Final = {
    **{f"github {step['name']}": ("bash", step["run"]) for step in STEPS if "run" in step},
    "github deployed": ("bash", document(GITHUB_DEPLOYED)["jobs"]["tell"]["steps"][0]["run"]),
    **{
        f"github {which} {step['name']}": ("bash", step["run"])
        for which, path in (("heal", GITHUB_HEAL), ("review", GITHUB_REVIEW))
        for job in document(path)["jobs"].values()
        for step in job["steps"]
        if "run" in step
    },
    "gitlab review": ("sh", "\n".join(document(GITLAB_REVIEW)["driftwatch-review"]["script"])),
    "gitlab heal": ("sh", "\n".join(document(GITLAB_HEAL)["driftwatch-heal"]["script"])),
    "gitlab": ("sh", "\n".join([*JOB["before_script"], *JOB["script"]])),
    "gitlab deployed": ("sh", "\n".join(document(GITLAB_DEPLOYED)["driftwatch-deployed"]["script"])),
}


@pytest.mark.parametrize("name", SHELL)
def test_shell_lines_are_clean(name: str) -> None:
    """No complaint of shellcheck's, and GitLab's are for any POSIX shell."""
    dialect, script = SHELL[name]
    shellcheck = Path(sys.executable).parent / "shellcheck"
    command = [str(shellcheck), "--shell", dialect, "--severity", "style", "-"]
    ran = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout


# GitHub


def test_jobs_have_the_least_rights() -> None:
    """None by default; reading to audit; writing where nothing of the repository runs, and there alone."""
    rights = {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()}
    assert WORKFLOW["permissions"] == {}
    assert rights == {"audit": {"contents": "read"}, "code-scanning": {"security-events": "write", "actions": "read"}}
    assert not [step for step in WORKFLOW["jobs"]["code-scanning"]["steps"] if "run" in step]
    assert not [step for step in WORKFLOW["jobs"]["code-scanning"]["steps"] if "checkout" in step["uses"]]
    (checkout,) = (step for step in STEPS if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_secrets_go_to_one_step() -> None:
    """Only the audit sees staging's credentials, and no expression stands in a script, where it would be code."""
    with_secrets = [step.get("name") for step in STEPS if "secrets." in str(step)]
    assert with_secrets == ["Audit"]
    assert not [step["name"] for step in STEPS if "${{" in step.get("run", "")]
    assert "secrets." not in str({key: value for key, value in WORKFLOW.items() if key != "jobs"})


def test_it_runs_when_it_should() -> None:
    """By schedule off the full hour, and for pull requests that touch mocks or config; no fork gets secrets."""
    triggers = WORKFLOW["on"]
    assert triggers.keys() == {"schedule", "pull_request", "workflow_dispatch"}
    (cron,) = (one["cron"] for one in triggers["schedule"])
    assert cron.split()[0] not in ("0", "*", "30")
    assert {"mocks/**", "driftwatch.yaml"} <= set(triggers["pull_request"]["paths"])
    assert all(0 < job["timeout-minutes"] <= 30 for job in WORKFLOW["jobs"].values())


def test_what_is_to_be_pinned_says_so() -> None:
    """Every action stands with its version and the reminder to pin it; driftwatch's own version is this one."""
    text = GITHUB.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert len(uses) == len([step for step in STEPS if "uses" in step]) + 1  # the comment at the top shows the form
    for action, comment in uses[1:]:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", action)
        assert comment.strip() == "# pin"
    for path in (GITHUB, GITHUB_HEAL, GITHUB_REVIEW, GITLAB, GITLAB_HEAL, GITLAB_REVIEW):
        assert f'"driftwatch-audit=={__version__}"' in path.read_text(encoding="utf-8")


CONDITIONS: Final = [
    ("schedule", None, "bot", "yes", True),
    ("pull_request", "team/shop", "ann", "yes", True),
    ("pull_request", "stranger/shop", "ann", "yes", False),
    ("pull_request", "team/shop", "dependabot[bot]", "yes", False),
    ("schedule", None, "bot", None, False),
]


@pytest.mark.parametrize(("event", "head", "actor", "told", "is_run"), CONDITIONS)
def test_who_tells_code_scanning(event: str, head: str | None, actor: str, told: str | None, is_run: bool) -> None:
    """Only runs with a report whose token may write: no fork's, no Dependabot's."""
    condition = WORKFLOW["jobs"]["code-scanning"]["if"].strip().removeprefix("${{").removesuffix("}}")
    known = {
        "github.event_name": event, "github.actor": actor, "github.repository": "team/shop",
        "github.event.pull_request.head.repo.full_name": head, "needs.audit.outputs.told": told,
    }  # fmt: skip
    assert bool(evaluated(condition, known)) is is_run


def test_a_newer_push_ends_the_older_audit() -> None:
    """Of one pull request; scheduled audits and those of other pull requests go on."""
    group = WORKFLOW["concurrency"]["group"]
    names = [
        filled(group, {"github.event.pull_request.number": number, "github.ref": "refs/heads/main"})
        for number in (7, 8, None)
    ]
    assert len(set(names)) == 3
    cancel = WORKFLOW["concurrency"]["cancel-in-progress"]
    assert [filled(cancel, {"github.event_name": event}) for event in ("pull_request", "schedule")] == ["True", ""]


def test_what_is_remembered_is_what_scheduled_audits_saw() -> None:
    """A pull request reads the store and does not write it; drift that fails a run is kept as well."""
    restore, save = (step for step in STEPS if "/cache/" in step.get("uses", ""))
    assert restore["with"]["path"] == save["with"]["path"] == ".driftwatch"
    assert restore["with"]["key"] == save["with"]["key"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    condition = save["if"].removeprefix("${{").removesuffix("}}")
    kept = {
        event: bool(evaluated(condition, {"github.event_name": event, "steps.audit.outputs.told": "yes"}))
        for event in ("schedule", "pull_request")
    }
    assert kept == {"schedule": True, "pull_request": False}


# GitLab


def test_the_gitlab_job_runs_when_it_should() -> None:
    """By schedule, where nothing is excused, and for merge requests that touch mocks, where 3 is."""
    schedule, merge_request = JOB["rules"]
    assert schedule == {"if": '$CI_PIPELINE_SOURCE == "schedule"', "allow_failure": False}
    assert merge_request["if"] == '$CI_PIPELINE_SOURCE == "merge_request_event"'
    assert {"mocks/**/*", "driftwatch.yaml"} <= set(merge_request["changes"])
    assert JOB["allow_failure"] == {"exit_codes": [3]}


def test_the_gitlab_job_keeps_its_reports() -> None:
    """Also of a failed audit; the one that GitLab reads is among them."""
    artifacts = JOB["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["reports"]["junit"].startswith(artifacts["paths"][0])
    assert artifacts["reports"]["junit"].endswith(".xml")
