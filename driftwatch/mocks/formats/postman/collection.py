"""Collections 2.0 and 2.1: folders of requests, each with its saved examples.

The facts are those of ``Url`` and ``QueryParam`` of postman-collection 5.3.1 and of the published schemas
(postmanlabs/schemas @ e462f6b): the parts of an URL count and ``raw`` does not, unless there are no parts.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.postman.answer import answer_of, read_status, read_text
from driftwatch.mocks.formats.postman.bodies import PRUNED, read_body
from driftwatch.mocks.formats.postman.kinds import collection_of
from driftwatch.mocks.formats.postman.saved import NAME, Collection, Example
from driftwatch.mocks.formats.postman.spelled import Pair, Spelled, read_pairs, read_values, split_query
from driftwatch.mocks.formats.postman.variables import Allowance, Layer, Variables, layer_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Ignored

_NO_AUTH: Final = ("", "noauth", "inherit")
_OWN: Final = "the example has no request of its own, and that of its item is asked"


class Folder(Struct, frozen=True):
    """What a request inherits."""

    layers: tuple[Layer, ...] = ()
    """Variables, the nearest first."""
    auth: str = ""
    has_script: bool = False
    sends_every_body: bool = False

    def inside(self, fields: Object, document: Document, *steps: Step) -> "Folder":
        """The same with what a folder or an item adds. Raises ``Refusal``."""
        layer = own_layer(fields.get("variable"), document, *steps, "variable")
        behavior = fields.get("protocolProfileBehavior")
        pruning = behavior.get("disableBodyPruning") if isinstance(behavior, dict) else None
        return Folder(
            (layer, *self.layers) if layer else self.layers,
            auth_of(fields.get("auth"), self.auth),
            self.has_script or _has_script(fields.get("event")),
            self.sends_every_body if pruning is None else pruning is True,
        )


def own_layer(value: object, document: Document, *steps: Step) -> Layer | None:
    """The variables that a collection or a folder defines; ``None`` if there are none. Raises ``Refusal``."""
    pairs = read_pairs(value, document, *steps)
    values = {pair.name: pair.value for pair in pairs if pair.value and not pair.is_secret}
    secrets = tuple(pair.name for pair in pairs if pair.is_secret)
    return layer_of("the collection", values, secrets) if pairs else None


def auth_of(auth: object, inherited: str) -> str:
    """The kind of auth that counts; ``null`` and nothing mean that of the folder. The credentials are not read."""
    if isinstance(auth, list) and auth:
        auth = auth[0]  # version 3 allows several, of which the first is used
    kind = auth.get("type") if isinstance(auth, dict) else None
    return inherited if kind is None or kind == "inherit" else str(kind)[:40]


def auth_notes(kind: str) -> tuple[str, ...]:
    """What to say of an auth that is never sent."""
    return () if kind in _NO_AUTH else (f"needs credentials from the config: {kind} auth",)


def _has_script(events: object) -> bool:
    for event in events if isinstance(events, list) else ():
        script = event.get("script") if isinstance(event, dict) and event.get("listen") == "prerequest" else None
        lines = script.get("exec") if isinstance(script, dict) else None
        if any(str(line).strip() for line in (lines if isinstance(lines, list) else [lines or ""])):
            return True
    return False


class CollectionFile(Struct):
    """One file with a collection in it."""

    document: Document
    outer: tuple[Layer, ...] = ()
    """Environments: they win over the collection."""
    globals_: tuple[Layer, ...] = ()
    _requests: int = 0
    _examples: int = 0
    _allowance: Allowance = field(default_factory=Allowance)

    def stubs(self) -> Iterator[Stub]:
        """Every example, in the order of the file. What is no folder and no request is refused by itself."""
        whole = as_object(self.document.value)
        root = collection_of(whole)
        steps: tuple[Step, ...] = () if root is whole else ("collection",)
        collection = Collection(self.document.file)
        try:
            folder = Folder().inside(root, self.document, *steps)
            yield from self._items(collection, root.get("item"), folder, *steps, "item")
        except Refusal as refusal:
            yield self.document.unreadable(NAME, refusal.below(steps), *steps)
            return
        if not self._examples:
            yield Ignored(self.document.file, _nothing(self._requests))

    def _items(self, collection: Collection, items: object, folder: Folder, *steps: Step) -> Iterator[Stub]:
        """The examples below a list of items; a stack of its own keeps deep folders from costing anything."""
        stack = self._below(items, folder, *steps)
        while stack:
            item, above, here = stack.pop()
            try:
                fields = as_object(item, *here)
                inside = above.inside(fields, self.document, *here)
                if "item" in fields:
                    stack += self._below(fields["item"], inside, *here, "item")
                    continue
            except Refusal as refusal:
                self._examples += 1
                yield self.document.unreadable(NAME, refusal.below(here), *here)
                continue
            yield from self._examples_of(collection, fields, inside, *here)

    def _below(self, items: object, folder: Folder, *steps: Step) -> list[tuple[object, Folder, tuple[Step, ...]]]:
        listed = as_list(items, *steps)
        return [(item, folder, (*steps, index)) for index, item in reversed(list(enumerate(listed)))]

    def _examples_of(self, collection: Collection, item: Object, folder: Folder, *steps: Step) -> Iterator[Stub]:
        self._requests += 1
        variables = Variables(
            self.document.options.variables, (*self.outer, *folder.layers, *self.globals_), self._allowance
        )
        try:
            responses = as_list(item.get("response"), *steps, "response")
        except Refusal as refusal:
            self._examples += 1
            yield self.document.unreadable(NAME, refusal.below(steps), *steps)
            return
        for index, response in enumerate(responses):
            here = (*steps, "response", index)
            self._examples += 1
            try:
                example = self._example(item, response, folder, *here)
                yield collection.interaction(example, variables, self.document, *here)
            except Refusal as refusal:
                yield self.document.unreadable(NAME, refusal.below(here), *here)

    def _example(self, item: Object, response: object, folder: Folder, *steps: Step) -> Example:
        fields = as_object(response, *steps)
        if not fields:
            raise Refusal("the example is empty", steps=steps)
        outer = (*steps[:-2], "request")
        asked, here = fields.get("originalRequest"), (*steps, "originalRequest")
        is_own = bool(asked) and not (isinstance(asked, dict) and not asked.get("url"))
        if not is_own:
            asked, here = item.get("request"), outer
        request = _as_request(asked, *here)
        spelled = self._spelled(request, folder, *here)
        spelled = replace(
            spelled, path_variables={**self._values(item.get("request"), *outer), **spelled.path_variables}
        )
        status = read_status(fields.get("code"), fields.get("status"), *steps, "code")
        headers = read_pairs(fields.get("header"), self.document, *steps, "header")
        text = read_text(fields.get("body"), self.document, *steps, "body")
        answer = answer_of(spelled.method, status, headers, text, str(fields.get("_postman_previewlanguage") or ""))
        notes = [] if is_own else [_OWN]
        notes += ["its pre-request script is not run"] if folder.has_script else []
        own = item.get("request")
        inherited = auth_of(own.get("auth"), folder.auth) if isinstance(own, dict) else folder.auth
        proof = auth_notes(auth_of(request.get("auth"), inherited))
        return Example(
            _named(item.get("name"), fields.get("name")),
            next((found for key in ("id", "_postman_id", "uid") if isinstance(found := fields.get(key), str)), ""),
            spelled,
            answer,
            (*notes, *proof),
            has_auth=bool(proof),
        )

    def _values(self, request: object, *steps: Step) -> dict[str, str]:
        """The path variables of the item's own request, which fill what the example's leaves open."""
        url = request.get("url") if isinstance(request, dict) else None
        if not isinstance(url, dict):
            return {}
        return read_values(url.get("variable"), self.document, *steps, "url", "variable")

    def _spelled(self, request: Object, folder: Folder, *steps: Step) -> Spelled:
        method = as_text(request.get("method"), *steps, "method").upper() or "GET"
        is_pruned = method in PRUNED and not folder.sends_every_body
        url, query, values = self._url(request.get("url"), *steps, "url")
        return Spelled(
            method,
            url,
            query,
            values,
            read_pairs(request.get("header"), self.document, *steps, "header"),
            None if is_pruned else read_body(request.get("body"), self.document, *steps, "body"),
        )

    def _url(self, url: object, *steps: Step) -> tuple[str, tuple[Pair, ...], Mapping[str, str]]:
        if not isinstance(url, dict):
            return *split_query(as_text(url, *steps)), {}
        values = read_values(url.get("variable"), self.document, *steps, "variable")
        if not url.get("host") and not url.get("path"):
            before, query = split_query(as_text(url.get("raw"), *steps, "raw"))
        else:
            before, query = self._joined(url, *steps), ()
        listed = url.get("query")
        if isinstance(listed, str):
            query = split_query(f"?{listed}")[1]
        elif listed:
            query = read_pairs(listed, self.document, *steps, "query")
        return before, query, values

    def _joined(self, url: Object, *steps: Step) -> str:
        """An URL of its parts."""
        protocol, host = as_text(url.get("protocol"), *steps, "protocol"), self._parts(url.get("host"), *steps, "host")
        path, port = url.get("path"), as_text(url.get("port"), *steps, "port")
        before = f"{protocol.removesuffix('://')}://" if protocol and host else ""
        before += ".".join(host) + (f":{port}" if port else "")
        if not path:
            return before
        shown = path.removeprefix("/") if isinstance(path, str) else "/".join(self._parts(path, *steps, "path"))
        return f"{before}/{shown}"

    def _parts(self, value: object, *steps: Step) -> list[str]:
        """Segments: texts, or objects with a ``value``; a text stands for itself."""
        if not isinstance(value, list):
            return [as_text(value, *steps)] if value else []
        return [self._part(one, *steps, index) for index, one in enumerate(value)]

    def _part(self, one: object, *steps: Step) -> str:
        if isinstance(one, dict):
            return self.document.spelled(one.get("value"), *steps, "value")
        return self.document.spelled(one, *steps)


def _as_request(value: object, *steps: Step) -> Object:
    """A request; a text is the URL of a GET."""
    if isinstance(value, str):
        return {"url": value}
    if not value:
        raise Refusal("the example has no request, nor has its item", steps=steps[:-1])
    return as_object(value, *steps)


def _named(*names: object) -> str:
    """The names of an item and of its example, where they have one."""
    return ": ".join(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _nothing(requests: int) -> str:
    of = "one request" if requests == 1 else f"{requests:,} requests"
    return f"a Postman collection of {of} without a saved example: there is nothing to compare"
