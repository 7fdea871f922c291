"""Files by name, where one machine names them otherwise than another: a checkout moved, or it lies elsewhere in CI."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")

_LEAST = 2
"""Parts of a path that must be the same where it is not all of one: two files may be called ``users.json``."""


class Shelf(Struct, Generic[T]):
    """Things by the file they stand in."""

    here: str = ""
    """The folder that relative names are below, absolute; empty if nobody knows it."""
    _files: dict[str, list[T]] = field(default_factory=dict)
    _ends: dict[str, list[str]] = field(default_factory=dict)
    """By the last part of a file's name: the files that end so."""
    _below: dict[str, list[tuple[str, T]]] = field(default_factory=dict)
    """The same for names from a folder that nobody knows."""
    _found: dict[tuple[str, str], tuple[T, ...]] = field(default_factory=dict)

    def add(self, file: str, thing: T) -> None:
        """Something that stands in a file, which is absolute or below ``here``."""
        place = plain(joined(self.here, file))
        if place not in self._files:
            self._ends.setdefault(_last(place), []).append(place)
        self._files.setdefault(place, []).append(thing)

    def add_below(self, file: str, thing: T) -> None:
        """Something of which a part stands in a file below some folder."""
        self._below.setdefault(_last(file), []).append((plain(file), thing))

    def find(self, file: str, root: str = "") -> tuple[T, ...]:
        """What stands in a file, absolute or below ``root``; in several files if none is nearer than the others."""
        if (file, root) not in self._found:
            self._found[file, root] = tuple(self._look(plain(file), plain(root)))
        return self._found[file, root]

    def _look(self, file: str, root: str) -> Sequence[T]:
        place = joined(root, file)
        below = place[len(root) + 1 :] if root and place.startswith(f"{root}/") else file
        for name in (place, plain(joined(self.here, below))):
            if name in self._files:
                return self._files[name]
        is_here = bool(self.here) and place.startswith(f"{self.here}/")
        if not is_here and (near := self._nearest(place)):
            return [thing for name in near for thing in self._files[name]]
        return [thing for name, thing in self._below.get(_last(file), ()) if f"/{place}".endswith(f"/{name}")]

    def _nearest(self, place: str) -> Sequence[str]:
        """The files whose names are the same for the longest part from the end."""
        alike = {name: self._alike(place, name) for name in self._ends.get(_last(place), ())}
        most = max(alike.values(), default=0)
        return [name for name, number in alike.items() if number == most] if most else []

    def _alike(self, one: str, other: str) -> int:
        """In how many parts from the end two names are the same; 0 if that may be chance."""
        told = other[len(self.here) + 1 :] if self.here and other.startswith(f"{self.here}/") else other
        mine, theirs = one.split("/"), other.split("/")
        number = 0
        while number < min(len(mine), len(theirs)) and mine[-1 - number] == theirs[-1 - number]:
            number += 1
        return number if number >= min(_LEAST, len(told.split("/")), len(mine)) else 0


def joined(folder: str, file: str) -> str:
    """A file below a folder, unless it is absolute itself."""
    return file if is_absolute(file) or not folder else f"{folder.rstrip('/')}/{file}"


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root, on any system."""
    return path.startswith(("/", "\\")) or path[1:3] in (":/", ":\\")


def plain(path: str) -> str:
    """The same path with ``/`` and without empty parts, ``.`` and ``..``; no link is followed."""
    parts: list[str] = []
    whole = path.replace("\\", "/")
    for part in whole.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return ("/" if whole.startswith("/") else "") + "/".join(parts)


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
