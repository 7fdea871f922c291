"""Where the examples of a description stand: at a response, in ``components``, or in another file.

An example is what somebody wrote, and can be changed; who else refers to it answers with it, too. What is made from a
schema cannot: the schema is a promise to all its users, and a person decides on it. The status, the media type and the
headers are names in the description, of which the same is true.
"""

import json
from collections.abc import Sequence
from typing import Final

from driftwatch.mocks.formats.openapi import NAME
from driftwatch.mocks.formats.openapi.answers import MADE
from driftwatch.mocks.formats.openapi.parts import Part, reference_of
from driftwatch.mocks.formats.openapi.reading import Description
from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Home
from driftwatch.mocks.text.documents import Document, open_document, pointer
from driftwatch.model.interaction import Expectation, Interaction

_FIXED: Final = "the description says it for all its users: change its `responses` by hand"
_MADE: Final = "made from the schema `{}`, which is a promise to all its users: change the schema by hand"
_GONE: Final = "the description that it is a part of cannot be read"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of an operation: its examples, then what the schema allows."""
    root = document if interaction.group == document.file else _opened(interaction.group, document)
    place = document.file, steps_of(document, interaction)
    told = Description(root, NAME).told(interaction.mock_id, place)
    return [_home(answer, part, document) for answer, part in told]


def _opened(file: str, beside: Document) -> Document:
    """The description itself, where the operation stands in one of its other files. Raises ``Refusal``."""
    path = (beside.root / file).resolve()
    if not path.is_relative_to(beside.root.resolve()):
        raise Refusal(_GONE)
    found = open_document(path, beside.root.resolve(), beside.limits, beside.options)
    if not isinstance(found, Document) or found.problem is not None:
        raise Refusal(_GONE)
    return found


def _home(answer: Expectation, part: Part | None, document: Document) -> Home | str:
    if part is None:
        return Home(why=_FIXED)
    if answer.note == MADE:
        return _MADE.format(reference_of(part) or f"{part.document.file}#{pointer(part.steps)}")
    return Home(
        body=Body(part.steps, is_inline=_is_itself(part.value, answer)),
        document=part.document if part.document.file != document.file else None,
        why=_FIXED,
        expressions=handlebars,
    )


def _is_itself(value: object, answer: Expectation) -> bool:
    """Whether the value is the document that is answered, and not a text that holds it."""
    if not isinstance(value, str):
        return True
    try:
        return isinstance(json.loads(answer.body or b""), str)
    except (ValueError, RecursionError):
        return False
