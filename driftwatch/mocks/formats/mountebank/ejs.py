"""The part of EJS that mountebank's config files are made of: includes, ``stringify``, and names given to them.

EJS 2.7.4 as ``mountebank-formatters`` 0.0.2 uses it. Nothing is executed: a tag that computes something leaves a hole
in the text, which is a dynamic place; a tag whose file is missing leaves one that costs its stub; a tag that steers
(loops, conditions) cannot be read at all.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.nodes import to_value

_DEPTH: Final = 20
_SLURPED: Final = re.compile(r"[ \t]*(?:\r\n|\r|\n)?")
_TAG: Final = re.compile(r"(?s)<%([=_#-]?)((?:(?!<%).)*?)([_-]?)%>(\r\n|\r|\n)?")
_ESCAPE: Final = "<%%"
_LEGACY: Final = re.compile(r"\s*include\s+(\S+?)\s*;?\s*")
_CALL: Final = re.compile(r"(?s)\s*(include|stringify|inject)\s*\((.*)\)\s*;?\s*")
_OLD_ARGUMENT: Final = re.compile(r"\s*filename\s*,")
_NAME: Final = re.compile(r"\s*(?:locals\.)?([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*;?\s*")
_LITERAL: Final = re.compile(r"""\s*(?:'([^'\\<]*)'|"([^"\\<]*)"|(-?[0-9]+(?:\.[0-9]+)?))\s*;?\s*""")
_XML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}

Names = Mapping[str, object]


class Literal(Struct, frozen=True):
    """A stretch of the template that stays as it is."""

    start: int
    end: int


class Include(Struct, frozen=True):
    """Another file, rendered, stands here."""

    start: int
    file: str
    names: Names
    """What the file may use besides what the including one may."""
    is_string: bool = False
    """``stringify``: trimmed, and escaped to stand in a JSON string."""
    is_old: bool = False
    """``include file`` without brackets: the file's own ``include(…)`` are told from where this one stands."""


class Value(Struct, frozen=True):
    """A value that is known without running anything."""

    start: int
    text: str


class Hole(Struct, frozen=True):
    """A value that only mountebank knows, since a script makes it."""

    start: int
    source: str


Part = Literal | Include | Value | Hole


def has_tags(text: str) -> bool:
    """Whether there is a tag that ends; mountebank runs with ``--noParse`` where none does."""
    return "<%" in text and "%>" in text


def parts(text: str, names: Names) -> Iterator[Part]:
    """The template taken apart. Raises ``Refusal`` with the offset of what only JavaScript could do."""
    position = 0
    while (start := text.find("<%", position)) >= 0:
        if text.startswith(_ESCAPE, start):
            yield from (Literal(position, start), Value(start, "<%"))
            position = start + len(_ESCAPE)
            continue
        tag = _TAG.match(text, start)
        if tag is None:
            raise Refusal("a tag `<%` that does not end", start)
        end = start
        if tag.group(1) == "_":
            end = start - (len(text[position:start]) - len(text[position:start].rstrip(" \t")))
        yield Literal(position, end)
        yield from _tag(tag, start, names)
        position = _end(tag, text)
    yield Literal(position, len(text))


def _end(tag: re.Match[str], text: str) -> int:
    """Where the template goes on: the trim marks swallow one line end, and ``_%>`` blanks before it."""
    close = tag.end(3) + len("%>")
    if tag.group(3) == "_":
        behind = _SLURPED.match(text, close)
        return behind.end() if behind else close
    return tag.end() if tag.group(3) else close


def _tag(tag: re.Match[str], start: int, names: Names) -> Iterator[Part]:
    mode, source = tag.group(1), tag.group(2)
    if mode == "#":
        return
    legacy = _LEGACY.fullmatch(source)
    if legacy and mode in ("", "-", "_"):
        yield Include(start, legacy.group(1).strip("'\""), {}, is_old=True)
    elif mode in ("", "_"):
        if source.strip():
            raise Refusal(f"a tag runs JavaScript, which is never done: {_shown(source)}", start)
    elif call := _CALL.fullmatch(source):
        yield _call(call, start)
    else:
        text = _constant(source, names)
        if text is None:
            yield Hole(start, _shown(source))
        else:
            yield Value(start, "".join(_XML.get(c, c) for c in text) if mode == "=" else text)


def _call(call: re.Match[str], start: int) -> Part:
    """``include(file, names)``, ``stringify(file, '', data)``, and the old ``stringify(filename, file, data)``."""
    old = _OLD_ARGUMENT.match(call.group(2))
    arguments = _arguments(call.group(2)[old.end() :] if old else call.group(2))
    if not arguments or not isinstance(arguments[0], str):
        return Hole(start, _shown(call.group(0)))
    is_include = call.group(1) == "include"
    last = arguments[-1] if len(arguments) > 1 else None
    given = {str(name): value for name, value in last.items()} if isinstance(last, dict) else {}
    if is_include:
        return Include(start, arguments[0], given)
    second = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], str) and not old else ""
    return Include(start, second or arguments[0], {"data": given}, is_string=True)


def _arguments(source: str) -> list[object]:
    """Literal arguments; an empty list if one has to be computed."""
    try:
        value = to_value(tolerant_json.parse(f"[{source}]", _DEPTH))
    except Refusal:
        return []
    return value if isinstance(value, list) else []


def _constant(source: str, names: Names) -> str | None:
    """What a name or a literal stands for; ``None`` if it is neither, or not known."""
    if literal := _LITERAL.fullmatch(source):
        return next(group for group in literal.groups() if group is not None)
    name = _NAME.fullmatch(source)
    here: object = names
    for step in name.group(1).split(".") if name else ():
        here = here.get(step) if isinstance(here, dict) else None
    if name is None or isinstance(here, dict | list) or here is None:
        return None
    return str(here).lower() if isinstance(here, bool) else str(here)


def _shown(source: str) -> str:
    """A tag's script as it may be quoted: one line, short."""
    line = " ".join(source.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
