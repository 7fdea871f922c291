"""Where Postman's saved examples stand: in 2.0 and 2.1 an entry of ``response``, in version 3 a file of its own.

Variables and typed placeholders (``<string>``) are kept: they say that any value may stand there. An example without
a status has no answer to change.
"""

from collections.abc import Iterator, Sequence

from driftwatch.mocks.formats.postman.placeholders import placeholders
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status, Stretch
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.model.interaction import Interaction


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an example."""
    here = steps_of(document, interaction)
    home = _example(document, *here) if here else _file(document)
    return [home for _ in interaction.variants]


def _example(document: Document, *here: Step) -> Home:
    fields = as_object(value_at(document, here), *here)
    return Home(
        status=Status((*here, "code"), phrase=(*here, "status")),
        headers=_headers(fields.get("header"), *here, "header"),
        body=_body(fields, *here, "body"),
        expressions=_kept,
    )


def _file(document: Document) -> Home:
    """Version 3."""
    fields = as_object(value_at(document, ("response",)), "response")
    stored = fields.get("body")
    return Home(
        status=Status(("response", "statusCode"), phrase=("response", "statusText")),
        headers=_headers(fields.get("headers"), "response", "headers", is_map=True),
        body=_body(stored, "response", "body", "content") if isinstance(stored, dict) else None,
        why="" if isinstance(stored, dict) else "the example has no `body` with a type",
        expressions=_kept,
    )


def _headers(value: object, *steps: Step, is_map: bool = False) -> Headers | None:
    """Entries with a key and a value, a map, lines, or a text of lines; the entries of one list may differ."""
    if isinstance(value, dict) or (value is None and is_map):
        return Headers(steps)
    if isinstance(value, str) or (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
        return Headers(steps, Spelling.LINES)
    if isinstance(value, list) and any(isinstance(one, str) for one in value):
        return None
    return Headers(steps, Spelling.PAIRS, name="key")


def _body(fields: Object, *steps: Step) -> Body:
    return Body(steps, is_inline=isinstance(fields.get(str(steps[-1])), dict | list))


def _kept(text: str) -> Iterator[Stretch]:
    """What stands for a value: variables, and placeholders that are a whole text."""
    yield from sorted([*handlebars(text), *placeholders(text)])
