"""Whether files changed: by size and time first, by what stands in them then, so that a touch is no change."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_MOST_FILES: Final = 100_000
_CHUNK: Final = 1024**2
_Stamp = tuple[int, int, int]
"""Inode, size and time of the last change."""


class Files:
    """Remembers digests, so that only what was touched is read again. One thread at a time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Stamp, str]] = {}

    def digest(self, places: Iterable[Path]) -> str:
        """A text that changes when a file at or below one of the places does, comes or goes.

        Links are followed at the top only, where git-sync swaps them; below, a link is what it points to by name.
        What cannot be read counts as it stands.
        """
        total = hashlib.sha256()
        seen: dict[str, tuple[_Stamp, str]] = {}
        for place in places:
            total.update(f"{place}\0".encode("utf-8", "surrogatepass"))
            for path, stamp in _walk(place):
                known = self._known.get(path)
                content = known[1] if known is not None and known[0] == stamp else _read(path)
                seen[path] = (stamp, content)
                total.update(f"{path}\0{content}\0".encode("utf-8", "surrogatepass"))
        self._known.update(seen)
        if len(self._known) > 2 * len(seen) + 1000:
            self._known = seen
        return total.hexdigest()


def _walk(place: Path) -> Iterator[tuple[str, _Stamp]]:
    """Every file with its stamp, in the order of names; relative names, so that a swapped link is no change."""
    waiting = [str(place)]
    left = _MOST_FILES
    while waiting and left:
        path = waiting.pop()
        try:
            if os.path.isdir(path) and (path == str(place) or not os.path.islink(path)):  # noqa: PTH112, PTH114 - in a loop over many
                with os.scandir(path) as entries:
                    waiting += sorted((entry.path for entry in entries), reverse=True)
                continue
            status = os.stat(path)  # noqa: PTH116
        except OSError:
            continue
        left -= 1
        yield path, (status.st_ino, status.st_size, status.st_mtime_ns)


def _read(path: str) -> str:
    """The digest of a regular file; nothing of anything else, which might block."""
    if not os.path.isfile(path):  # noqa: PTH113
        return "special"
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        return f"unreadable {error.errno}"
    return digest.hexdigest()
