"""A branch with healed mocks, made beside the checkout: its files, its index and its own branch stay as they are.

Only git's plumbing is used, on an index of its own (gitrepository-layout(5), git-read-tree(1), git-commit-tree(1)): no
hook is run and nothing is pushed. A file counts only if it stands in the checkout as it was committed, so that nobody's
unfinished work gets into a commit.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.checkout.git import Git, GitFailedError, root_of
from driftwatch.model.branch import Branch, Commit, Healed, Refused
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError

_IDENTITY: Final = (
    "git knows nobody who commits: set `git config user.name` and `git config user.email`, or GIT_AUTHOR_NAME, "
    "GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL"
)
_NOT_COMMITTED: Final = "it is not committed: commit it first"
_EDITED: Final = "it has changes that are not committed: commit or stash them first"
_STAGED: Final = "changes of it are staged: commit or unstage them first"
_TAKEN: Final = frozenset({"HEAD", "@"})
_FILTERED: Final = frozenset({"120000", "160000"})
"""Modes of links and of submodules."""


class NewBranch(Struct, frozen=True):
    """A branch that may be made: its name is free and somebody can commit."""

    root: Path
    """The checkout's."""
    name: str
    start: str
    """The commit that is checked out."""

    @classmethod
    def at(cls, folder: Path, name: str) -> "NewBranch":
        """Raises ``UsageError`` where it cannot be made."""
        root = root_of(folder)
        if root is None:
            raise UsageError(f"--branch needs a git checkout, and {folder} lies in none")
        git = Git(root)
        # git-branch(1) refuses more than the rules of a reference do: `git switch` would take it for an option
        is_refused = name.startswith("-") or name in _TAKEN
        if is_refused or not git.knows("check-ref-format", f"refs/heads/{name}"):
            raise UsageError(f"--branch {name}: git takes no such name for a branch (git-check-ref-format(1))")
        try:
            start = git.word("rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
        except GitFailedError as error:
            raise UsageError(f"--branch begins where you are, and {root} has no commit: commit first") from error
        if git.knows("show-ref", "--verify", "--quiet", f"refs/heads/{name}"):
            raise UsageError(f"--branch {name} is there already: choose another name, or `git branch -D {name}` first")
        try:
            for role in ("AUTHOR", "COMMITTER"):
                git("var", f"GIT_{role}_IDENT")
        except GitFailedError as error:
            raise UsageError(_IDENTITY) from error
        return cls(root, name, start)

    def commit(self, healed: Iterable[Healed]) -> Branch:
        """Make the branch: one commit for each of ``healed``, in order; none, and no branch, where all is refused.

        Providers may share a file: one of which all is healed with that of another before it needs no commit.
        """
        commits: list[Commit] = []
        refused: dict[str, Refused] = {}
        tip = self.start
        with tempfile.TemporaryDirectory(prefix="driftwatch-") as folder:
            git = Git(self.root, Path(folder) / "index")
            git("read-tree", f"{self.start}^{{tree}}")
            before = git.word("write-tree", "--missing-ok")
            for one in healed:
                files = [file for group in one.groups for file in self._put(git, group, refused)]
                tree = git.word("write-tree", "--missing-ok")
                if files and tree != before:
                    before, words = tree, one.message(files)
                    tip = git.word("commit-tree", tree, "-p", tip, "-F", "-", content=words.encode("utf-8", "replace"))
                    commits.append(Commit(one.provider, tip, tuple(files)))
        if commits:
            # an empty old value: nobody has made it meanwhile (git-update-ref(1))
            Git(self.root)("update-ref", "-m", "driftwatch heal", f"refs/heads/{self.name}", tip, "")
        return Branch(self.name, tuple(commits), tuple(refused.values()))

    def _put(self, git: Git, group: Sequence[Draft], refused: dict[str, Refused]) -> list[str]:
        """Put drafts into the index that belong together, or none of them; the files of those that were."""
        entries = {}
        for draft in group:
            try:
                entries[draft.file] = _entry(self.root, self.start, draft)
            except _RefusedError as error:
                refused[draft.file] = Refused(draft.file, str(error))
        if len(entries) < len(group):
            reason = "it belongs together with a file that is left out"
            refused |= {file: Refused(file, reason) for file in entries}
            return []
        for entry in entries.values():
            blob = git.word("hash-object", "-w", "--no-filters", "--stdin", content=entry.content)
            line = f"{entry.mode} {blob}\t".encode() + entry.path.encode("utf-8", "surrogateescape") + b"\0"
            git("update-index", "-z", "--index-info", content=line)
        return list(entries)


class _RefusedError(Exception):
    """Why a file is left out."""


class _Entry(Struct, frozen=True):
    path: str
    mode: str
    content: bytes


def _entry(root: Path, start: str, draft: Draft) -> _Entry:
    """What of a draft is to be committed; ``_RefusedError`` if it does not stand as it was committed."""
    try:
        path = Path(draft.path).resolve().relative_to(root).as_posix()
    except ValueError as error:
        raise _RefusedError(f"it lies outside of the checkout {root}") from error
    own = Git(root)
    committed = own("ls-tree", "--full-tree", "-z", start, "--", path).decode("utf-8", "surrogateescape")
    if not committed:
        raise _RefusedError(_NOT_COMMITTED)
    mode, _, blob = committed.partition("\t")[0].split()
    if mode in _FILTERED:
        raise _RefusedError("it is a link or a submodule")
    staged = own("ls-files", "--stage", "-z", "--", path).decode("utf-8", "surrogateescape")
    if staged.split()[1:2] != [blob]:
        raise _RefusedError(_STAGED)
    try:
        stands = Path(draft.path).read_bytes()
    except OSError as error:
        raise _RefusedError(_EDITED) from error
    if stands != draft.before:
        raise _RefusedError(_EDITED)
    if _blob(draft.before, len(blob)) == blob:
        return _Entry(path, mode, draft.after)
    if _blob(_without_cr(draft.before), len(blob)) == blob:  # committed with other line ends than it has here
        return _Entry(path, mode, _without_cr(draft.after))
    raise _RefusedError(_EDITED)


def _blob(content: bytes, digits: int) -> str:
    """What git calls a content, in a repository whose names have so many digits."""
    kind = hashlib.sha256 if digits == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return kind(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _without_cr(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")
