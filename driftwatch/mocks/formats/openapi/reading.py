"""From a description to interactions: every operation, and every pair of examples that belong together."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from msgspec import Struct

from driftwatch.mocks.format import Stub
from driftwatch.mocks.formats.openapi.answers import (
    Answers,
    Response,
    Told,
    named_responses,
    shows_unnamed,
    successes,
    unfollowed,
)
from driftwatch.mocks.formats.openapi.described import Described
from driftwatch.mocks.formats.openapi.fits import misfit
from driftwatch.mocks.formats.openapi.operation import METHODS, Operation
from driftwatch.mocks.formats.openapi.parameters import parameters_of
from driftwatch.mocks.formats.openapi.parts import Files, Key, Part
from driftwatch.mocks.formats.openapi.request import build
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.mocks.formats.openapi.servers import base_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Interaction, Unreadable

_SIBLINGS: Final = re.compile(r"3\.[1-9]")
"""Versions whose schemas are JSON Schema 2020-12, where keywords beside a reference count."""


class Asked(Struct, frozen=True):
    """What one interaction of an operation is about."""

    pair: str
    """The name that a request and an answer share; empty for all that has none."""
    responses: list[Response]
    taken: frozenset[str]
    """The names of all pairs of the operation."""
    left: Sequence[str] = ()
    """Codes of responses that are described and not asked for."""


class Description:
    """One description on its way to interactions; ids are unique in it."""

    def __init__(self, document: Document, format_name: str) -> None:
        self._document = document
        self._format = format_name
        self._files = Files(document)
        version = self._files.root.text("openapi")
        self._schemas = Schemas(self._files, has_siblings=_SIBLINGS.match(version) is not None)
        self._answers = Answers()
        self._ids: Counter[str] = Counter()

    def stubs(self) -> Iterator[Stub]:
        """Every operation's interactions, in the order of the file; one that cannot be read costs no other."""
        found = list(self._operations())
        literal = {
            (one.method, one.path_template): self._name(one)
            for one in found
            if isinstance(one, Operation) and "{" not in one.template
        }
        for one in found:
            if not isinstance(one, Operation):
                yield one
                continue
            for stub in self._guarded(one):
                yield _shadowed(stub, one, literal) if isinstance(stub, Interaction) else stub

    def _operations(self) -> Iterator[Operation | Stub]:
        for one in self._described():
            if isinstance(one, Unreadable):
                yield one
            else:
                yield from self._operation(*one)

    def _described(self) -> Iterator[tuple[str, str, Part, Part] | Unreadable]:
        """Path, method, the path's item and the operation in it, as they are written."""
        paths = self._files.at(self._files.root, "paths")
        for child in paths.children() if paths is not None else ():
            template = str(child.steps[-1])
            if not template.startswith("/"):
                continue
            try:
                item = self._files.follow(child)
            except Refusal as refusal:
                yield child.document.unreadable(self._format, refusal.below(child.steps), *child.steps)
                continue
            for method in filter(METHODS.__contains__, item.names):
                operation = item.child(method)
                if operation is not None:
                    yield template, method, item, operation

    def _operation(self, template: str, method: str, item: Part, part: Part) -> Iterator[Operation | Stub]:
        try:
            if not isinstance(part.value, dict):
                raise Refusal(f"`{method}` of `{template}` must be an object")
            yield Operation(
                files=self._files,
                schemas=self._schemas,
                part=part,
                method=method.upper(),
                template=template,
                base=base_of(self._files, (part, item, self._files.root), self._document.options.variables),
                parameters=parameters_of(self._files, item, part),
            )
        except Refusal as refusal:
            yield part.document.unreadable(self._format, refusal.below(part.steps), *part.steps)

    def _guarded(self, operation: Operation) -> Iterator[Stub]:
        part = operation.part
        try:
            yield from list(self._interactions(operation))
        except Refusal as refusal:
            yield part.document.unreadable(self._format, refusal.below(part.steps), *part.steps)

    def _interactions(self, operation: Operation) -> Iterator[Interaction]:
        for asked in _asked(operation):
            yield self._interaction(operation, asked)

    def told(self, mock_id: str, place: Key) -> list[Told]:
        """The answers of one interaction, each with the places where it was found. Raises ``Refusal``.

        ``place`` is where its operation stands. Equal ids of one place differ in nothing.
        """
        for one in self._described():
            if isinstance(one, Unreadable) or one[-1].key != place:
                continue
            for operation in self._operation(*one):
                if isinstance(operation, Operation) and (asked := self._asked(mock_id, operation)) is not None:
                    return self._told(operation, asked)
        raise Refusal("the operation does not stand where it stood")

    def misfit(self, value: object, schema: Part) -> str:
        """The first place where a value breaks a schema of this description, in words; empty if it fits."""
        return misfit(value, ((schema,),), self._schemas)

    def _asked(self, mock_id: str, operation: Operation) -> Asked | None:
        """Which of an operation's interactions has this id; the longest name that is a part of it."""
        for asked in sorted(_asked(operation), key=lambda one: len(one.pair), reverse=True):
            own = re.escape(self._id(operation, asked))
            if re.fullmatch(rf"{own}(?:-\d+)?", mock_id):
                return asked
        return None

    def _told(self, operation: Operation, asked: Asked) -> list[Told]:
        return [
            told
            for response in asked.responses
            for told in self._answers.told(operation, response, asked.pair, asked.taken)
        ]

    def _interaction(self, operation: Operation, asked: Asked) -> Interaction:
        self._answers.notes.clear()
        variants = [told.answer for told in self._told(operation, asked)]
        answer = variants[0].headers if variants else ()
        others = frozenset[str]() if asked.pair else asked.taken
        question = build(operation, asked.pair, others, answer, self._document.options.variables)
        return Interaction(
            mock_id=self._unique(self._id(operation, asked)),
            format=self._format,
            origin=operation.part.document.origin(*operation.part.steps),
            request=question.request,
            variants=tuple(variants),
            group=self._document.file,
            name=operation.part.text("summary") or operation.part.text("operationId"),
            incomparable="" if variants else "the description has no successful answer to compare with",
            notes=(*_labels(operation, asked.left), *unfollowed(operation), *question.notes, *self._answers.notes),
            specification=Described(operation, self._answers),
        )

    def _id(self, operation: Operation, asked: Asked) -> str:
        name = self._name(operation)
        return f"{name}:{asked.pair}" if asked.pair else name

    def _name(self, operation: Operation) -> str:
        """The operation's own id, else a hash of what it answers to."""
        identity = f"{operation.method}\0{operation.path_template}".encode("utf-8", "surrogatepass")
        return operation.part.text("operationId") or hashlib.sha256(identity).hexdigest()[:12]

    def _unique(self, name: str) -> str:
        self._ids[name] += 1
        return name if self._ids[name] == 1 else f"{name}-{self._ids[name]}"


def _asked(operation: Operation) -> Iterator[Asked]:
    """One for each name that both a request and an answer have an example of, and one for what is left."""
    named = named_responses(operation)
    requested = dict.fromkeys(example.name for example in operation.request_examples())
    pairs = [name for name in named if name in requested]
    expected, left = successes(operation)
    statuses = {response.status for response in expected}
    taken = frozenset(pairs)
    told = [name for name in pairs if any(response.status in statuses for response in named[name])]
    for name in pairs:
        yield Asked(name, sorted(named[name], key=_by_status), taken)
    if not told or named.keys() - taken or any(shows_unnamed(operation, one) for one in expected):
        yield Asked("", expected, taken, left)


def _by_status(response: Response) -> int:
    return response.status


def _labels(operation: Operation, left: Sequence[str]) -> Iterator[str]:
    """What a reader should know of an operation before anything of its answers."""
    if operation.part.is_marked("deprecated"):
        yield "deprecated"
    if operation.part.is_marked("x-internal"):
        yield "internal"
    if operation.base.path:
        yield f"the base path {operation.base.path} is the description's own"
    if operation.base.others:
        yield f"other servers have other base paths: {', '.join(operation.base.others)}"
    if left:
        yield f"not asked for, though described: {', '.join(left)}"


def _shadowed(stub: Interaction, operation: Operation, literal: dict[tuple[str, str], str]) -> Interaction:
    """A path without parameters comes before one with parameters (OpenAPI 3.1.1, 4.8.8.2)."""
    other = literal.get((stub.request.method, stub.request.path))
    if other is None or "{" not in operation.template:
        return stub
    return replace(stub, shadowed_by=other)
