"""Paths in a config: as written, and where they lead from the config's folder."""

import glob
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.settings.words import nearest, quote

_GLOB_SIGNS: Final = frozenset("*?[")


class WrittenPath(Struct, frozen=True):
    """A path or glob that an operator wrote."""

    written: str
    """As it stands in the config: fit to be shown and hashed, whatever machine it is on."""
    path: Path
    """Where it leads; signs of a glob still in it."""

    @classmethod
    def of(cls, written: str, folder: Path) -> "WrittenPath":
        """The path as seen from a folder; an absolute one stays."""
        return cls(written, folder / written)

    @property
    def is_glob(self) -> bool:
        """Whether it stands for all files that match (a file that is really named so goes first)."""
        return not _GLOB_SIGNS.isdisjoint(self.written) and not _exists(self.path)

    @property
    def quoted(self) -> str:
        """The path for a message."""
        return quote(self.written)

    def is_file(self) -> bool:
        """Whether a file is there now."""
        return _exists(self.path) and self.path.is_file()

    def expand(self) -> tuple[Path, ...]:
        """The files and folders it means now, in order; none if nothing is there. ``**`` crosses folders."""
        if self.is_glob:
            # Path.glob raises on patterns that shells know, such as `**.json`; this one never does.
            found = glob.glob(str(self.path), recursive=True)  # noqa: PTH207
            return tuple(sorted(map(Path, found)))
        return (self.path,) if _exists(self.path) else ()

    def complaint(self, start: str = "the config's folder") -> tuple[str, str]:
        """Why nothing is there, and what may have been meant; ``start`` is where relative paths begin."""
        remedy = f"A relative path starts at {start}."
        if self.is_glob:
            return f"nothing matches the glob {self.quoted}", f"{remedy} `*` stays in one folder, `**` crosses them."
        near = self._neighbour()
        return f"{self.quoted} does not exist", f"Did you mean {quote(near)}? {remedy}" if near else remedy

    def _neighbour(self) -> str | None:
        """The path with its last part replaced by one that is there and looks alike."""
        parent = self.path.parent
        near = nearest(self.path.name, [child.name for child in parent.iterdir()]) if _is_folder(parent) else None
        return str(Path(self.written).parent / near) if near else None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the disk, a NUL in it: surely nothing is there
        return False


def _is_folder(path: Path) -> bool:
    return _exists(path) and path.is_dir()
