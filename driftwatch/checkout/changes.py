"""What of some folders is otherwise than in a commit, told by contents alone.

git is asked for the commit's tree and for old contents; its index is not looked at, and no filter that a repository
configures is run. So what is not committed, or not even known to git, counts as well.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.checkout.git import Git, GitFailedError, root_of
from driftwatch.model.errors import UsageError

_REGULAR: Final = frozenset({"100644", "100755"})
_MOST_BYTES: Final = 256 * 1024**2
"""Of one file: a larger one is no mock."""


class Turn(StrEnum):
    """What became of a file."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Changes(Struct, frozen=True):
    """What is otherwise."""

    root: Path
    """The checkout's."""
    files: Mapping[Path, Turn]
    """By absolute path."""
    before: Mapping[Path, bytes]
    """What changed and removed files held."""
    looked_at: tuple[Path, ...] = ()
    """The files and folders that it was held against, links followed."""
    elsewhere: tuple[Path, ...] = ()
    """Files outside of these places that commits since have added or changed."""

    @classmethod
    def since(cls, reference: str, places: Iterable[Path]) -> "Changes":
        """Below these files and folders, since the last commit in common with ``reference``.

        Raises ``UsageError`` where there is no such commit, or the places lie in no checkout.
        """
        wanted = [place.resolve() for place in places]
        roots = {root_of(place) for place in wanted}
        root = next(iter(roots), None)
        if root is None or len(roots) > 1:
            raise UsageError("--since needs one git checkout that holds all these mocks")
        git = Git(root)
        base = _base(git, reference)
        tree = {root / path: blob for path, blob in _tree(git, base) if _is_among(root / path, wanted)}
        found: dict[Path, Turn] = {}
        for file in _files(wanted):
            if file not in tree:
                found[file] = Turn.ADDED
            elif not _is_same(file, tree[file]):
                found[file] = Turn.CHANGED
        found |= {file: Turn.REMOVED for file in tree if not os.path.lexists(file)}
        old = {file: tree[file] for file, turn in found.items() if turn is not Turn.ADDED}
        elsewhere = tuple(file for file in _committed(git, base) if not _is_among(file, wanted))
        return cls(root, dict(sorted(found.items())), dict(_contents(git, old)), tuple(wanted), elsewhere)


def _base(git: Git, reference: str) -> str:
    try:
        commit = git.word("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    except GitFailedError as error:
        raise UsageError(
            f"--since {reference}: {git.folder} has no such commit; name a branch, a tag or a commit, and fetch it "
            "first where the clone is shallow"
        ) from error
    try:
        return git.word("merge-base", commit, "HEAD").split()[0]
    except (GitFailedError, IndexError):  # a shallow clone may not reach it
        return commit


def _tree(git: Git, commit: str) -> Iterator[tuple[str, str]]:
    listed = git("ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "surrogateescape")
    for entry in listed.split("\0"):
        told, _, path = entry.partition("\t")
        mode, _, blob = told.partition(" ")
        if mode in _REGULAR:
            yield path, blob.split()[-1]


def _committed(git: Git, base: str) -> Iterator[Path]:
    told = git("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=AM", base, "HEAD")
    names = told.decode("utf-8", "surrogateescape").split("\0")
    return (file for name in names if name and (file := git.folder / name).is_file())


def _files(places: Iterable[Path]) -> Iterator[Path]:
    """Regular files, links not followed."""
    for place in places:
        if place.is_file():
            yield place
            continue
        for folder, folders, files in os.walk(place):
            folders[:] = sorted(name for name in folders if name != ".git")
            paths = (Path(folder) / name for name in sorted(files))
            yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _is_among(file: Path, places: Iterable[Path]) -> bool:
    return any(file.is_relative_to(place) for place in places)


def _is_same(file: Path, blob: str) -> bool:
    """Whether a file holds what was committed, be it with other line ends."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            return True
        content = file.read_bytes()
    except OSError:
        return False
    return blob in (_name(content, blob), _name(content.replace(b"\r\n", b"\n"), blob))


def _name(content: bytes, like: str) -> str:
    """What git calls a content, in a repository whose names are as long."""
    kind = hashlib.sha256 if len(like) == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return kind(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _contents(git: Git, blobs: Mapping[Path, str]) -> Iterator[tuple[Path, bytes]]:
    """What was committed (git-cat-file(1), "batch output"); what is too large, or not at hand, is left out."""
    if not blobs:
        return
    told = git("cat-file", "--batch", content="".join(f"{blob}\n" for blob in blobs.values()).encode())
    at = 0
    for file in blobs:
        end = told.index(b"\n", at)
        words = told[at:end].split()
        at = end + 1
        if len(words) == 3:
            size = int(words[2])
            if size <= _MOST_BYTES:
                yield file, told[at : at + size]
            at += size + 1
