"""Mountebank imposters: JSON and EJS configs with the files they include, saved configs, and data folders.

Facts from mountebank 2.9.1 and mountebank-testing/mountebank @ f7a6b6eb (``predicates.js``, ``responseResolver.js``,
``behaviors.js``, ``compatibility.js``, ``baseHttpServer.js``, ``filesystemBackedImpostersRepository.js``), from
mountebank-testing/mountebank-formatters @ 3fffe462 (EJS 2.7.4), and from 180 stubs in public repositories.

A root is a file that no other one includes. Each imposter imitates one upstream; what a team keeps in one file may
imitate several, and they are told apart by ``name``.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mountebank.claims import Claimed, claim
from driftwatch.mocks.formats.mountebank.config import Config
from driftwatch.mocks.formats.mountebank.datadir import assemble
from driftwatch.mocks.formats.mountebank.imposter import NAME, read_imposter
from driftwatch.mocks.formats.mountebank.rendering import open_config
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_list
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_COLLECTION: Final = "imposters"


def recognises(document: Document) -> bool:
    """A config, an imposter, or a fragment of one, also in EJS; a broken one by its marks."""
    return claim(document) is not None


def read(document: Document) -> Iterator[Reading]:
    """The stubs of one file alone, with what it includes."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:  # noqa: ARG001 - part of the interface
    """All files of a mocks folder belong together: any of them may include any other."""
    return ""


def serve(home: str) -> "Mountebank":  # noqa: ARG001
    """A reader without files."""
    return Mountebank()


class Mountebank:
    """The configs of a mocks folder: which are roots is known when all have been seen."""

    def __init__(self) -> None:
        self._files: list[tuple[str, list[Reading]]] = []
        self._included: dict[str, str] = {}
        """Files that are part of another, and of which."""

    def add(self, document: Document) -> Iterator[Reading]:
        """Read a file, but say nothing yet: it may turn out to be a part of another."""
        self._files.append((document.file, list(self._read(document))))
        return iter(())

    def close(self) -> Iterator[Reading]:
        """The stubs of all roots; files that are parts of others are named."""
        for file, readings in self._files:
            if file in self._included and self._included[file] != file:
                yield Ignored(file, f"is a part of {self._included[file]}")
            else:
                yield from readings

    def _read(self, document: Document) -> Iterator[Reading]:
        kind = claim(document)
        if kind is Claimed.FRAGMENT:
            yield Ignored(document.file, "a part of a mountebank config that no config includes")
            return
        try:
            config = open_config(document)
            parts = assemble(config) if kind is Claimed.DATADIR else ()
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal)
            return
        for part in (*config.included, *parts):
            self._included.setdefault(part, document.file)
        readings = list(_imposters(config))
        yield from readings or [Ignored(document.file, "a mountebank config without a stub")]


def _imposters(config: Config) -> Iterator[Reading]:
    ids: Counter[str] = Counter()
    value = config.document.value
    places: list[tuple[Step, ...]] = [()]
    try:
        if isinstance(value, dict) and _COLLECTION in value:
            places = [(_COLLECTION, index) for index in range(len(as_list(value[_COLLECTION], _COLLECTION)))]
    except Refusal as refusal:
        yield config.unreadable(NAME, refusal)
        return
    for place in places:
        imposter = value[_COLLECTION][place[1]] if place and isinstance(value, dict) else value
        try:
            missing = config.missing(*place) if isinstance(imposter, str) else None
            if missing is not None:
                raise Refusal(missing.reason)
            yield from read_imposter(imposter, config, ids, *place)
        except Refusal as refusal:
            yield config.unreadable(NAME, refusal.below(place), *place)
