"""``heal --branch --commit``: what a CI job pushes, in a real checkout."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import call, untouched, write_config, write_stub
from tests.programs import program
from tests.repositories import git
from tests.servers import Answer, json_answer, serve

TODAY = {"/orders/1": {"id": 1, "customerName": "Eve"}, "/users/7": {"id": 8, "tier": "gold"}, "/users/8": {"id": "8"}}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout on its branch main, with mocks of two providers that have moved on."""
    program("git", "git")
    monkeypatch.chdir(tmp_path)
    write_stub(tmp_path / "mocks/orders", "/orders/1", {"id": 1, "customer_name": "Ada"})
    write_stub(tmp_path / "mocks/users", "/users/7", {"id": 7})
    write_stub(tmp_path / "mocks/users", "/users/8", {"id": 8})
    answers = {path: json_answer(json.dumps(body)) for path, body in TODAY.items()}
    with untouched(monkeypatch), serve(lambda request: answers.get(request.path, Answer(404))) as service:
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        write_config(
            tmp_path,
            {name: {"mocks": f"mocks/{name}", "target": service.url} for name in ("orders", "users")},
            samples=4,
        )
        git(tmp_path, "init", "--quiet", "--initial-branch", "main")
        git(tmp_path, "config", "user.name", "Ann")
        git(tmp_path, "config", "user.email", "ann@team.example")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "all of it")
        yield tmp_path


def said(folder: Path, *arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def state(folder: Path) -> tuple[str, ...]:
    """All that must stay as it is."""
    index = (folder / ".git/index").read_bytes().hex()
    return index, said(folder, "status", "--porcelain"), said(folder, "rev-parse", "--symbolic-full-name", "HEAD")


def test_a_commit_for_each_provider(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the findings as message; the checkout is as it was, and on the branch every mock tells the truth."""
    (project / "notes.txt").write_text("unfinished", encoding="utf-8")
    (project / "driftwatch.yaml").write_text((project / "driftwatch.yaml").read_text(encoding="utf-8") + "\n")
    kept = state(project)
    ran = call(capsys, "heal", "--branch", "heal-mocks", "--commit", "--format", "json")
    assert ran.code == 0
    assert state(project) == kept
    told = json.loads(ran.out)
    assert [(one["provider"], len(one["files"])) for one in told["branch"]["commits"]] == [("orders", 1), ("users", 2)]
    assert said(project, "log", "--format=%an <%ae> %s", "main..heal-mocks").splitlines() == [
        "Ann <ann@team.example> Heal the mocks of users: 2 findings",
        "Ann <ann@team.example> Heal the mocks of orders: 1 finding",
    ]
    body = said(project, "log", "-1", "--format=%b", "heal-mocks~1")
    assert "- breaking field-renamed /customer_name of GET /orders/{id}" in " ".join(body.split())
    assert all(finding["fingerprint"] in said(project, "log", "main..heal-mocks") for finding in told["healed"])
    git(project, "stash", "--quiet")
    git(project, "checkout", "--quiet", "heal-mocks")
    assert call(capsys, "audit", "--format", "json", "--fail-on", "info").code == 0


def test_what_is_not_committed_is_left_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mock that somebody has begun to change is not on the branch, and it is told: 1."""
    mine = project / "mocks/users/mappings/users-7.json"
    mine.write_text(mine.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    kept = state(project)
    ran = call(capsys, "heal", "--branch", "heal-mocks", "--commit")
    assert ran.code == 1
    assert state(project) == kept
    assert "users-7.json is not on it: it has changes that are not committed" in " ".join(ran.out.split())
    assert said(project, "diff", "--name-only", "main", "heal-mocks").split() == [
        "mocks/orders/mappings/orders-1.json", "mocks/users/mappings/users-8.json",
    ]  # fmt: skip
    assert "1 finding" in said(project, "log", "-1", "--format=%s", "heal-mocks")


def test_a_branch_that_is_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused before anybody is asked anything."""
    git(project, "branch", "heal-mocks")
    ran = call(capsys, "heal", "--branch", "heal-mocks", "--commit")
    assert (ran.code, ran.out) == (2, "")
    assert "--branch heal-mocks is there already" in ran.err


def test_nothing_to_heal_makes_no_branch(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A job that finds everything true has nothing to push."""
    ran = call(capsys, "heal", "--kind", "field-missing", "--branch", "heal-mocks", "--commit", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["branch"] == {"name": "heal-mocks", "is_made": False, "commits": [], "refused": []}
    assert said(project, "branch", "--list", "heal-mocks") == ""
