"""json-server: a JSON or JSON5 file of collections and single objects, served as a REST interface.

Facts from typicode/json-server @ v0.17.4 and 1.0.0-beta.3, both asked. ``GET /name`` gives the list or the object,
``GET /name/:id`` the one item; both versions give an unpaged list bare. 0.17 keeps an ``id`` as the file has it, 1.0
makes it text. What writes is no claim. The values are sample data, so every leaf stands for its type.

Such a file has no mark of its own: any JSON of lists could be one, and most are not. It is taken for a database only
when its owner has named it as one *and* its content is one. It is named by the file name that json-server's own
documentation and start commands use (``db.json``, ``db.json5``), or by a ``package.json`` in its folder or above,
within the mocks folder, with a script that starts json-server with this file. To have a database under another name
read, give it the usual name or put such a script beside it. Its content is an object of lists and objects, with at
least one list whose items all have an ``id``, and no item may look like another tool's stub. Neither name nor form
alone is enough, so ordinary JSON stays ignored; no setting is needed, and the globs of ``mocks`` choose among databases
as among all files.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.requests import encode_segment
from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.json_server.database import Resource, is_database, resources
from driftwatch.mocks.formats.json_server.elements import Place, look, statements
from driftwatch.mocks.formats.json_server.naming import is_named, routes_beside
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Expectation, Grade, Interaction

NAME: Final = "json-server"

_MARKS: Final = re.compile(r"\A\s*\{\s*[\"']?[\w$-]{1,100}[\"']?\s*:\s*\[\s*\{[^{}\[\]]{0,2000}?[\"']?\bid[\"']?\s*:")
_JSON: Final = (("Content-Type", "application/json"),)


def recognises(document: Document) -> bool:
    """A database by its content and by its name; a broken one by the beginning of its first collection."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return _MARKS.match(document.text) is not None and is_named(document)
    return is_database(document.value) and is_named(document)


def read(document: Document) -> Iterator[Stub]:
    """A claim for every list and object, and one for an item of each list."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    reader = _Reader(document)
    for resource in resources(document.value):
        try:
            yield from reader.interactions(resource)
        except Refusal as refusal:
            yield document.unreadable(NAME, refusal, resource.name)


class _Reader:
    """One database on its way to interactions, under the paths it is asked by."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rewrites = routes_beside(document)

    def interactions(self, resource: Resource) -> Iterator[Interaction]:
        """The whole resource, and one item of a list. Raises ``Refusal`` if json-server does not serve it."""
        if resource.problem:
            raise Refusal(resource.problem)
        path = f"/{encode_segment(resource.name)}"
        place = look(resource.value)
        yield self._interaction(resource, Candidate(Asked("GET", path)), place)
        item = resource.item
        if item is None or place.items is None:
            return
        chosen = self._document.options.variables.get("id", "")
        asked = Asked("GET", f"{path}/{encode_segment(chosen or item.identifier)}")
        source = "the config" if chosen else "the file"
        candidate = Candidate(asked, template=f"{path}/{{id}}")
        candidate = candidate.weakened(Grade.CHOSEN, f"the path parameter `id` was taken from {source}")
        yield self._interaction(resource, candidate, place.items, item.position)

    def _interaction(
        self, resource: Resource, candidate: Candidate, place: Place, position: int | None = None
    ) -> Interaction:
        candidate, note = self._as_asked(candidate)
        request, _ = candidate.request(_JSON)
        steps = (resource.name,) if position is None else (resource.name, position)
        body = self._document.json(*steps).encode("utf-8", "surrogatepass")
        return Interaction(
            mock_id=resource.name if position is None else f"{resource.name}/:id",
            format=NAME,
            origin=self._document.origin(*steps),
            request=request,
            variants=(Expectation(200, _JSON, body, tuple(statements(place))),),
            group=self._document.file,
            notes=(*resource.notes, note) if note else resource.notes,
        )

    def _as_asked(self, candidate: Candidate) -> tuple[Candidate, str]:
        """The request under the path that a rewrite gives it, and a note on that."""
        if isinstance(self._rewrites, Refusal):
            return candidate, f"the rewrites beside it are not applied: {self._rewrites.reason}"
        outside = self._rewrites.outside(candidate.asked.path, candidate.template)
        if outside is None:
            return candidate, ""
        served = candidate.template or candidate.asked.path
        return outside.applied(candidate), f"served as {served}, asked for as routes.json rewrites it"
