"""A branch with healed mocks, in real repositories: what is on it, and that nothing else has changed."""

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from driftwatch.checkout.branch import NewBranch
from driftwatch.checkout.git import GitFailedError
from driftwatch.model.branch import Healed
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError
from tests.programs import program
from tests.repositories import git

BEFORE: Final = b'{"id": 1}\n'
AFTER: Final = b'{"id": "1"}\n'
_WHO: Final = {"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@a.example", "GIT_COMMITTER_NAME": "Bot",
               "GIT_COMMITTER_EMAIL": "bot@a.example"}  # fmt: skip


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with committed mocks, on its branch main; somebody is known to git."""
    program("git", "git")
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name, value in _WHO.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "team"
    for file in ("mocks/orders/a.json", "mocks/orders/b.json", "mocks/users/ü c.json"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(BEFORE)
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "mocks")
    return root


def said(root: Path, *arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


def draft(root: Path, file: str, before: bytes = BEFORE, after: bytes = AFTER) -> Draft:
    """A healed file."""
    return Draft(file, str(root / file), before, after)


def healed(root: Path, *files: str, provider: str = "orders") -> Healed:
    """One commit's files."""
    return commit_of(provider, *(draft(root, file) for file in files))


def commit_of(provider: str, *drafts: Draft) -> Healed:
    """One commit of these drafts, each on its own."""
    return Healed(provider, tuple((one,) for one in drafts), lambda files: f"Heal the mocks of {provider}\n\n{files}\n")


def state(root: Path) -> tuple[str, ...]:
    """All that must stay: the files, the index to the byte, the branch that is checked out, its reflog."""
    index = (root / ".git/index").read_bytes().hex()
    files = [f"{file}:{file.read_bytes().hex()}" for file in sorted(root.glob("mocks/**/*")) if file.is_file()]
    return (index, said(root, "rev-parse", "--symbolic-full-name", "HEAD"), said(root, "reflog"), *files)


def test_one_commit_for_each_provider(team: Path) -> None:
    """Each with its message and its files, on top of the commit that is checked out; all else is as it was."""
    kept = state(team)
    commits = [
        healed(team, "mocks/orders/a.json", "mocks/orders/b.json"),
        healed(team, "mocks/users/ü c.json", provider="users"),
    ]
    made = NewBranch.at(team / "mocks", "heal/mocks").commit(commits)
    assert state(team) == kept
    assert [(one.provider, len(one.files)) for one in made.commits] == [("orders", 2), ("users", 1)]
    assert made.refused == ()
    log = said(team, "log", "--format=%an %cn %s", "main..heal/mocks").splitlines()
    assert log == ["Ann Bot Heal the mocks of users", "Ann Bot Heal the mocks of orders"]
    assert said(team, "merge-base", "main", "heal/mocks") == said(team, "rev-parse", "main")
    assert said(team, "-c", "core.quotePath=false", "diff", "--name-only", "heal/mocks~1", "heal/mocks") == (
        "mocks/users/ü c.json\n"
    )
    for file in ("mocks/orders/a.json", "mocks/users/ü c.json"):
        assert said(team, "show", f"heal/mocks:{file}").encode() == AFTER
    assert said(team, "rev-parse", "heal/mocks").strip() == made.commits[-1].id
    assert said(team, "fsck", "--strict", "--no-dangling").strip() == ""


def test_no_commit_is_empty(team: Path) -> None:
    """Of two providers with one file, the second has no commit where the first one's made all of its changes."""
    both = [healed(team, "mocks/orders/a.json"), healed(team, "mocks/orders/a.json", provider="users")]
    third = healed(team, "mocks/orders/b.json", provider="third")
    made = NewBranch.at(team, "heal").commit([*both, third])
    assert [(one.provider, one.files) for one in made.commits] == [
        ("orders", ("mocks/orders/a.json",)), ("third", ("mocks/orders/b.json",)),
    ]  # fmt: skip
    assert made.refused == ()
    assert said(team, "log", "--format=%s", "main..heal").splitlines() == [
        "Heal the mocks of third", "Heal the mocks of orders",
    ]  # fmt: skip


def test_uncommitted_work_never_gets_in(team: Path) -> None:
    """Neither edits of the file itself, staged or not, nor those of any other; the file is left out and told."""
    (team / "mocks/orders/b.json").write_bytes(b'{"id": 1, "mine": true}\n')
    (team / "mocks/users/ü c.json").write_bytes(b'{"id": 2}\n')
    git(team, "add", "mocks/users/ü c.json")
    (team / "mocks/users/ü c.json").write_bytes(BEFORE)
    (team / "mocks/new.json").write_bytes(BEFORE)
    (team / "mocks/other.txt").write_bytes(b"unfinished")
    git(team, "add", "mocks/other.txt")
    kept = state(team)
    edited = draft(team, "mocks/orders/b.json", b'{"id": 1, "mine": true}\n', b'{"id": "1", "mine": true}\n')
    files = ("mocks/orders/a.json", "mocks/users/ü c.json", "mocks/new.json")
    one = commit_of("orders", *(draft(team, file) for file in files), edited)
    made = NewBranch.at(team, "heal").commit([one])
    assert state(team) == kept
    assert [commit.files for commit in made.commits] == [("mocks/orders/a.json",)]
    assert {one.file: one.reason.split(":")[0] for one in made.refused} == {
        "mocks/users/ü c.json": "changes of it are staged",
        "mocks/new.json": "it is not committed",
        "mocks/orders/b.json": "it has changes that are not committed",
    }
    assert said(team, "diff", "--name-only", "main", "heal") == "mocks/orders/a.json\n"


def test_what_belongs_together_stays_together(team: Path) -> None:
    """Of a stub and its body's file neither is committed if one of them has unfinished work."""
    (team / "mocks/orders/b.json").write_bytes(b"{}\n")
    a, b, c = (draft(team, f"mocks/{file}.json") for file in ("orders/a", "orders/b", "users/ü c"))
    made = NewBranch.at(team, "heal").commit([Healed("orders", ((a, b), (c,)), lambda files: f"{len(files)} file\n")])
    assert [commit.files for commit in made.commits] == [(c.file,)]
    assert [one.file for one in made.refused] == [b.file, a.file]
    assert said(team, "log", "-1", "--format=%s", "heal") == "1 file\n"


def test_nothing_to_commit_makes_no_branch(team: Path) -> None:
    """Where every file is refused there is no branch, and the name is still free."""
    (team / "mocks/orders/a.json").write_bytes(b"{}\n")
    made = NewBranch.at(team, "heal").commit([commit_of("o", draft(team, "mocks/orders/a.json", b"{}\n"))])
    assert (made.commits, len(made.refused)) == ((), 1)
    assert said(team, "branch", "--list", "heal") == ""


def test_line_ends_are_committed_as_they_were(team: Path) -> None:
    """What git checked out with CRLF and holds with LF is committed with LF."""
    file = "mocks/orders/a.json"
    (team / file).write_bytes(BEFORE.replace(b"\n", b"\r\n"))
    crlf = draft(team, file, BEFORE.replace(b"\n", b"\r\n"), AFTER.replace(b"\n", b"\r\n"))
    made = NewBranch.at(team, "heal").commit([commit_of("orders", crlf)])
    assert made.refused == ()
    assert said(team, "show", f"heal:{file}").encode() == AFTER


def test_a_mode_and_a_link_are_kept(team: Path) -> None:
    """An executable file stays one; a file that is reached by a link is committed where it is."""
    (team / "mocks/orders/a.json").chmod(0o755)
    (team / "stubs").symlink_to("mocks/orders")
    git(team, "add", "--all")
    git(team, "commit", "--quiet", "--message", "mode and link")
    reached = Draft("stubs/a.json", str((team / "stubs/a.json").resolve()), BEFORE, AFTER)
    made = NewBranch.at(team, "heal").commit([commit_of("orders", reached)])
    assert made.refused == ()
    changed = said(team, "diff", "--raw", "--abbrev=4", "main", "heal").split()
    assert (changed[0], changed[1], changed[-1]) == (":100755", "100755", "mocks/orders/a.json")


def test_hooks_and_filters_are_not_run(team: Path) -> None:
    """Nothing that the repository configures is run, however it is asked for."""
    ran = team / "ran"
    script = f"#!/bin/sh\necho ran >> {ran}\n"
    hooks = ("pre-commit", "post-commit", "reference-transaction", "post-index-change", "commit-msg")
    for name in hooks:
        hook = team / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(script, encoding="utf-8")
        hook.chmod(0o755)
    (team / "filter.sh").write_text(script + "cat\n", encoding="utf-8")
    (team / "filter.sh").chmod(0o755)
    (team / ".gitattributes").write_text("*.json filter=ours\n", encoding="utf-8")
    git(team, "config", "filter.ours.clean", str(team / "filter.sh"))
    git(team, "config", "core.fsmonitor", str(team / "filter.sh"))
    made = NewBranch.at(team, "heal").commit([healed(team, "mocks/orders/a.json")])
    assert len(made.commits) == 1
    assert not ran.exists()


REFUSED: Final = {
    "there already": ("main", "is there already"),
    "no name": ("a..b", "no such name"),
    "an option": ("--help", "no such name"),
    "a lock": ("x.lock", "no such name"),
    "what is checked out": ("HEAD", "no such name"),
    "the same, short": ("@", "no such name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_name_that_cannot_be(case: str, team: Path) -> None:
    """It is told before anything is asked or made."""
    name, told = REFUSED[case]
    with pytest.raises(UsageError, match=told):
        NewBranch.at(team, name)


def test_somebody_must_commit(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is guessed from the machine; the message says what to set."""
    for name in _WHO:
        monkeypatch.delenv(name)
    with pytest.raises(UsageError, match=r"git config user\.name"):
        NewBranch.at(team, "heal")
    git(team, "config", "user.name", "Ann")
    git(team, "config", "user.email", "ann@a.example")
    assert NewBranch.at(team, "heal").name == "heal"


def test_a_branch_that_somebody_makes_meanwhile(team: Path) -> None:
    """It is not moved."""
    new = NewBranch.at(team, "heal")
    git(team, "branch", "heal")
    with pytest.raises(GitFailedError, match="update-ref"):
        new.commit([healed(team, "mocks/orders/a.json")])
    assert said(team, "rev-parse", "heal") == said(team, "rev-parse", "main")


def test_no_checkout_and_no_commit(tmp_path: Path, team: Path) -> None:
    """Outside of a checkout, and before its first commit, there is nothing to branch from."""
    with pytest.raises(UsageError, match="needs a git checkout"):
        NewBranch.at(tmp_path, "heal")
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    with pytest.raises(UsageError, match="has no commit: commit first"):
        NewBranch.at(empty, "heal")
    outside = Draft("x.json", str(tmp_path / "x.json"), BEFORE, AFTER)
    (refused,) = NewBranch.at(team, "heal").commit([commit_of("orders", outside)]).refused
    assert "outside of the checkout" in refused.reason


def test_a_hooks_own_git_does_not_mislead(team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called from a hook, it asks the checkout at hand and not the one that the hook's variables name."""
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    made = NewBranch.at(team, "heal").commit([healed(team, "mocks/orders/a.json")])
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert len(made.commits) == 1
    assert said(team, "branch", "--list", "heal").strip() == "heal"
    assert not (other / "index").exists()
