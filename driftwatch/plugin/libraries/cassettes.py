"""Counts what a cassette is loaded from: which files, and how many exchanges each."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from driftwatch.plugin.address import absolute

Sections = list[tuple[str, int]]
"""Files in the order in which they were read, each with the number of its exchanges."""


class _Loading(threading.local):
    sections: Sections | None = None


_loading = _Loading()


@contextmanager
def counted(cassette: Any) -> Iterator[Sections]:
    """While a cassette is loaded within, its persister is watched; the list is filled meanwhile."""
    sections: Sections = []
    before, _loading.sections = _loading.sections, sections
    persister = cassette._persister  # noqa: SLF001 - there is no other way to it
    cassette._persister = _Counting(persister)  # noqa: SLF001
    try:
        yield sections
    finally:
        cassette._persister = persister  # noqa: SLF001
        _loading.sections = before


def is_loading() -> bool:
    """Whether this thread loads a cassette right now."""
    return _loading.sections is not None


def count(path: str | os.PathLike[str], requests: object) -> None:
    """A file was read for the cassette that this thread loads."""
    if _loading.sections is not None:
        number = len(requests) if isinstance(requests, list | tuple) else -1
        _loading.sections.append((absolute(path), number))


class _Counting:
    """A persister that tells what it loads, unless what it calls has told more exactly."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def load_cassette(self, path: Any, *args: Any, **kwargs: Any) -> Any:
        """As the real one does."""
        __tracebackhide__ = True
        loaded = self._real.load_cassette(path, *args, **kwargs)
        if not _loading.sections:
            count(path, loaded[0])
        return loaded
