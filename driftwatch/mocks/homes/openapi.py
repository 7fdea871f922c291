"""Where the examples of a description stand: at a response, in ``components``, or in another file.

An example is what somebody wrote, and can be changed as far as its schema lets it; who else refers to it answers with
it, too. What is made from a schema cannot: the schema is a promise to all its users, and a person decides on it. The
status, the media type and the headers are names in the description, of which the same is true.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Final

from driftwatch.mocks.formats.openapi import NAME
from driftwatch.mocks.formats.openapi.answers import Told
from driftwatch.mocks.formats.openapi.parts import Key, Part, reference_of
from driftwatch.mocks.formats.openapi.reading import Description
from driftwatch.mocks.homes import steps_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.expressions import handlebars
from driftwatch.mocks.rewriting.home import Body, Home
from driftwatch.mocks.rewriting.intended import applied, value_of
from driftwatch.mocks.rewriting.planned import Op
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document, open_document, pointer
from driftwatch.model.edit import Edit
from driftwatch.model.interaction import Expectation, Interaction

_FIXED: Final = "the description says it for all its users: change its `responses` by hand"
_MADE: Final = "made from the schema `{}`, which is a promise to all its users: change the schema by hand"
_SHARED: Final = "The example `{}` is changed for every response that refers to it."
_FORBIDDEN: Final = "the schema of the example forbids it ({}): change the schema first"
_GONE: Final = "the description that it is a part of cannot be read"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The answers of an operation: its examples, then what the schema allows."""
    root = document if interaction.group == document.file else _opened(interaction.group, document)
    place = document.file, steps_of(document, interaction)
    description = Description(root, NAME)
    return [_home(told, place, description) for told in description.told(interaction.mock_id, place)]


def _opened(file: str, beside: Document) -> Document:
    """The description itself, where the operation stands in one of its other files. Raises ``Refusal``."""
    path = (beside.root / file).resolve()
    if not path.is_relative_to(beside.root.resolve()):
        raise Refusal(_GONE)
    found = open_document(path, beside.root.resolve(), beside.limits, beside.options)
    if not isinstance(found, Document) or found.problem is not None:
        raise Refusal(_GONE)
    return found


def _home(told: Told, operation: Key, description: Description) -> Home | str:
    file, steps = operation
    part, schema = told.example, told.schema
    if part is None:
        return Home(why=_FIXED) if schema is None else _MADE.format(reference_of(schema) or _where(schema))
    is_own = part.document.file == file and part.steps[: len(steps)] == steps
    return Home(
        body=Body(part.steps, is_inline=_is_itself(part.value, told.answer)),
        document=part.document if part.document.file != file else None,
        why=_FIXED,
        expressions=handlebars,
        along=partial(_along, told.answer, schema, description) if schema is not None else None,
        note="" if is_own else _SHARED.format(_where(part)),
    )


def _where(part: Part) -> str:
    return f"{part.document.file}#{pointer(part.steps)}"


def _along(answer: Expectation, schema: Part, description: Description, edit: Edit) -> Sequence[Op] | str:
    """Nothing follows; but no example is made to break the schema beside it, which is the claim."""
    try:
        before = json_text.decode((answer.body or b"").decode())
        after = value_of(edit.value) if not edit.steps else applied(before, [edit])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ()
    broken = description.misfit(after, schema)
    return _FORBIDDEN.format(broken) if broken and not description.misfit(before, schema) else ()


def _is_itself(value: object, answer: Expectation) -> bool:
    """Whether the value is the document that is answered, and not a text that holds it."""
    if not isinstance(value, str):
        return True
    try:
        return isinstance(json.loads(answer.body or b""), str)
    except (ValueError, RecursionError):
        return False
