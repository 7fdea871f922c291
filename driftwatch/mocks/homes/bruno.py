"""Where Bruno's saved answers stand: stretches of a ``.bru`` text, members of OpenCollection YAML and of a mock server.

A saved answer is plain text: nothing in it is evaluated. Where an import once wrote status and words in each other's
place they stay there.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from driftwatch.mocks.formats.bruno.blocks import Block, Entry, Line, blocks, entries
from driftwatch.mocks.formats.bruno.saved import unswapped
from driftwatch.mocks.homes import steps_of, value_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Spelling, Status, Stretch
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_object, as_text
from driftwatch.model.interaction import Interaction

_INDENT: Final = " " * 8
"""Of a body's lines in an example: what Bruno takes off (``bru_file``)."""
_QUOTES: Final = "'''"
_GONE: Final = "the example does not stand where it stood"
_BINARY: Final = "its body is binary, and Bruno keeps it as text only"
_NO_PART: Final = "the example has no `{}`: add it in Bruno first"
_UNEVEN: Final = "the lines of its body are not indented as Bruno indents them"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of an example, or of a route."""
    here = steps_of(document, interaction)
    home = _in_text(document, here) if document.syntax is Syntax.TEXT else _in_yaml(document, *here, "response")
    return [home for _ in interaction.variants]


# OpenCollection and mock servers


def _in_yaml(document: Document, *here: Step) -> Home | str:
    if not isinstance(value_at(document, here), dict):
        return _NO_PART.format("response")
    fields = as_object(value_at(document, here), *here)
    status, phrase = (*here, "status"), (*here, "statusText")
    code, words = as_text(fields.get("status"), *status), as_text(fields.get("statusText"), *phrase)
    if unswapped(code, words) != code:
        status, phrase = phrase, status
    body = as_object(fields.get("body"), *here, "body")
    why = _BINARY if body.get("type") == "binary" else "" if body else _NO_PART.format("body")
    return Home(
        status=Status(status, phrase=phrase),
        # a mock server sends a media type by the body's kind, where no header says another
        headers=Headers((*here, "headers"), Spelling.PAIRS, is_over=here[0] == "routes"),
        body=None if why else Body((*here, "body", "data"), is_inline=isinstance(body.get("data"), dict | list)),
        why=why,
    )


# .bru


def _in_text(document: Document, here: tuple[Step, ...]) -> Home:
    saved = [block for block in blocks(document.text) if isinstance(block, Block) and block.name == "example"]
    position = here[-1] if here else None
    if not isinstance(position, int) or position >= len(saved):
        raise Refusal(_GONE)
    answer = _entries(_entries(saved[position].lines).get("response"))
    status, headers, body = (_entries(answer.get(name)) for name in ("status", "headers", "body"))
    lines = answer["headers"].lines if headers else None
    place = _body(document, body)
    return Home(
        status=_status(document, status),
        # with the end of the last line: Bruno's grammar has no empty line between braces
        headers=Headers(spelling=Spelling.LINES, stretch=_whole_lines(document, lines)) if lines else None,
        body=place if isinstance(place, Body) else None,
        why=place if isinstance(place, str) else "" if lines else _NO_PART.format("headers"),
    )


def _entries(inside: Entry | tuple[Line, ...] | None) -> Mapping[str, Entry]:
    lines = inside.lines if isinstance(inside, Entry) else inside
    return {entry.name: entry for entry in entries(lines or ())}


def _stretch(lines: tuple[Line, ...]) -> Stretch:
    return lines[0].start, lines[-1].start + len(lines[-1].text)


def _whole_lines(document: Document, lines: tuple[Line, ...]) -> Stretch:
    start, end = _stretch(lines)
    return start, document.text.find("\n", end) + 1 or end


def _status(document: Document, parts: Mapping[str, Entry]) -> Status | None:
    code, words = parts.get("code"), parts.get("text")
    if code is None:
        return None
    if words is not None and unswapped(code.value, words.value) != code.value:
        code, words = words, code
    return Status(stretch=_value(document, code), phrase_stretch=_value(document, words) if words is not None else None)


def _value(document: Document, entry: Entry) -> Stretch:
    """The characters of a value in one line, without the quotes of a text."""
    end = document.text.find("\n", entry.start)
    line = document.text[entry.start : end if end >= 0 else len(document.text)].rstrip()
    start = line.rfind(f"{_QUOTES}{entry.value}{_QUOTES}")
    start = start + len(_QUOTES) if start >= 0 else len(line) - len(entry.value)
    return entry.start + start, entry.start + start + len(entry.value)


def _body(document: Document, parts: Mapping[str, Entry]) -> Body | str:
    content, kind = parts.get("content"), parts.get("type")
    if kind is not None and kind.value == "binary":
        return _BINARY
    if content is None or content.lines == ():
        return _NO_PART.format("body")
    if content.lines is None:
        return Body(stretch=_value(document, content))
    if any(not line.is_blank and not line.text.startswith(_INDENT) for line in content.lines):
        return _UNEVEN
    return Body(stretch=_stretch(content.lines), indent=_INDENT)
