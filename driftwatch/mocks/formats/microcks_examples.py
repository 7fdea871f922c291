"""Microcks' APIExamples: examples for the operations of an API that is described in another file.

Facts from microcks/microcks @ 18ab3372 (``ExamplesImporter``, ``URIBuilder``, ``MockControllerCommons``,
``MockRepositoryImporterFactory``), its manual (API Examples Format), and microcks/microcks-quickstarters @ 9cc22fc.

``operations`` names operations as the description has them, ``GET /pastry/{name}``, each with named examples of a
request and a response. Parameters fill the path and then make the query; bodies are text, or YAML that becomes JSON.
Which example answers a request is up to the description and to APIMetadata, so examples of one operation with the same
request are alternatives of one claim. ``{{ }}`` in an answer is a template (``TemplateEngine``).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.answers.templates import has_template, render
from driftwatch.mocks.asking.candidates import Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.named_paths import Known
from driftwatch.mocks.asking.requests import encode_path, encode_segment
from driftwatch.mocks.format import Stub
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax, pointer
from driftwatch.mocks.text.fields import Object, as_object, as_status, as_text, describe
from driftwatch.mocks.text.nodes import Node
from driftwatch.model.interaction import Expectation, Grade, Header, Ignored, Interaction, Matcher, Origin, Unreadable

NAME: Final = "microcks-examples"
_GROUP: Final = "mocks.microcks.io/"
_VERSION: Final = "v1alpha1"
_EXAMPLES: Final = "APIExamples"
_METADATA: Final = "APIMetadata"
_MARK: Final = re.compile(r"(?m)(?:^[\"']?|[{,]\s*\")apiVersion[\"']?\s*:\s*[\"']?mocks\.microcks\.io/")
_HTTP: Final = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) +(/\S*)")
_PLACE: Final = re.compile(r"\{([^{}/]+)\}|(?<=/):([A-Za-z_]\w*)")
_MARKER: Final = re.compile(r"(?m)^---(?=\s|\Z)")
_CUT: Final = 200
_LONGEST: Final = 2000
_MOST: Final = 1000
"""Parameters, or headers, of one example."""


def recognises(document: Document) -> bool:
    """Examples and metadata of Microcks by their ``apiVersion``; a broken file by the same mark."""
    if document.problem is not None:
        return _MARK.search(document.text) is not None
    value = document.value
    if document.syntax is Syntax.TEXT or not isinstance(value, dict):
        return False
    return isinstance(value.get("apiVersion"), str) and value["apiVersion"].startswith(_GROUP)


def read(document: Document) -> Iterator[Stub]:
    """The examples of one file, in their order."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    try:
        value = as_object(document.value)
        kind = as_text(value.get("kind"), "kind")
        if kind == _METADATA:
            yield Ignored(document.file, "says how Microcks chooses among examples, and holds none")
            return
        examples = _Examples(document, _api(value, kind))
        operations = as_object(value.get("operations"), "operations")
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal)
        return
    yield from examples.of(operations)
    if document.tree is not None and _MARKER.search(document.text, document.tree.start):
        yield Ignored(document.file, "Microcks reads the first document of a file only, and there are more")


def _api(value: Object, kind: str) -> str:
    """The API that the examples are of: its name and version. Raises ``Refusal`` if the file is of another kind."""
    version = as_text(value.get("apiVersion"), "apiVersion").removeprefix(_GROUP)
    if version != _VERSION:
        raise Refusal(f"version {version[:40]} is not known, only {_VERSION}", steps=("apiVersion",))
    if kind != _EXAMPLES:
        raise Refusal(f"`{kind[:40]}` is no kind of Microcks that holds examples; {_EXAMPLES} is", steps=("kind",))
    metadata = as_object(value.get("metadata"), "metadata")
    name = as_text(metadata.get("name"), "metadata", "name")
    if not name:
        raise Refusal("`metadata.name` must say which API the examples are of", steps=("metadata",))
    return name


class _Body(Struct, frozen=True):
    content: bytes | None = None
    matchers: tuple[Matcher, ...] = ()


class _Place(Struct, frozen=True):
    """Where an example stands."""

    document: Document
    """The file; where its places are known, with the example alone, so that nothing is looked for in all of them."""
    above: tuple[Step, ...]
    """What leads to the example inside of ``document``."""
    pointer: str
    """The same inside of the file."""

    @property
    def origin(self) -> Origin:
        """For a person."""
        return replace(self.document.origin(*self.above), pointer=self.pointer)

    def unreadable(self, refusal: Refusal) -> Unreadable:
        """A refusal of the example."""
        found = self.document.unreadable(NAME, refusal.below(self.above), *self.above)
        return replace(found, pointer=self.pointer)


class _Examples:
    """The examples of one file."""

    def __init__(self, document: Document, api: str) -> None:
        self._document = document
        metadata = as_object(as_object(document.value).get("metadata"), "metadata")
        self._api = f"{api} {document.spelled(metadata.get('version'), 'metadata', 'version')}".strip()
        self._ids: Counter[str] = Counter()
        self._events = 0
        document.find_lines()  # so that the places of the examples need not find the lines again, each for itself

    def of(self, operations: Object) -> Iterator[Stub]:
        """Every example as an interaction; events, which nobody asks for, are counted."""
        is_empty = True
        nodes = _members(self._document.tree.step("operations") if self._document.tree else None)
        for operation, value in operations.items():
            steps: tuple[Step, ...] = ("operations", operation)
            place = self._place(nodes.get(operation), *steps)
            try:
                if len(operation) > _LONGEST:
                    raise Refusal(f"the name of an operation has more than {_LONGEST:,} characters")
                examples = _named(value, "an operation", place)
            except Refusal as refusal:
                yield place.unreadable(refusal)
                is_empty = False
                continue
            inner = _members(nodes.get(operation))
            for name, example in examples.items():
                is_empty = False
                yield from self._example(operation, name, example, self._place(inner.get(name), *steps, name))
        if is_empty:
            yield Ignored(self._document.file, "an APIExamples file without examples")
        if self._events:
            count = f"{self._events} event message{'s' if self._events > 1 else ''}"
            yield Ignored(self._document.file, f"{count}: only requests and their answers are audited")

    def _place(self, node: Node | None, *steps: Step) -> _Place:
        if node is None:
            return _Place(self._document, steps, pointer(steps))
        return _Place(replace(self._document, tree=node), (), pointer(steps))

    def _example(self, operation: str, name: str, value: object, place: _Place) -> Iterator[Stub]:
        try:
            fields = _named(value, "an example", place)
            if "eventMessage" in fields:
                self._events += 1
                return
            yield self._interaction(operation, name, fields, place)
        except Refusal as refusal:
            yield place.unreadable(refusal)

    def _interaction(self, operation: str, name: str, fields: Object, place: _Place) -> Interaction:
        for half in ("request", "response"):
            if half not in fields:
                raise Refusal(f"the example has no `{half}`; Microcks leaves it out", steps=place.above)
        match = _HTTP.fullmatch(operation.strip())
        method, path = match.groups() if match else ("POST", "/")
        reader = _Reader(place.document)
        answer, notes = reader.answer(fields["response"], method, *place.above, "response")
        candidate = reader.candidate(method, path, fields["request"], *place.above, "request")
        if not match:
            reason = f"the operation `{operation[:80]}` has no method and path: it is of gRPC, GraphQL or SOAP"
            candidate = candidate.weakened(Grade.UNRESOLVABLE, reason)
        request, left_out = candidate.request(answer.headers)
        return Interaction(
            mock_id=self._id(operation, name),
            format=NAME,
            origin=place.origin,
            request=request,
            variants=(answer,),
            group=f"{self._api} {operation}",
            name=name,
            notes=(f"an example of the API {self._api[:_CUT]}", *notes, *left_out),
        )

    def _id(self, operation: str, name: str) -> str:
        identity = f"{self._api}\0{operation}\0{name}".encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(identity).hexdigest()[:12]
        self._ids[digest] += 1
        return digest if self._ids[digest] == 1 else f"{digest}-{self._ids[digest]}"


def _named(value: object, what: str, place: _Place) -> Object:
    if not isinstance(value, dict | None):
        raise Refusal(f"{what} must be an object, found {describe(value)}", steps=place.above)
    return value or {}


def _members(node: Node | None) -> dict[str, Node]:
    return {name.text: value for name, value in node.members} if node is not None else {}


class _Reader(Struct, frozen=True):
    """Reads the two halves of an example."""

    document: Document

    def candidate(self, method: str, path: str, value: object, *steps: Step) -> Candidate:
        """The request as the example has it; the grade says so."""
        fields = as_object(value, *steps)
        parameters = list(self._parameters(fields.get("parameters"), *steps, "parameters"))
        headers = tuple(self._headers(fields.get("headers"), *steps, "headers"))
        body = self._text(fields.get("body"), *steps, "body")
        media_type = content_type_of(body) if not value_of(headers, "content-type") else ""
        if media_type:
            headers = (*headers, ("Content-Type", media_type))
        texts = [*(text for _, text in parameters), *(text for _, text in headers), body]
        template = _PLACE.sub(lambda place: f"{{{place.group(1) or place.group(2)}}}", path)
        path, query, missing = _filled(path, parameters, Known(self.document.options.variables))
        asked = Asked(method, path, tuple(query), headers, body or None)
        candidate = Candidate(asked, Grade.EXAMPLE, (), _encoded(template) if "{" in template else "")
        if missing:
            reason = f"the path parameter `{missing}` has no value; give it one in `variables`"
            return candidate.weakened(Grade.NEEDS_INPUT, reason)
        if any(map(has_template, texts)):
            return candidate.weakened(Grade.NEEDS_INPUT, "a template makes a part of the request")
        return candidate

    def _parameters(self, value: object, *steps: Step) -> Iterator[Header]:
        """Names and values; a list gives its name several values, an object gives its members."""
        for name, one in _few(value, *steps).items():
            if isinstance(one, list):
                yield from ((name, self._text(item, *steps, name, index)) for index, item in enumerate(one))
            elif isinstance(one, dict):
                yield from ((inner, self._text(item, *steps, name, inner)) for inner, item in one.items())
            else:
                yield name, self._text(one, *steps, name)

    def _headers(self, value: object, *steps: Step) -> Iterator[Header]:
        for name, one in _few(value, *steps).items():
            yield name, self._text(one, *steps, name)

    def _text(self, value: object, *steps: Step) -> str:
        """A value as Microcks sends it: text as it is, numbers with the digits of the file, the rest as JSON."""
        if isinstance(value, dict | list):
            return self.document.json(*steps)
        return self.document.spelled(value, *steps)

    def answer(self, value: object, method: str, *steps: Step) -> tuple[Expectation, tuple[str, ...]]:
        """What the example promises, and notes on it."""
        fields = as_object(value, *steps)
        written = list(self._headers(fields.get("headers"), *steps, "headers"))
        media_type = as_text(fields.get("mediaType"), *steps, "mediaType")
        if media_type and not value_of(written, "content-type"):
            written.append(("Content-Type", media_type))
        headers = tuple(header for header in written if not has_template(header[1]))
        status = as_status(fields.get("status"), *steps, "status") or 200
        body = _Body()
        if fields.get("body") is not None and not has_no_body(method, status):
            body = _rendered(self._text(fields["body"], *steps, "body"), value_of(headers, "content-type"))
        notes = ("a header is templated and not compared",) if len(headers) < len(written) else ()
        return Expectation(status, headers, body.content, body.matchers), notes


def _few(value: object, *steps: Step) -> Object:
    fields = as_object(value, *steps)
    if len(fields) > _MOST:
        raise Refusal(f"more than {_MOST:,} names in `{steps[-1]}`", steps=steps)
    return fields


def _filled(path: str, parameters: list[Header], known: Known) -> tuple[str, list[Header], str]:
    """The path with its parameters, those left over as a query, and the first that has no value."""
    given = dict(reversed(parameters))
    named = {match.group(1) or match.group(2) for match in _PLACE.finditer(path)}
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        text = given.get(name) or known.value(name, is_last=False)[0]
        if not text:
            missing.append(name)
            return f"{{{name}}}"
        return "/".join(map(encode_segment, text.split("/")))

    filled = encode_path(_PLACE.sub(value, path).replace("?", "%3F"))
    return filled, [(name, text) for name, text in parameters if name not in named], next(iter(missing), "")


def _encoded(template: str) -> str:
    """A path template with everything but its braces encoded."""
    return encode_path(template).replace("%7B", "{").replace("%7D", "}")


def _rendered(text: str, content_type: str) -> _Body:
    if not has_template(text):
        return _Body(encode_text(text, content_type))
    rendering = render(text)
    if all(matcher.path for matcher in rendering.matchers):
        return _Body(encode_text(rendering.text, content_type), rendering.matchers)
    # where a template makes all of it, nothing is claimed but that it is a document
    start = text.lstrip()
    is_structure = start[:1] in ("{", "[") and not start.startswith("{{")
    return _Body(b"null" if is_structure else None, rendering.matchers)
