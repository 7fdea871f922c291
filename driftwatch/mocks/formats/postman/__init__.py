"""Postman: collections 2.0 and 2.1 (JSON) and 3 (a folder of YAML files), with the environments beside them.

Facts from postman-collection 5.3.1 and openapi-to-postmanv2 6.3.3, run here; postmanlabs/schemas @ e462f6b,
postmanlabs/newman @ 74a4554, microcks/microcks @ 18ab337, fleetbase/postman @ 23ca67f; Postman's pages on the schema
3.0.0 and on how its mock server matches; and from 2,590 saved responses in public repositories.

Saved examples are the stubs: they are what Postman's mock server answers. Its variables come from the config, then from
environments, folders, the collection and globals. Credentials, hosts, inherited auth and variables of type ``secret``
are never sent.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Final

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.postman.collection import CollectionFile
from driftwatch.mocks.formats.postman.environments import Scopes
from driftwatch.mocks.formats.postman.folders import Folders
from driftwatch.mocks.formats.postman.kinds import Kind, kind_of
from driftwatch.mocks.formats.postman.nearby import Nearby
from driftwatch.mocks.formats.postman.saved import NAME
from driftwatch.mocks.formats.postman.variables import Layer
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_IGNORED: Final = {
    Kind.ENVIRONMENT: "a Postman environment: it gives variables their values, and answers nothing itself",
    Kind.GLOBALS: "Postman's global variables: they give values, and answer nothing themselves",
    Kind.RUN: "a report of a run; point driftwatch at the collection that ran",
    Kind.OTHER_PROTOCOL: "a Postman request of another protocol: only HTTP is audited",
}
_REFUSED: Final = {
    Kind.OLD: (
        "a Postman collection of version 1 is not read; import it into Postman and export it as Collection v2.1",
        "requests",
    ),
    Kind.BACKUP: (
        "a backup of Postman's data holds collections of version 1; import it and export each collection as v2.1",
        "collections",
    ),
}
_UNQUOTED: Final = re.compile(r":\s+\{\{")


def recognises(document: Document) -> bool:
    """A collection of any version, or what belongs to one; a broken file by its marks."""
    return kind_of(document) is not None


def read(document: Document) -> Iterator[Stub]:
    """The examples of one file alone, as if no other file lay beside it."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(_: Document) -> str:
    """All files belong together: environments lie beside the collections, or in a folder of their own."""
    return ""


def serve(_: str) -> "Workspace":
    """A workspace without files."""
    return Workspace()


class Workspace:
    """All of Postman's files below a mocks folder: what a variable stands for is known once all are."""

    def __init__(self) -> None:
        self._collections: list[Document] = []
        self._folders = Folders()
        self._environments = Scopes("environment")
        self._globals = Scopes("globals file")
        self._nearby = Nearby()
        self._definitions: list[str] = []

    def add(self, document: Document) -> Iterator[Stub]:
        """Take a file in; what is no mock, and what cannot be read, comes out at once."""
        kind = kind_of(document)
        try:
            if document.problem is not None:
                raise _hinted(document.problem, document)
            self._take(kind, document)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal)
            return
        if kind is Kind.DEFINITION:
            self._definitions.append(document.file)
        if kind in _IGNORED:
            yield Ignored(document.file, _IGNORED[kind])

    def _take(self, kind: Kind | None, document: Document) -> None:
        match kind:
            case Kind.COLLECTION:
                self._collections.append(document)
            case Kind.ENVIRONMENT | Kind.GLOBALS:
                self._nearby.know(document)
                (self._environments if kind is Kind.ENVIRONMENT else self._globals).add(document)
            case Kind.DEFINITION:
                self._folders.define(document)
            case Kind.REQUEST:
                self._folders.add_request(document)
            case Kind.EXAMPLE:
                self._folders.add_example(document)
            case Kind.OLD | Kind.BACKUP:
                reason, member = _REFUSED[kind]
                raise Refusal(reason, steps=(member,))
            case _:
                pass

    def close(self) -> Iterator[Stub]:
        """Every saved example."""
        for document in (*self._collections, *self._folders.examples):
            self._look_around(document)
        for document in self._collections:
            folder = PurePosixPath(document.file).parent
            outer, last = self._environment(folder), self._global(folder)
            yield from CollectionFile(document, (outer,) if outer else (), (last,) if last else ()).stubs()
        yield from self._folders.stubs(self._environment, self._global)
        if not self._folders.examples:
            reason = "describes a folder of a Postman collection in which no example is saved"
            yield from (Ignored(file, reason) for file in self._definitions)

    def _look_around(self, document: Document) -> None:
        """Take environments in that lie beside a collection. One that cannot be read leaves its variables open."""
        for found in self._nearby.of(document):
            if kind_of(found) in (Kind.ENVIRONMENT, Kind.GLOBALS) and found.problem is None:
                with suppress(Refusal):
                    self._take(kind_of(found), found)

    def _environment(self, folder: PurePosixPath) -> Layer | None:
        return self._environments.layer(folder)

    def _global(self, folder: PurePosixPath) -> Layer | None:
        return self._globals.layer(folder)


def _hinted(problem: Refusal, document: Document) -> Refusal:
    """The refusal of a broken file; where a variable stands without quotes, with what helps."""
    if document.syntax is not Syntax.YAML or problem.offset is None:
        return problem
    text = document.text
    start = text.rfind("\n", 0, text.rfind("\n", 0, problem.offset)) + 1
    end = text.find("\n", problem.offset)
    if not _UNQUOTED.search(text, start, end if end >= 0 else len(text)):
        return problem
    return Refusal(f"{problem.reason}; a variable such as `{{{{name}}}}` must stand in quotes here", problem.offset)
