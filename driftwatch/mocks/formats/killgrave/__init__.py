"""Killgrave imposters: ``*.imp.json``, ``*.imp.yaml``, ``*.imp.yml``, each a list of imposters or one.

Facts from friendsofgo/killgrave @ 2424d0a3 (``imposter.go``, ``server.go``, ``route_matchers.go``,
``response_handler.go``, ``response_delay.go``) and gorilla/mux 1.8 (``regexp.go``). Imposters are asked in the order
of their files' names and inside a file from the top; body files are named from the imposters' folder.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.contest import Contest, Stub
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.killgrave.imposter import read_imposter
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object

__all__ = ["NAME", "home", "read", "recognises", "serve"]

NAME: Final = "killgrave"
_SUFFIXES: Final = (".imp.json", ".imp.yaml", ".imp.yml")
_FOLDER: Final = "imposters"
"""Where Killgrave looks if it is told nothing else."""
_KEYS: Final = frozenset(["request", "response"])
_REQUEST: Final = frozenset(["method", "endpoint", "params", "headers", "schemaFile"])
_ENDPOINT: Final = re.compile(r"""(?m)["']?endpoint["']?\s*:\s*\S""")


def recognises(document: Document) -> bool:
    """Imposters by ``request.endpoint``; a broken file by its name and that word."""
    if document.problem is not None:
        return document.file.lower().endswith(_SUFFIXES) and _ENDPOINT.search(document.text) is not None
    value = document.value
    return any(map(_is_imposter, value if isinstance(value, list) else [value]))


def _is_imposter(value: object) -> bool:
    if not isinstance(value, dict) or not set(value) <= _KEYS:
        return False
    request, response = value.get("request"), value.get("response")
    if not isinstance(request, dict) or not set(request) <= _REQUEST or not isinstance(request.get("endpoint"), str):
        return False
    shown = response[0] if isinstance(response, list) and response else response
    return isinstance(shown, dict) and ("status" in shown or "body" in shown or "bodyFile" in shown)


def read(document: Document) -> Iterator[Reading]:
    """The imposters of one file alone."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The nearest ``imposters`` above a file, else its own folder: two servers must not stand in each other's way."""
    folders = document.folders
    named = [depth for depth, name in enumerate(folders, start=1) if name == _FOLDER]
    return "/".join(folders[: named[-1]] if named else folders)


def serve(home: str) -> "Killgrave":  # noqa: ARG001 - part of the interface
    """A server without imposters."""
    return Killgrave()


class Killgrave:
    """One server: the imposters of all files below its folder."""

    def __init__(self) -> None:
        self._entries: list[Stub | Reading] = []
        self._ids: Counter[str] = Counter()
        self._contest: Contest | None = None

    def add(self, document: Document) -> Iterator[Reading]:
        """Read a file; its imposters come out when all are known."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        self._contest = self._contest or Contest(NAME, document.options)
        for steps, value in _imposters(document.value):
            try:
                self._entries.append(read_imposter(value, document, len(self._entries), self._ids, *steps))
            except Refusal as refusal:
                self._entries.append(document.unreadable(NAME, refusal.below(steps), *steps))

    def close(self) -> Iterator[Reading]:
        """All imposters, each with what stands in front of it."""
        return self._contest.settle(self._entries) if self._contest else iter(())


def _imposters(value: object) -> Iterator[tuple[tuple[Step, ...], object | Object]]:
    if isinstance(value, list):
        yield from (((index,), one) for index, one in enumerate(value))
    else:
        yield (), value
