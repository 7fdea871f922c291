"""A scratch copy of the team's files, in which their tests may do what they like.

Of a git checkout: what is committed or could be, without what is ignored. Folders of dependencies, which are ignored
and which no test runs without, are linked and not copied. Elsewhere: everything below the folder.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.checkout.git import Git, GitFailedError, root_of
from driftwatch.model.edit import Draft
from driftwatch.model.errors import UsageError

DEPENDENCIES: Final = frozenset({".bundle", ".tox", ".venv", "node_modules", "vendor", "venv"})
_MOST_FILES: Final = 200_000
_MOST_BYTES: Final = 4 * 1024**3


class Original(Struct, frozen=True):
    """What is copied: files by their paths below a folder, and folders that are only linked."""

    root: Path
    files: tuple[str, ...]
    linked: tuple[str, ...] = ()

    @classmethod
    def around(cls, folder: Path) -> "Original":
        """The checkout that a folder lies in, else the folder itself; ``UsageError`` if it is too much to copy."""
        root = root_of(folder)
        if root is not None:
            try:
                return cls(root, _bounded(_known_to_git(root), root), tuple(_ignored_dependencies(root)))
            except GitFailedError:
                pass  # as where the checkout belongs to somebody else: its files are there all the same
        plain = root or folder.resolve()
        return cls(plain, _bounded(_all_files(plain), plain), tuple(_dependencies(plain)))

    def copy(self, place: Path, drafts: Sequence[Draft], *, healed: bool) -> None:
        """Put a copy at ``place``, which is not there yet, with the mocks as they are or as they would be."""
        place.mkdir(parents=True)
        for file in self.files:
            _copy(self.root / file, place / file, self.root)
        for folder in self.linked:
            target = place / folder
            if not os.path.lexists(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(self.root / folder, target_is_directory=True)
        for draft in drafts:
            path = place / Path(draft.path).resolve().relative_to(self.root)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(draft.after if healed else draft.before)

    def holds(self, path: str) -> bool:
        """Whether a file lies in what is copied."""
        return Path(path).resolve().is_relative_to(self.root)


def _known_to_git(root: Path) -> Iterator[str]:
    listed = Git(root)("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    for name in listed.decode("utf-8", "surrogateescape").split("\0"):
        place = root / name
        if name and place.is_dir() and not place.is_symlink():  # a submodule or a nested checkout
            yield from (f"{name.rstrip('/')}/{below}" for below in _all_files(place))
        elif name and os.path.lexists(place):
            yield name


def _ignored_dependencies(root: Path) -> Iterator[str]:
    arguments = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--no-empty-directory")
    for name in Git(root)(*arguments).decode("utf-8", "surrogateescape").split("\0"):
        if name.rstrip("/").rpartition("/")[2] in DEPENDENCIES:
            yield name.rstrip("/")


def _all_files(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if name != ".git" and name not in DEPENDENCIES and name not in linked]
        yield from ((Path(place) / name).relative_to(folder).as_posix() for name in (*files, *linked) if name != ".git")


def _dependencies(folder: Path) -> Iterator[str]:
    for place, folders, _ in os.walk(folder):
        found = [name for name in folders if name in DEPENDENCIES and not (Path(place) / name).is_symlink()]
        yield from ((Path(place) / name).relative_to(folder).as_posix() for name in found)
        folders[:] = [name for name in folders if name not in found and name != ".git"]


def _bounded(files: Iterator[str], root: Path) -> tuple[str, ...]:
    kept, octets = [], 0
    for file in files:
        kept.append(file)
        octets += (root / file).lstat().st_size
        if len(kept) > _MOST_FILES or octets > _MOST_BYTES:
            raise UsageError(
                f"the tests run in a copy of {root}, and there are more than {_MOST_FILES} files or 4 GiB in it: run "
                "it in a checkout whose .gitignore names what is large, or in a smaller folder"
            )
    return tuple(kept)


def _copy(source: Path, target: Path, root: Path) -> None:
    """A file as it is, with its mode and time; a link that leaves the folder leads where it led. No pipe, no socket."""
    kind = source.lstat().st_mode
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(kind):
        led = source.readlink()
        is_inside = not led.is_absolute() and (source.parent / led).resolve().is_relative_to(root)
        target.symlink_to(led if is_inside else (source.parent / led).resolve())
    elif stat.S_ISREG(kind):
        shutil.copy2(source, target)
