"""MockServer expectations: initializer files, persisted expectations, and recorded exchanges.

Facts from MockServer 5.15.0 and 8.0.0, both run and measured (npm package mockserver-node), from
mock-server/mockserver @ 7b2fa05a (``HttpRequestPropertiesMatcher``, ``NottableStringMultiMap``,
``BodyWithContentTypeDTODeserializer``, ``RequestMatchers``, ``ExpectationInitializerLoader``), and from the schemas in
both jars. A file holds one expectation or a list of them; those of one folder answer together, as when a glob loads
them. MockServer itself loads nothing of a file in which it refuses one expectation.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mockserver.expectation import Expectation, read_expectation
from driftwatch.mocks.formats.mockserver.kinds import Kind, has_marks, kind_of
from driftwatch.mocks.formats.mockserver.request import SPECIFICATION, shown
from driftwatch.mocks.formats.mockserver.serving import NAME, Server
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_object, as_text
from driftwatch.model.interaction import Grade, Ignored, Interaction, Request

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_LOOKED_AT: Final = 50
"""Members of a list that are asked whether they are expectations."""


def recognises(document: Document) -> bool:
    """An expectation, a list with one, or what MockServer writes that looks so; a broken file by its marks."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return has_marks(document.text)
    value = document.value
    listed = value[:_LOOKED_AT] if isinstance(value, list) else [value]
    return any(kind_of(one) is not Kind.OTHER for one in listed)


def read(document: Document) -> Iterator[Reading]:
    """The expectations of one file alone, as if no other file belonged to its server."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The folder of a file: a server is given one file, or a glob for the files of a folder."""
    return "/".join(document.folders)


def serve(home: str) -> "MockServer":
    """A server without expectations."""
    return MockServer(home)


class MockServer:
    """One server: the expectations of all its files, among which one answers."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._entries: list[Expectation | Reading] = []
        self._named: dict[str, tuple[int, Expectation]] = {}
        self._ids: Counter[str] = Counter()
        self._document: Document | None = None

    def add(self, document: Document) -> Iterator[Reading]:
        """Read a file's expectations; what cannot be read comes out at once."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        self._document = document
        value = document.value
        places: list[tuple[Step, ...]] = [(index,) for index in range(len(value))] if isinstance(value, list) else [()]
        strange = Counter[Kind]()
        own: set[str] = set()
        for steps in places:
            one = value[steps[0]] if isinstance(value, list) and isinstance(steps[0], int) else value
            kind = kind_of(one)
            if kind in (Kind.VERIFICATION, Kind.LOG):
                strange[kind] += 1
                continue
            try:
                read = self._openapi(one, document, *steps) if kind is Kind.OPENAPI else None
                self._take(read or read_expectation(one, document, *steps), own)
            except Refusal as refusal:
                yield document.unreadable(NAME, refusal.below(steps), *steps)
        yield from (Ignored(document.file, kind.value) for kind in strange)

    def close(self) -> Iterator[Reading]:
        """All expectations, each with what stands in front of it."""
        if self._document is not None:
            yield from Server(self._document.options, self._home).settle(self._entries)

    def _take(self, entry: Expectation | Interaction, own: set[str]) -> None:
        """Take an expectation in: of two with one id a file's first counts, and of two files' the later."""
        mock_id, order = entry.mock_id, len(self._entries)
        if not isinstance(entry, Expectation):
            self._entries.append(dataclasses.replace(entry, mock_id=self._unique(mock_id)))
            return
        if mock_id in own:
            entry = entry.silenced("never answers: an expectation of the same id stands before it in the file")
        elif mock_id in self._named:
            index, earlier = self._named[mock_id]
            reason = f"never answers: the expectation of the same id in {entry.origin.file} replaces it"
            self._entries[index] = replace(earlier.silenced(reason), mock_id=self._unique(mock_id))
            # what replaces another takes its place in the order
            self._entries.append(replace(entry, order=earlier.order))
            self._named[mock_id] = order, replace(entry, order=earlier.order)
            own.add(mock_id)
            return
        entry = replace(entry, mock_id=self._unique(mock_id), order=order)
        if entry.is_named and mock_id not in own:
            own.add(mock_id)
            self._named[mock_id] = len(self._entries), entry
        self._entries.append(entry)

    def _unique(self, mock_id: str) -> str:
        """An id that no other expectation of the server has."""
        self._ids[mock_id] += 1
        return mock_id if self._ids[mock_id] == 1 else f"{mock_id}-{self._ids[mock_id]}"

    def _openapi(self, value: object, document: Document, *steps: Step) -> Interaction:
        """Expectations that MockServer makes of an OpenAPI description: no request and no answer stands in the file."""
        fields = as_object(value, *steps)
        operations = as_object(fields.get("operationsAndResponses"), *steps, "operationsAndResponses")
        which = ", ".join(f"`{name[:60]}`" for name in list(operations)[:5]) or "every operation"
        description = shown(fields[SPECIFICATION])
        reason = f"the OpenAPI description {description} says what is asked and answered"
        request = Request("GET", "/", "/", grade=Grade.UNRESOLVABLE, reason=reason)
        mock_id = as_text(fields.get("id"), *steps, "id") or identity([fields[SPECIFICATION], sorted(operations)])
        notes = (f"stands for {which}; give driftwatch the description itself to have it checked",)
        origin = document.origin(*steps)
        return Interaction(mock_id, NAME, origin, request, (), mock_id, incomparable=reason, notes=notes)
