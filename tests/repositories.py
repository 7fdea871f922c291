"""Git repositories for tests: files that were committed in some year."""

import os
import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str, at: int = 2020) -> None:
    """A command in a repository, in some year."""
    moment = f"{at}-01-01T00:00:00Z"
    who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    when = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    safe = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=os.environ | who | when | safe, check=True, capture_output=True)


def commit(folder: Path, file: str, text: str, at: int) -> None:
    """Write a file and commit it."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change", at=at)
