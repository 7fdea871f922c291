"""When the lines of a mock were last committed: how old a stub is whose file says nothing of it.

A file's modification time is the time of the clone. git knows better, for a file that stands in the checkout as it was
committed. The repository is a stranger's: nothing that it configures is run (no hooks, filters, file system monitors,
text converters), nothing is fetched. What a shallow clone cut off is unknown. Checked with git 2.39.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct

_PATIENCE: Final = 10.0
"""Seconds for one question to git."""
_MOST_QUESTIONS: Final = 1000
"""Files whose lines are asked for one by one; each takes some milliseconds."""
_SAFELY: Final = (
    "git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "protocol.allow=never", "-c", "core.quotePath=true", "-c", "log.showSignature=false",
    "-c", "blame.ignoreRevsFile=",
)  # fmt: skip
_QUIETLY: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class GitHistory:
    """The history of the files below one folder; asks git only when a date is wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checkout: _Checkout | None = None
        self._is_known = False
        self._questions = 0
        self._lines: dict[str, tuple[datetime | None, ...]] = {}

    def last_commit(self, file: str, first: int, last: int) -> datetime | None:
        """When one of the lines from ``first`` to ``last`` (from 1, both included) was last written by its author.

        ``None``: the folder is no checkout, the file is not committed as it stands, or git does not answer.
        """
        if not self._is_known:
            self._checkout, self._is_known = _open(self._folder), True
        if self._checkout is None or not self._checkout.holds(file):
            return None
        if file in self._checkout.once:
            return self._checkout.once[file]
        if file not in self._lines:
            if self._questions >= _MOST_QUESTIONS:
                return None
            self._questions += 1
            self._lines.clear()  # stubs of one file come one after the other
            self._lines[file] = tuple(self._checkout.blame(file))
        dates = self._lines[file][max(first, 1) - 1 : max(last, first)]
        # lines from before a shallow clone's first commit are older than all others
        return max((date for date in dates if date is not None), default=None)


class _Checkout(Struct, frozen=True):
    folder: Path
    commit: str
    blobs: Mapping[str, str]
    """Committed files below the folder and the names of their contents."""
    once: Mapping[str, datetime | None]
    """Files that were written by one commit and never touched again."""
    cut: frozenset[str]
    """Commits whose parents a shallow clone left out: what they hold may be older."""

    def holds(self, file: str) -> bool:
        """Whether the file stands here as it was committed. No filter is run, so one that is filtered does not."""
        blob = self.blobs.get(file)
        if blob is None:
            return False
        try:
            content = (self.folder / file).read_bytes()
        except OSError:
            return False
        kind = hashlib.sha256 if len(blob) == hashlib.sha256().digest_size * 2 else hashlib.sha1
        return kind(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == blob

    def blame(self, file: str) -> Iterator[datetime | None]:
        """The date of each line of a file."""
        output = _git(self.folder, "blame", "--porcelain", "-w", "--no-textconv", self.commit, "--", file)
        dates: dict[str, datetime | None] = {}
        commit = ""
        for line in output.split("\n"):
            word, _, rest = line.partition(" ")
            if line.startswith("\t"):
                yield dates.get(commit)
            elif word == "author-time":
                dates[commit] = None if commit in self.cut else _moment(rest)
            elif len(word) == len(self.commit) and rest[:1].isdigit():
                commit = word


@lru_cache(maxsize=8)
def _at_commit(folder: Path, commit: str, cut: frozenset[str]) -> _Checkout:
    """Kept for as long as nothing is committed: a daemon asks for the same folder every few minutes."""
    blobs = {}
    for line in _git(folder, "ls-tree", "-r", commit).splitlines():
        facts, _, name = line.partition("\t")
        if not name.startswith('"') and facts.split()[1:2] == ["blob"]:
            blobs[name] = facts.split()[2]
    return _Checkout(folder, commit, blobs, dict(_written_once(folder, commit, cut)), cut)


def _open(folder: Path) -> _Checkout | None:
    here = folder.resolve()
    if not any(os.path.lexists(place / ".git") for place in (here, *here.parents)):
        return None  # as git would say, but without a process
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD").strip()
    if not commit:
        return None
    shallow = _git(folder, "rev-parse", "--git-path", "shallow").strip()
    try:
        cut = frozenset((folder / shallow).read_text(encoding="ascii").split()) if shallow else frozenset()
    except OSError:
        cut = frozenset()
    return _at_commit(folder, commit, cut)


def _written_once(folder: Path, commit: str, cut: frozenset[str]) -> Iterator[tuple[str, datetime | None]]:
    """Files that one commit added and no other touched; most mocks are such, and need not be asked for one by one."""
    log = _git(
        folder, "log", "--format=%x01%H %at", "--name-status", "--find-renames", "--no-ext-diff", "--no-textconv",
        "--diff-merges=dense-combined", "--relative", commit, "--", ".",
    )  # fmt: skip
    found: dict[str, datetime | None] = {}
    settled: set[str] = set()
    for block in log.split("\x01")[1:]:
        head, _, names = block.partition("\n")
        name_of_commit, _, seconds = head.partition(" ")
        for line in filter(None, names.split("\n")):
            status, *paths = line.split("\t")
            for path in paths:
                if path in found or status != "A":
                    settled.add(path)
                found[path] = None if name_of_commit in cut else _moment(seconds)
    return ((path, date) for path, date in found.items() if path not in settled)


def _moment(seconds: str) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment > _NEVER else None


def _git(folder: Path, *arguments: str) -> str:
    """What git says; empty if it is not there, refuses or takes too long."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _QUIETLY
    try:
        done = subprocess.run(  # noqa: S603 - fixed words; paths stand behind "--"
            [*_SAFELY, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""
