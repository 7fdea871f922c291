"""Collections of version 3: a folder of YAML files, in which every request and every example is a file of its own.

Facts from fleetbase/postman @ 23ca67f and Postman's page on the schema 3.0.0: ``definition.yaml`` in ``.resources``
speaks for its folder; the examples of ``<Request>.request.yaml`` lie in
``.resources/<Request>.resources/examples``. Lists of entries and plain maps stand for the same. The URL of an example
repeats the query that ``queryParams`` holds.
"""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.postman.answer import Answer, answer_of, read_status, read_text
from driftwatch.mocks.formats.postman.bodies import PRUNED, read_v3_body
from driftwatch.mocks.formats.postman.collection import auth_notes, auth_of, own_layer
from driftwatch.mocks.formats.postman.saved import NAME, Collection, Example
from driftwatch.mocks.formats.postman.spelled import Pair, Spelled, read_pairs, read_values, split_query
from driftwatch.mocks.formats.postman.variables import Allowance, Layer, Variables
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.model.interaction import Ignored, Interaction

LayerOf = Callable[[PurePosixPath], Layer | None]
"""The values that a folder sees."""

_RESOURCES: Final = ".resources"
_COLLECTIONS: Final = "collections"
_OWN: Final = "the example has no request of its own, and that of its request file is asked"
_UNASKED: Final = "a request without a saved example: there is nothing to compare"


class _Definition(Struct, frozen=True):
    """What a folder says of all below it."""

    layer: Layer | None
    auth: object


class Folders(Struct):
    """All files of version 3 below a mocks folder."""

    examples: list[Document] = field(default_factory=list)
    _definitions: dict[str, _Definition] = field(default_factory=dict)
    _requests: dict[str, Document] = field(default_factory=dict)
    """By folder and name, without extension."""
    _named: dict[str, str] = field(default_factory=dict)
    """Requests by the folder that they name for their examples."""
    _collections: dict[str, tuple[Collection, Allowance]] = field(default_factory=dict)

    def define(self, document: Document) -> None:
        """Take in what a folder says of itself. Raises ``Refusal``."""
        fields = as_object(document.value)
        folder = PurePosixPath(document.file).parent
        folder = folder.parent if folder.name == _RESOURCES else folder
        layer = own_layer(fields.get("variables"), document, "variables")
        self._definitions[folder.as_posix()] = _Definition(layer, fields.get("auth"))

    def add_request(self, document: Document) -> None:
        """Take in a request. It may name another folder for its examples than the usual one."""
        stem = _stem(document.file, ".request")
        self._requests[stem] = document
        examples = as_object(document.value).get("examples")
        if isinstance(examples, str):
            self._named[(PurePosixPath(document.file).parent / examples).as_posix()] = stem

    def add_example(self, document: Document) -> None:
        """Take in an example."""
        self.examples.append(document)

    def stubs(self, environments: LayerOf, globals_: LayerOf) -> Iterator[Stub]:
        """Every example in the order of the files, and the requests that have none."""
        asked = set()
        for document in self.examples:
            stem = self._named.get(PurePosixPath(document.file).parent.as_posix()) or _request_of(document.file)
            asked.add(stem)
            folder = PurePosixPath(stem).parent
            layers = (environments(folder), *self._layers(folder), globals_(folder))
            try:
                yield self._interaction(document, stem, tuple(layer for layer in layers if layer is not None))
            except Refusal as refusal:
                yield document.unreadable(NAME, refusal)
        for stem, document in self._requests.items():
            if stem not in asked:
                yield Ignored(document.file, _UNASKED)

    def _interaction(self, document: Document, stem: str, layers: tuple[Layer, ...]) -> Interaction:
        root = self._root(PurePosixPath(stem).parent)
        collection, allowance = self._collections.setdefault(root, (Collection(root), Allowance()))
        variables = Variables(document.options.variables, layers, allowance)
        return collection.interaction(self._example(document, stem), variables, document)

    def _layers(self, folder: PurePosixPath) -> list[Layer]:
        return [one.layer for one in self._above(folder) if one.layer is not None]

    def _above(self, folder: PurePosixPath) -> list[_Definition]:
        """What is defined for a folder, the nearest first."""
        places = (place.as_posix() for place in (folder, *folder.parents))
        return [self._definitions[place] for place in places if place in self._definitions]

    def _root(self, folder: PurePosixPath) -> str:
        """The folder of the whole collection: the outermost that is defined, or else the one below ``collections``."""
        places = (folder, *folder.parents)
        defined = [place for place in places if place.as_posix() in self._definitions]
        below = [place for place in places if place.parent.name == _COLLECTIONS]
        return next(iter((*reversed(defined), *below, folder))).as_posix()

    def _example(self, document: Document, stem: str) -> Example:
        fields = as_object(document.value)
        if not isinstance(fields.get("response"), dict):
            raise Refusal("the example has no `response`", steps=("response",))
        file = self._requests.get(stem)
        outer = as_object(file.value) if file is not None else {}
        notes: tuple[str, ...] = ()
        if fields.get("request"):
            request = as_object(fields["request"], "request")
            spelled = _spelled(request, document, outer, "request")
        elif file is not None:
            request, notes = outer, (_OWN,)
            spelled = _spelled(outer, file, {})
        else:
            raise Refusal("the example has no `request`, and there is no request file beside it", steps=("request",))
        kind = auth_of(request.get("auth"), auth_of(outer.get("auth"), self._auth(PurePosixPath(stem).parent)))
        return Example(
            _name(fields, outer, document.file, stem),
            "",
            spelled,
            _answer(spelled.method, fields, document),
            (*notes, *auth_notes(kind)),
            has_auth=bool(auth_notes(kind)),
        )

    def _auth(self, folder: PurePosixPath) -> str:
        found = (auth_of(one.auth, "") for one in self._above(folder))
        return next(filter(None, found), "")


def _spelled(request: Object, document: Document, outer: Object, *steps: Step) -> Spelled:
    method = as_text(request.get("method"), *steps, "method").upper() or "GET"
    before, query = split_query(as_text(request.get("url"), *steps, "url"))
    behavior = outer.get("settings", request.get("settings"))
    sends_every_body = isinstance(behavior, dict) and behavior.get("disableBodyPruning") is True
    return Spelled(
        method,
        before,
        _query(query, request.get("queryParams"), document, *steps, "queryParams"),
        read_values(request.get("pathVariables"), document, *steps, "pathVariables"),
        read_pairs(request.get("headers"), document, *steps, "headers"),
        None
        if method in PRUNED and not sends_every_body
        else read_v3_body(request.get("body"), document, *steps, "body"),
    )


def _query(in_url: tuple[Pair, ...], listed: object, document: Document, *steps: Step) -> tuple[Pair, ...]:
    """The listed parameters, and before them those that stand in the URL only."""
    pairs = read_pairs(listed, document, *steps)
    names = {pair.name for pair in pairs}
    return (*(pair for pair in in_url if pair.name not in names), *pairs)


def _answer(method: str, fields: Object, document: Document) -> Answer:
    response = as_object(fields.get("response"), "response")
    stored = as_object(response.get("body"), "response", "body")
    status = read_status(response.get("statusCode"), response.get("statusText"), "response", "statusCode")
    headers = read_pairs(response.get("headers"), document, "response", "headers")
    text = read_text(stored.get("content"), document, "response", "body", "content")
    return answer_of(method, status, headers, text, str(stored.get("type") or ""))


def _name(fields: Object, outer: Object, file: str, stem: str) -> str:
    own = fields.get("name") or PurePosixPath(_stem(file, ".example")).name
    request = outer.get("name") or PurePosixPath(stem).name
    return f"{request}: {own}" if own != request else str(own)


def _stem(file: str, suffix: str) -> str:
    """A file's path without its extensions."""
    return file.removesuffix(".yaml").removesuffix(".yml").removesuffix(".json").removesuffix(suffix)


def _request_of(file: str) -> str:
    """The request, without extension, that an example belongs to; its own folder's if it lies anywhere else."""
    parts = PurePosixPath(file).parts
    for index in range(len(parts) - 2, 0, -1):
        if parts[index - 1] == _RESOURCES and parts[index].endswith(_RESOURCES):
            return PurePosixPath(*parts[: index - 1], parts[index].removesuffix(_RESOURCES)).as_posix()
    return _stem(file, ".example")
