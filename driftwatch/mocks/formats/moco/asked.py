"""What a session of moco's asks for: texts, each equal to an operand or looked at by an operator."""

import re
from collections.abc import Mapping
from typing import Final

from driftwatch.mocks.answers.attached import read_attached
from driftwatch.mocks.asking.question import Question, Wishes
from driftwatch.mocks.asking.wish import How, Wish, holds
from driftwatch.mocks.formats.moco.places import folders
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text

_OPERATORS: Final = {
    "match": How.WHOLE,
    "startsWith": How.START,
    "endsWith": How.END,
    "contain": How.PART,
    "json": How.DOCUMENT,
    "xml": How.DOCUMENT,
}
_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
_FILES: Final = ("file", "path_resource")
_NESTED: Final = ("and", "or", "not")
_DEEPEST: Final = 10
_MOST: Final = 50
"""Alternatives of one session that are looked at."""


def read_questions(
    fields: Object, document: Document, file_root: str, context: str, *steps: Step, depth: int = 0
) -> tuple[Question, ...]:
    """The requests a session answers; several where it says ``or``. Raises ``Refusal`` with the place."""
    if depth > _DEEPEST:
        raise Refusal(f"conditions nested deeper than {_DEEPEST} levels", steps=steps)
    body, undecided, lacking = _body(fields, document, file_root, *steps)
    version = as_text(fields.get("version"), *steps, "version") if isinstance(fields.get("version"), str) else ""
    if version and version.upper() not in ("HTTP/1.1", ""):
        undecided = f"the session wants {version[:20]}, and requests are sent with HTTP/1.1"
    found: tuple[Question, ...] = (
        Question(
            methods=_methods(fields.get("method"), *steps, "method"),
            path=_path(fields.get("uri"), context, *steps, "uri"),
            query=_pairs(fields.get("queries"), *steps, "queries"),
            headers=_pairs(fields.get("headers"), *steps, "headers"),
            cookies=_pairs(fields.get("cookies"), *steps, "cookies"),
            form=_pairs(fields.get("forms"), *steps, "forms"),
            body=body,
            is_open=fields.get("uri") is None,
            undecided=undecided,
            lacking=lacking,
        ),
    )
    for name in _NESTED:
        listed = fields.get(name)
        several = listed if isinstance(listed, list) else [listed]
        if len(several) > _MOST:
            raise Refusal(f"more than {_MOST} alternatives", steps=(*steps, name))
        parts = [
            read_questions(as_object(one, *steps, name), document, file_root, "", *steps, name, depth=depth + 1)
            for one in several
            if one is not None
        ]
        found = _combined(name, found, parts)
        if len(found) > _MOST:
            raise Refusal(f"more than {_MOST} alternatives", steps=(*steps, name))
    return found


def _combined(name: str, found: tuple[Question, ...], parts: list[tuple[Question, ...]]) -> tuple[Question, ...]:
    alternatives = tuple(question for part in parts for question in part)
    if not alternatives:
        return found
    match name:
        case "or":
            return tuple(one.and_(other) for one in found for other in alternatives)
        case "not":
            return tuple(one.and_(Question(never=alternatives)) for one in found)
        case _:
            for part in parts:
                found = tuple(one.and_(other) for one in found[:_MOST] for other in part[:_MOST])
            return found


def _container(value: object, *steps: Step) -> Wish:
    """A text, or an operator with its operand."""
    if not isinstance(value, Mapping):
        return Wish(How.EQUAL, as_text(value, *steps))
    fields = as_object(value, *steps)
    name = next(iter(fields), "")
    if name == "exist":
        return Wish(How.PRESENT if as_text(fields[name], *steps).lower() == "true" else How.ABSENT)
    how = _OPERATORS.get(name)
    if how is None or len(fields) != 1:
        raise Refusal(f"no operator that moco knows: {', '.join(list(fields)[:5])[:80] or 'nothing'}", steps=steps)
    return Wish(how, as_text(fields[name], *steps, name))


def _path(value: object, context: str, *steps: Step) -> Wish | None:
    """The path with the settings' context in front of it."""
    if value is None:
        return Wish(How.START, context) if context else None
    wish = _container(value, *steps)
    if not context:
        return wish
    match wish.how:
        case How.EQUAL | How.START:
            return Wish(wish.how, context + wish.text)
        case How.WHOLE:
            return Wish(How.WHOLE, re.escape(context) + wish.text)
        case _:
            return Wish(How.EACH, parts=(Wish(How.START, context), wish))


def _methods(value: object, *steps: Step) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        return (as_text(value, *steps).strip().upper(),)
    wish = _container(value, *steps)
    allowed = tuple(name for name in _METHODS if holds(wish, name) or holds(wish, name.lower()))
    if not allowed:
        raise Refusal(f"no method {wish}", steps=steps)
    return allowed


def _pairs(value: object, *steps: Step) -> Wishes:
    members = as_object(value, *steps)
    return tuple((name, _container(shown, *steps, name)) for name, shown in members.items())


def _body(fields: Object, document: Document, file_root: str, *steps: Step) -> tuple[Wish | None, str, str]:
    """What is asked of the body, what cannot be told about it, and what is missing."""
    wishes, undecided, lacking = [], "", ""
    if fields.get("text") is not None:
        wishes.append(_container(fields["text"], *steps, "text"))
    if "json" in fields:
        wishes.append(Wish(How.DOCUMENT, document.json(*steps, "json")))
    for name in _FILES:
        if fields.get(name) is not None:
            try:
                wishes.append(_file(fields[name], document, file_root, *steps, name))
            except Refusal as refusal:
                lacking = f"the request's body could not be read: {refusal.reason}"
    for path, shown in as_object(fields.get("json_paths"), *steps, "json_paths").items():
        wishes.append(Wish(How.AT, path, (_container(shown, *steps, "json_paths", path),)))
    if as_object(fields.get("xpaths"), *steps, "xpaths"):
        undecided = "an XPath decides about the body"
    if not wishes and (undecided or lacking):
        wishes.append(Wish(How.PRESENT))
    if len(wishes) > 1:
        return Wish(How.EACH, parts=tuple(wishes)), undecided, lacking
    return (wishes[0] if wishes else None), undecided, lacking


def _file(value: object, document: Document, file_root: str, *steps: Step) -> Wish:
    """The content of a file as an operand."""
    how, charset = How.EQUAL, "utf-8"
    if isinstance(value, Mapping):
        fields = as_object(value, *steps)
        operator = next((name for name in fields if name in _OPERATORS), "")
        how = _OPERATORS.get(operator, How.EQUAL)
        charset = as_text(fields.get("charset"), *steps, "charset") or charset
        value = fields.get(operator or "name")
    attached = read_attached(as_text(value, *steps), folders(document, file_root), document)
    try:
        return Wish(how, attached.content.decode(charset, "replace"))
    except LookupError:
        return Wish(how, attached.content.decode("utf-8", "replace"))
