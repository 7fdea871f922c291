"""What an operation answers: which of its responses count as its answer, and each as the variants a mock would show.

The schema decides (``Picture``); examples are what somebody wrote, and stand beside it. A value that differs from an
example and satisfies the schema is no drift.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.answers.templates import has_template
from driftwatch.mocks.formats.openapi.alternatives import Place
from driftwatch.mocks.formats.openapi.examples import (
    Example,
    body_of,
    external_examples,
    named_examples,
    single_examples,
)
from driftwatch.mocks.formats.openapi.leaves import Leaves
from driftwatch.mocks.formats.openapi.media import content_of, is_json, is_range, preferred
from driftwatch.mocks.formats.openapi.operation import Operation
from driftwatch.mocks.formats.openapi.parts import Key, Part
from driftwatch.mocks.formats.openapi.scalars import TEXT
from driftwatch.mocks.formats.openapi.unfold import Picture, unfold
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Expectation, Header

_CODE: Final = re.compile(r"[1-5][0-9]{2}")
_SUCCESSES: Final = (200, 201, 202, 204)
"""What a range or a lone default stands for."""
MADE: Final = "made from the schema"


class Told(Struct, frozen=True):
    """An answer, and where it was found."""

    answer: Expectation
    example: Part | None = None
    """What is its body; ``None`` where it has none, or it was made from the schema."""
    schema: Part | None = None
    """What the description says of it, if its media type is JSON."""


class Response(Struct, frozen=True):
    """One response of an operation, under one status."""

    status: int
    part: Part


class Answers(Struct):
    """Reads the responses of one description; schemas that several share are unfolded once."""

    notes: dict[str, None] = field(default_factory=dict)
    """What was noticed while reading the responses of the operation at hand."""
    _pictures: dict[Key, Picture] = field(default_factory=dict)
    _leaves: Leaves = field(default_factory=dict)

    def variants(self, operation: Operation, response: Response, pair: str, taken: frozenset[str]) -> list[Expectation]:
        """The answers of one response: of one pair's name, or all but those ``taken`` by pairs."""
        return [told.answer for told in self.told(operation, response, pair, taken)]

    def told(self, operation: Operation, response: Response, pair: str, taken: frozenset[str]) -> list[Told]:
        """The same answers, each with the places where it was found."""
        media_type, owner = _content(operation, response.part)
        headers = tuple(self._headers(operation, response.part, media_type))
        if owner is None or has_no_body(operation.method, response.status):
            bare = tuple(h for h in headers if h[0] != "Content-Type")
            return [Told(Expectation(response.status, bare))]
        examples = [one for one in _examples(operation, owner, media_type) if _is_wanted(one, pair, taken)]
        for name in external_examples(operation.files, owner):
            self.notes[f"the example `{name}` stands at an URL and is not fetched"] = None
        schema = owner.child("schema")
        picture = self._picture(operation, schema) if schema is not None and is_json(media_type) else None
        place: Place | None = ((schema,),) if schema is not None else None
        shown = [(self._shown(operation, response, one, media_type, place, picture), one.part) for one in examples]
        claim = schema if picture is not None else None
        told = [Told(_with_headers(one, headers), part, claim) for one, part in shown if one is not None]
        if picture is not None:
            made = (
                Expectation(response.status, headers, _encoded(value), picture.matchers, note=MADE)
                for value in picture.documents
            )
            told += [Told(answer, schema=schema) for answer in made]
        return told or [Told(Expectation(response.status, headers))]

    def _shown(
        self,
        operation: Operation,
        response: Response,
        example: Example,
        media_type: str,
        place: Place | None,
        picture: Picture | None,
    ) -> Expectation | None:
        try:
            body = body_of(example, media_type, place, operation.schemas, is_json=is_json(media_type))
        except Refusal as refusal:
            self.notes[refusal.reason] = None
            return None
        if body.note:
            self.notes[body.note] = None
        document = example.part.document
        return Expectation(
            response.status,
            body=body.content,
            matchers=(*body.matchers, *(picture.matchers if picture is not None else ())),
            delay_ms=_delay(operation),
            note=f"the example `{example.name}`" if example.name else "",
            body_file=document.file if document is not operation.part.document else "",
        )

    def _picture(self, operation: Operation, schema: Part) -> Picture:
        key = operation.schemas.named(schema).key
        known = self._pictures.get(key)
        if known is None:
            known = self._pictures[key] = unfold(operation.schemas, ((schema,),), self._leaves)
        if known.cut:
            where = known.cut[0] or "the top"
            self.notes[f"below {where} the schema is recursive or too large, and nothing is claimed"] = None
        self.notes.update(dict.fromkeys(known.problems))
        return known

    def _headers(self, operation: Operation, response: Part, media_type: str) -> Iterator[Header]:
        """The media type, unless it is a range, and the headers that are always sent (``required``, since 3.0)."""
        if media_type and not is_range(media_type):
            yield "Content-Type", media_type
        described = operation.files.at(response, "headers")
        for child in described.children() if described is not None and isinstance(described.value, dict) else ():
            name = str(child.steps[-1])
            try:
                header = operation.files.follow(child)
            except Refusal as refusal:
                self.notes[refusal.reason] = None
                continue
            if header.is_marked("required") and name.lower() != "content-type":
                yield name, _header_text(operation, header)


def successes(operation: Operation) -> tuple[list[Response], list[str]]:
    """The responses an operation is expected to give, the lowest success first; and the codes of all others."""
    found: dict[int, Part] = {}
    described = responses(operation)
    exact = {int(code): part for code, part in described.items() if _CODE.fullmatch(code)}
    found.update((status, exact[status]) for status in sorted(exact) if 200 <= status < 300)
    wide = next((part for code, part in described.items() if code.upper() == "2XX"), None)
    if wide is None and not found:
        wide = described.get("default") if not any(status < 400 for status in exact) else None
    for status in _SUCCESSES if wide is not None else ():
        found.setdefault(status, wide if wide is not None else operation.part)
    found.update((status, exact[status]) for status in sorted(exact) if 300 <= status < 400 and status != 304)
    left = [code for code, part in described.items() if part not in found.values()]
    return [Response(status, part) for status, part in found.items()], left


def named_responses(operation: Operation) -> dict[str, list[Response]]:
    """By their names, the responses that have an example of that name, or refer to it (``x-microcks-refs``)."""
    found: dict[str, list[Response]] = {}
    for code, part in responses(operation).items():
        if not _CODE.fullmatch(code):
            continue
        media_type, owner = _content(operation, part)
        names = [one.name for one in _examples(operation, owner, media_type)] if owner is not None else []
        references = part.child("x-microcks-refs")
        if references is not None and isinstance(references.value, list):
            names += [name for name in references.value if isinstance(name, str)]
        for name in dict.fromkeys(filter(None, names)):
            found.setdefault(name, []).append(Response(int(code), part))
    return found


def shows_unnamed(operation: Operation, response: Response) -> bool:
    """Whether a response has an example without a name, which belongs to no pair."""
    media_type, owner = _content(operation, response.part)
    return owner is not None and any(not one.name for one in _examples(operation, owner, media_type))


def responses(operation: Operation) -> dict[str, Part]:
    """The responses of an operation by their codes, as they are written: ``404``, ``4XX``, ``default``.

    Raises ``Refusal`` if one that it may answer with cannot be followed; others are left out, see ``unfollowed``.
    """
    return {code: part for code, part in _followed(operation) if isinstance(part, Part)}


def unfollowed(operation: Operation) -> Iterator[str]:
    """Why nothing is known of those responses to which a reference leads nowhere."""
    return (f"`{code}`: {part}" for code, part in _followed(operation) if isinstance(part, str))


def _followed(operation: Operation) -> Iterator[tuple[str, Part | str]]:
    described = operation.files.at(operation.part, "responses")
    children = list(described.children()) if described is not None and isinstance(described.value, dict) else []
    has_success = any(str(child.steps[-1]).startswith("2") for child in children)
    for child in children:
        code = str(child.steps[-1])
        try:
            yield code, operation.files.follow(child)
        except Refusal as refusal:
            if code.startswith(("2", "3")) or not has_success:
                raise
            yield code, refusal.reason


def _content(operation: Operation, response: Part) -> tuple[str, Part | None]:
    """A response's preferred media type and what is said of it; nothing where no body is described."""
    if not operation.is_swagger:
        return content_of(operation.files, response)
    examples = operation.files.at(response, "examples")
    if response.child("schema") is None and (examples is None or not examples.names):
        return "", None
    if _is_file(operation, response):
        return "", None
    shown = preferred(examples.names) if examples is not None else ""
    produced = operation.media("produces")
    return (shown if shown and (is_range(produced) or not is_json(produced)) else produced), response


def _is_file(operation: Operation, response: Part) -> bool:
    """Swagger's own type for a body that is no document."""
    schema = operation.files.at(response, "schema")
    return schema is not None and schema.has_text("type", "file")


def _examples(operation: Operation, owner: Part, media_type: str) -> Iterator[Example]:
    if not operation.is_swagger:
        yield from named_examples(operation.files, owner)
        found = owner.child("example")
        if found is not None:
            yield Example("", found)
        return
    for name in ("examples", "x-examples"):
        listed = operation.files.at(owner, name)
        for child in listed.children() if listed is not None and isinstance(listed.value, dict) else ():
            key = str(child.steps[-1])
            if "/" not in key:
                yield Example(key, child)
            elif key == media_type:
                yield Example("", child)


def _is_wanted(example: Example, pair: str, taken: frozenset[str]) -> bool:
    return example.name == pair if pair else example.name not in taken


def _with_headers(variant: Expectation, headers: Iterable[Header]) -> Expectation:
    return Expectation(
        variant.status, tuple(headers), variant.body, variant.matchers, variant.delay_ms, note=variant.note,
        body_file=variant.body_file,
    )  # fmt: skip


def _encoded(value: object) -> bytes:
    return json_text.encode(value).encode("utf-8", "surrogatepass")


def _header_text(operation: Operation, header: Part) -> str:
    """An example of a header's value; any text, if there is none: it is its presence that is promised."""
    for example in (*named_examples(operation.files, header), *single_examples(operation.files, header)):
        try:
            text = example.part.spelt()
        except Refusal:
            continue
        return TEXT if has_template(text) else text
    return TEXT


def _delay(operation: Operation) -> float | None:
    """Microcks lets an operation wait (``x-microcks-operation.delay``, in ms)."""
    found = operation.files.at(operation.part, "x-microcks-operation", "delay")
    value = found.value if found is not None else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
