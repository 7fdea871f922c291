"""Mmock definitions: JSON or YAML, one mock a file, all files of a folder one server.

Facts from jmartin82/mmock @ 53350133 (``pkg/mock/definition.go``, ``pkg/match/request.go``, ``pkg/route/route.go``,
``pkg/vars``, ``internal/config/mapping.go``). The highest ``control.priority`` is asked first; among equals the order
is that of a Go map, which is none.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.contest import Contest, Stub
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mmock.definition import is_definition, read_definition
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax

__all__ = ["NAME", "home", "read", "recognises", "serve"]

NAME: Final = "mmock"
_FOLDER: Final = "config"
"""Where mmock looks if it is told nothing else."""
_START: Final = re.compile(r"""\s*(?:\{|---|#|["']?(?:request|description|response|control)["']?\s*:)""")
_MARKS: Final = tuple(
    re.compile(rf"""(?m)^[\s{{,]*["']?{name}["']?\s*:""") for name in ("request", "response", "path", "statusCode")
)
_OWN: Final = re.compile(
    r"""["']?(?:queryStringParameters|requiredState|proxyBaseURL|newState)["']?\s*:|\{\{\s*(?:request|fake)\."""
)


def recognises(document: Document) -> bool:
    """A mock by its names, all of which are mmock's; a broken one by what no other tool's file has."""
    if document.syntax is Syntax.TEXT:
        return False
    if document.problem is not None:
        text = document.text
        return bool(_START.match(text) and all(mark.search(text) for mark in _MARKS) and _OWN.search(text))
    return is_definition(document.value)


def read(document: Document) -> Iterator[Reading]:
    """The mock of one file alone."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The nearest ``config`` above a file, else its own folder: two servers must not stand in each other's way."""
    folders = document.folders
    named = [depth for depth, name in enumerate(folders, start=1) if name == _FOLDER]
    return "/".join(folders[: named[-1]] if named else folders)


def serve(home: str) -> "Mmock":
    """A server without mocks."""
    return Mmock(home)


class Mmock:
    """One server: the mocks of all files below its folder."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._entries: list[Stub | Reading] = []
        self._ids: Counter[str] = Counter()
        self._contest: Contest | None = None

    def add(self, document: Document) -> Iterator[Reading]:
        """Read a file; its mock comes out when all are known."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        undefined = "mmock's order among equal priorities is undefined"
        self._contest = self._contest or Contest(NAME, document.options, undefined)
        try:
            self._entries.append(read_definition(document, self._home, self._ids))
        except Refusal as refusal:
            self._entries.append(document.unreadable(NAME, refusal))

    def close(self) -> Iterator[Reading]:
        """All mocks, each with what stands in front of it."""
        return self._contest.settle(self._entries) if self._contest else iter(())
