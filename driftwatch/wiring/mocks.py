"""Mocks, put together: where they are, and what is read of them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.source import FolderSource
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Mocks(Struct, frozen=True):
    """The mocks of one provider at one moment."""

    source: Places
    revision: str
    """The commit that they are from, where their place tells it; else empty."""


def mocks_of(settings: Settings, name: str) -> Mocks:
    """The mocks of one provider as they are now, however long they take to be read.

    git-sync publishes a commit as a link that it moves to the next one: links that lead to the mocks are followed here,
    once. Reports name files by the path in the config, which stays.
    """
    chosen = settings.providers[name]
    limits = Limits(file_bytes=settings.limits.file_size, depth=settings.limits.depth)
    now = SystemClock().now()
    found = [(path, followed(path)) for place in chosen.mocks for path in place.expand()]
    places = tuple(
        Place(
            FolderSource(
                real,
                provider=name,
                limits=limits,
                global_templating=settings.global_templating,
                variables=chosen.known_values(),
                now=now,
                with_history=True,
            ),
            folder_of(path),
        )
        for path, real in found
    )
    return Mocks(Places(places), _revision(real for _, real in found))


def followed(path: Path) -> Path:
    """Where a path leads now; a file keeps its own name, by which it is told."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _revision(places: Iterable[Path]) -> str:
    """git-sync calls the folder that it links to by the commit's hash (its README, "what it produces and why")."""
    hashes = {part for place in places for part in place.parts if _COMMIT.fullmatch(part)}
    return hashes.pop() if len(hashes) == 1 else ""


def source_at(path: Path) -> Place:
    """The mocks in one folder or file, without a config."""
    return Place(FolderSource(path, now=SystemClock().now(), with_history=True), folder_of(path))


def folder_of(path: Path) -> str:
    """The folder its files are below, as seen from here where that is shorter to read."""
    folder = path if path.is_dir() else path.parent
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    return "" if shown == Path() else shown.as_posix()
