"""Where Imposter's answers stand: in a resource's ``response``, the body in the config or in a file beside it.

A file may be a stream of several configs. Placeholders (``${env.…}``, ``${var.…}``) are filled in while the config is
read; all others in an answer with ``template: true`` only, and in its file (imposter-project/imposter-go @ 6bd48bc4).
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.attached import body_of
from driftwatch.mocks.formats.imposter.config import flag, parts
from driftwatch.mocks.formats.imposter.templating import TEMPLATE
from driftwatch.mocks.homes import value_at
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.rewriting.expressions import marked
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text
from driftwatch.mocks.text.nodes import to_value
from driftwatch.model.interaction import Expectation, Interaction

_PLACEHOLDER: Final = r"\$\{(?:env|var)\.(?:[^}$]|\$(?!\{)){1,5000}\}"
_FILES: Final = ("file", "staticFile")
_TEXTS: Final = ("content", "staticData")
_DEFAULT: Final = "it is that of the config's default response, which is for all of its resources"
_FOLDER: Final = "its body is a folder of files"
_NO_RESPONSE: Final = "it has no `response` in the file"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a resource."""
    part, steps = _part(document, interaction.origin.pointer.split("/")[1:])
    resource = as_object(value_at(part, steps))
    at = (*steps, "response")
    response = resource.get("response")
    if response is None:
        return [_NO_RESPONSE] * len(interaction.variants)
    return [_home(as_object(response), resource, variant, part, *at) for variant in interaction.variants]


def _part(document: Document, names: list[str]) -> tuple[Document, tuple[Step, ...]]:
    """The config of a resource, and the steps in it. In a stream of several the pointer begins with its position."""
    several = list(parts(document))
    part = document
    if len(several) > 1:
        found = several[int(names.pop(0))]
        part = replace(found, value=to_value(found.node))
    return part, tuple(int(name) if name.isdecimal() else name for name in names)


def _home(response: Object, resource: Object, variant: Expectation, part: Document, *at: Step) -> Home:
    body = _body(response, resource, variant, part, *at)
    is_template = _flag(response.get("template"))
    return Home(
        status=Status((*at, "statusCode")),
        headers=Headers((*at, "headers"), is_over=True),
        body=body if isinstance(body, Body) else None,
        document=part,
        expressions=marked(f"{TEMPLATE}|{_PLACEHOLDER}" if is_template else _PLACEHOLDER),
        why=body if isinstance(body, str) else "",
    )


def _body(response: Object, resource: Object, variant: Expectation, part: Document, *at: Step) -> Body | str:
    if "dir" in response:
        return _FOLDER
    is_item = resource.get("type") == "array"
    if any(response.get(name) for name in _FILES) and variant.body_file:
        path = part.root / variant.body_file
        within = _item(body_of(path, variant.body_file, part).decode("utf-8", "replace"), variant) if is_item else ()
        return Body(file=path, is_literal=not _flag(response.get("template")), within=within)
    own = next((name for name in _TEXTS if response.get(name)), "")
    if not own and variant.body:
        return _DEFAULT
    name = own or next((name for name in _TEXTS if name in response), "content")
    return Body((*at, name), within=_item(str(response.get(name)), variant) if is_item else ())


def _flag(value: object) -> bool:
    return flag(as_text(value))


def _item(text: str, variant: Expectation) -> tuple[Step, ...]:
    """Which item of a list its reader shows; none if it shows the whole."""
    shown = (variant.body or b"").decode("utf-8", "replace")
    try:
        listed = json_text.decode(text)
    except (ValueError, RecursionError):
        return ()
    layout = json_text.Layout(text)
    places = range(len(listed)) if isinstance(listed, list) and shown != text else ()
    return next(((place,) for place in places if layout.source((place,)) == shown), ())
