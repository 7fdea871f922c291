"""Environments that lie beside a collection, where only the collection itself was asked for."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from driftwatch.mocks.text.documents import Document, open_document

OWN_FOLDER: Final = re.compile(r"(?i).*(?:env|global).*")
"""A folder of environments lies beside the collections, whatever it is called."""
_NAMED: Final = re.compile(r"(?i).*[._-](?:environment|globals)\.(?:json|ya?ml)")
"""How Postman names the files (``qa.postman_environment.json``, ``qa.environment.yaml``)."""
_MOST: Final = 10_000
"""Entries of one folder that are looked at."""


class Nearby:
    """Looks through the folders of collections and those above, each once, inside of the mocks folder only."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._done: set[PurePosixPath] = set()

    def know(self, document: Document) -> None:
        """Note a file that was found on the way: it is not opened again."""
        self._known.add(document.file)

    def of(self, collection: Document) -> Iterator[Document]:
        """The files that may hold values for a collection and were not found on the way."""
        folder = PurePosixPath(collection.file).parent
        for place in (folder, *folder.parents):
            if place in self._done:
                return
            self._done.add(place)
            for path in _named_in(collection.root / place):
                document = self._opened(path, collection)
                if document is not None:
                    yield document

    def _opened(self, path: Path, beside: Document) -> Document | None:
        file = path.relative_to(beside.root).as_posix()
        if file in self._known:
            return None
        self._known.add(file)
        document = open_document(path, beside.root, beside.limits, beside.options)
        if not isinstance(document, Document):
            return None
        document.load()
        return document


def _named_in(folder: Path) -> Iterator[Path]:
    """The files so named in a folder, and in folders of environments inside it."""
    for path in _entries(folder):
        if _NAMED.fullmatch(path.name) and _is_inside(path, folder) and path.is_file():
            yield path
        elif OWN_FOLDER.fullmatch(path.name) and _is_inside(path, folder) and path.is_dir():
            yield from (one for one in _entries(path) if _NAMED.fullmatch(one.name) and _is_inside(one, path))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(islice(folder.iterdir(), _MOST))
    except OSError:
        return []


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether no link leads out of the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False
