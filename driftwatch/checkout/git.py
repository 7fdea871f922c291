"""Asks git, so that nothing that a repository configures is run: no hooks, no filters, no monitors; nothing is fetched.

Whoever commits is told by the user's own config. Checked with git 2.39.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.model.errors import UsageError

_PATIENCE: Final = 120.0
"""Seconds for one question; the index of a large repository takes some."""
_SAFELY: Final = (
    "git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "protocol.allow=never", "-c", "core.quotePath=true", "-c", "i18n.commitEncoding=utf-8",
    "-c", "user.useConfigOnly=true", "-c", "core.untrackedCache=false",
)  # fmt: skip
_QUIETLY: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_KEPT: Final = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG")
"""Of the environment: who commits. What a hook sets for its own git (``GIT_DIR``, ``GIT_INDEX_FILE``) is not ours."""


class GitFailedError(UsageError):
    """git refused, or is not there; the message holds what it said first."""


class Git(Struct, frozen=True):
    """git in one folder, on the checkout's own index or on another."""

    folder: Path
    index: Path | None = None

    def __call__(self, *arguments: str, content: bytes = b"") -> bytes:
        """What git prints; ``GitFailedError`` if it fails."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        index = {} if self.index is None else {"GIT_INDEX_FILE": str(self.index)}
        try:
            done = subprocess.run(  # noqa: S603 - fixed words; names are checked or stand behind "--"
                [*_SAFELY, *arguments],
                cwd=self.folder,
                env=own | kept | _QUIETLY | index,
                input=content,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, ValueError) as error:
            reason = "it is not installed" if isinstance(error, FileNotFoundError) else "it cannot be started"
            raise GitFailedError(f"git cannot be asked about {self.folder}: {reason}") from error
        except subprocess.TimeoutExpired as error:
            raise GitFailedError(f"git {arguments[0]} in {self.folder} took more than {_PATIENCE:.0f} s") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GitFailedError(f"git {arguments[0]} in {self.folder}: {said[0] if said else 'refused'}")
        return done.stdout

    def word(self, *arguments: str, content: bytes = b"") -> str:
        """What git prints, where that is one word."""
        return self(*arguments, content=content).decode("ascii", "replace").strip()

    def knows(self, *arguments: str) -> bool:
        """Whether git answers at all."""
        try:
            self(*arguments)
        except GitFailedError:
            return False
        return True


def root_of(path: Path) -> Path | None:
    """The checkout that a file or folder lies in, links followed; ``None`` if it lies in none. git is not asked."""
    real = path.resolve()
    return next((place for place in (real, *real.parents) if os.path.lexists(place / ".git")), None)
