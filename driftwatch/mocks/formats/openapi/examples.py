"""Examples: where a description puts them, by their names, and an example as the body that a client would see."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import encode_text
from driftwatch.mocks.answers.templates import has_template, render
from driftwatch.mocks.formats.openapi.alternatives import Place
from driftwatch.mocks.formats.openapi.fits import misfit, retyped
from driftwatch.mocks.formats.openapi.parts import Files, Part
from driftwatch.mocks.formats.openapi.schemas import Schemas
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Matcher

_VALUES: Final = ("value", "dataValue", "serializedValue")
"""The value of an Example Object: in every version, as data and as text in 3.2."""


class Example(Struct, frozen=True):
    """One example and its name; the name is empty where there is only one."""

    name: str
    part: Part


class Body(Struct, frozen=True):
    """An example as a body."""

    content: bytes
    matchers: tuple[Matcher, ...] = ()
    note: str = ""


def named_examples(files: Files, owner: Part) -> Iterator[Example]:
    """The named examples of a parameter or a media type; those that stand at an URL have no value and are left out."""
    examples = files.at(owner, "examples")
    for child in examples.children() if examples is not None and isinstance(examples.value, dict) else ():
        example = files.follow(child)
        found = next((part for name in _VALUES if (part := example.child(name)) is not None), None)
        if found is not None:
            yield Example(str(child.steps[-1]), found)


def external_examples(files: Files, owner: Part) -> list[str]:
    """The names of examples that stand at an URL, which is not fetched."""
    examples = files.at(owner, "examples")
    if examples is None or not isinstance(examples.value, dict):
        return []
    return [str(child.steps[-1]) for child in examples.children() if files.follow(child).text("externalValue")]


def single_examples(files: Files, owner: Part) -> Iterator[Example]:
    """The example without a name: of the owner, of Swagger's ``x-example``, of its schema."""
    schema = files.at(owner, "schema")
    places = [(owner, "example"), (owner, "x-example"), *([(schema, "example")] if schema is not None else [])]
    for place, name in places:
        found = place.child(name)
        if found is not None:
            yield Example("", found)
    listed = files.at(schema, "examples", 0) if schema is not None else None
    if listed is not None:
        yield Example("", listed)


def body_of(example: Example, media_type: str, place: Place | None, schemas: Schemas, *, is_json: bool) -> Body:
    """An example's bytes. Raises ``Refusal`` if it is not what its media type says."""
    part = example.part
    if not is_json:
        if isinstance(part.value, dict | list):
            raise Refusal(f"{_called(example)} is no text, though {media_type} is not JSON")
        return _templated(part.spelt(), media_type)
    value = part.value if place is None else retyped(part, place, schemas)
    if isinstance(value, str) and _is_json_text(value, place, schemas):
        return _parsed(value, example, place, schemas)
    text = json_text.encode(value)
    note = _misfit(value, example, place, schemas) if not has_template(text) else ""
    body = _templated(text, media_type)
    return Body(body.content, body.matchers, note)


def _is_json_text(value: str, place: Place | None, schemas: Schemas) -> bool:
    """Whether a text is the document itself rather than a document that is one text."""
    if place is None:
        return value.lstrip()[:1] in ("{", "[")
    return not any(one.takes("string") for one in schemas.alternatives(place))


def _parsed(text: str, example: Example, place: Place | None, schemas: Schemas) -> Body:
    rendering = render(text) if has_template(text) else None
    plain = rendering.text if rendering is not None else text
    try:
        value = json_text.decode(plain)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{_called(example)} is not the JSON that it should be") from error
    note = _misfit(value, example, place, schemas) if rendering is None else ""
    return Body(plain.encode("utf-8", "surrogatepass"), rendering.matchers if rendering is not None else (), note)


def _templated(text: str, media_type: str) -> Body:
    if not has_template(text):
        return Body(encode_text(text, media_type))
    rendering = render(text)
    return Body(encode_text(rendering.text, media_type), rendering.matchers)


def _misfit(value: object, example: Example, place: Place | None, schemas: Schemas) -> str:
    words = misfit(value, place, schemas) if place is not None else ""
    return f"{_called(example)} does not fit its own schema: {words}" if words else ""


def _called(example: Example) -> str:
    return f"the example `{example.name}`" if example.name else "the example"
