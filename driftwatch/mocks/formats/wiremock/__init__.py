"""WireMock stub mappings: ``mappings/**/*.json`` with body files in ``__files`` beside it.

Facts from WireMock 3.13.1 and 4.0 beta (wiremock/wiremock @ 9e93e347: ``JsonFileMappingsSource``, ``Json``,
``RequestPattern``, ``ResponseDefinition``, ``StringValuePatternJsonDeserializer``) and its JSON schema, and from 868
stubs in public repositories. A file holds one stub or ``{"mappings": [...]}``; it is always called ``.json``.
WireMock Cloud and Traffic Parrot write the same.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.format import Stub as StubReading
from driftwatch.mocks.formats.wiremock import body_files
from driftwatch.mocks.formats.wiremock.precedence import settle
from driftwatch.mocks.formats.wiremock.stub import NAME, Stub, is_stub, read_stub
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_list

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_COLLECTION: Final = "mappings"
_MARKS: Final = re.compile(
    r"""(?<!\\)["'](?:(?:urlPath|urlPattern|urlPathPattern|urlPathTemplate|jsonBody|bodyFileName|base64Body"""
    r"""|insertionIndex|scenarioName|bodyPatterns|proxyBaseUrl)["']\s*:|url["']\s*:\s*["']/)"""
)
"""Names that only WireMock's files have, for files too broken to be parsed."""


def recognises(document: Document) -> bool:
    """A ``.json`` file with a stub or a list of stubs; a broken one by its marks."""
    if document.suffix != ".json" or (document.syntax is not Syntax.JSON and document.problem is None):
        return False
    if body_files.FILES in document.folders:
        return False
    if document.problem is not None:
        # WireMock itself does not start with a broken file below this folder; below ``__admin`` it is WireMock.Net's
        is_inside = body_files.MAPPINGS in document.folders and "__admin" not in document.folders
        # a list is no file of WireMock's, whatever stands in it
        return is_inside or (_MARKS.search(document.text) is not None and not document.text.lstrip().startswith("["))
    value = document.value
    if not isinstance(value, dict):
        return False
    is_certain = body_files.has_home(document)
    if _COLLECTION in value:
        stubs = value[_COLLECTION]
        return isinstance(stubs, list) and (is_certain or any(is_stub(stub, is_certain=False) for stub in stubs))
    return is_stub(value, is_certain=is_certain)


def read(document: Document) -> Iterator[StubReading]:
    """The stubs of one file alone, as if no other file belonged to its server."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The folder above the nearest ``mappings``; mappings without such a folder belong to the mocks folder itself."""
    return body_files.home(document)


def serve(home: str) -> "WireMock":
    """A server without stubs."""
    return WireMock(home)


class WireMock:
    """One server: the stubs of all its files, among which one answers."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._stubs: list[Stub] = []

    def add(self, document: Document) -> Iterator[StubReading]:
        """Read a file's stubs; those that cannot be read come out at once."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        seen: dict[str, int] = {}
        for index, (steps, value) in enumerate(_entries(document)):
            try:
                stub = read_stub(value, document, index, *steps)
            except Refusal as refusal:
                yield document.unreadable(NAME, refusal.below(steps), *steps)
                continue
            seen[stub.mock_id] = ordinal = seen.get(stub.mock_id, 0) + 1
            self._stubs.append(stub if ordinal == 1 else stub.renamed(f"{stub.mock_id}-{ordinal}"))

    def close(self) -> Iterator[StubReading]:
        """All stubs, each with what shadows it."""
        return iter(settle(self._stubs, self._home))


def _entries(document: Document) -> Iterator[tuple[tuple[Step, ...], object]]:
    value = document.value
    if isinstance(value, dict) and _COLLECTION in value:
        for index, stub in enumerate(as_list(value[_COLLECTION], _COLLECTION)):
            yield (_COLLECTION, index), stub
    else:
        yield (), value
