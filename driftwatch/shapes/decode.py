"""Bytes → document, strictly, and if that fails: what is wrong with the bytes.

msgspec is strict and fast and goes first; only what it refuses meets the standard library, which is lenient enough to
say why. Numbers keep what their literals say: whole numbers are exact at any size, ``10.0`` stays a float.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NoReturn

import msgspec
from msgspec import Struct

from driftwatch.model.shape import ITEM, join
from driftwatch.shapes.depth import DEPTH_LIMIT, is_too_deep


class Problem(StrEnum):
    """Why bytes are not the JSON document they should be."""

    NONE = ""
    EMPTY = "empty"
    ENCODING = "encoding"
    """Neither UTF-8 (RFC 8259, 8.1) nor the declared charset."""
    NOT_JSON = "not-json"
    NOT_STANDARD = "not-standard"
    """``NaN`` or ``Infinity``, which JSON does not have (RFC 8259, 6)."""
    PREFIX = "prefix"
    """A guard against script inclusion stands before the document, for instance ``)]}'``."""
    TOO_DEEP = "too-deep"
    TRUNCATED = "truncated"


class Decoded(Struct, frozen=True):
    """A document, or why there is none."""

    value: object = None
    problem: Problem = Problem.NONE


def decode(raw: bytes, charset: str = "") -> Decoded:
    """The document in ``raw``; ``charset`` (of the media type) counts only where the bytes are not UTF-8."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _look_closer(raw, charset)
    return _within_depth(raw, value)


def may_repeat_names(raw: bytes, document: object) -> bool:
    r"""Whether ``raw`` may hold a name more than once that its document holds once; if not, it surely does not.

    A repeated name is lost on the way through a parser, and its two quotes with it: written anew, the document has
    fewer. Nothing else changes their number, neither white space nor the spelling of numbers, but ``\u0022`` in a
    text. Costs less than half of a ``decode``; ``duplicate_names`` tells for sure, and which.
    """
    try:
        again = _write(document)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return True
    if again == raw:
        return False
    return raw.count(b'"') != again.count(b'"') or (b"\\" in raw and b"\\u0022" in raw)


_write: Final = msgspec.json.Encoder().encode


def duplicate_names(raw: bytes, charset: str = "") -> tuple[str, ...]:
    """The paths of members that one object has more than once, items as ``*``; none for what is not JSON.

    Costs several times a ``decode``: for lint and for bodies already found worth a look.
    """
    text = _text(raw, charset)
    repeating: list[tuple[dict[str, object], tuple[str, ...]]] = []

    def note(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            repeating.append((members, _more_than_once(pairs)))
        return members

    try:
        value = json.loads((text or "").removeprefix(_BOM), object_pairs_hook=note)
    except (ValueError, RecursionError):
        return ()
    if not repeating or is_too_deep(value):
        return ()
    names_of = {id(members): names for members, names in repeating}
    return tuple(dict.fromkeys(_repeated_paths(value, "", names_of)))


_BOM: Final = "\ufeff"
"""RFC 8259, 8.1: must not be sent, may be ignored."""

_GUARDS: Final = (
    ")]}'",
    "])}while(1)",
    "while(1)",
    "while (1)",
    "for(;;)",
    "for (;;)",
    "{}&&",
    "{} &&",
    "throw 1;",
    "/*",
)

_CHARSETS: Final = re.compile(
    r"(?:iso-?8859-[0-9]{1,2}|latin-?1|windows-125[0-9]|cp125[0-9]|us-ascii|utf-?(?:16|32)(?:-?[lb]e)?"
    r"|shift[_-]jis|euc-(?:jp|kr)|gb(?:k|2312|18030)|big5|koi8-[ru])"
)
"""Charsets that are worth a try. Not every codec Python knows is one: some take quadratic time, some warn."""

_LONGEST_CUT: Final = len("\\ud83d\\ude0")
"""The longest piece of one character that a cut can leave."""

_BEYOND: Final = 2**1024
"""Stands for whole numbers of more digits than Python reads (4,300): beyond every limit anybody has."""


class _ConstantError(ValueError):
    """``NaN``, ``Infinity`` or ``-Infinity`` was met."""


def _look_closer(raw: bytes, charset: str) -> Decoded:
    text = _text(raw, charset)
    if text is None:
        return Decoded(problem=Problem.ENCODING)
    text = text.removeprefix(_BOM)
    if not text.strip():
        return Decoded(problem=Problem.EMPTY)
    try:
        value = _LENIENT.decode(text)
    except RecursionError:
        return Decoded(problem=Problem.TOO_DEEP)
    except _ConstantError:
        return Decoded(problem=Problem.NOT_STANDARD)
    except json.JSONDecodeError as error:
        return Decoded(problem=_name(error))
    decoded = _within_depth(raw, value)
    return decoded if decoded.problem else Decoded(_without_lone_surrogates(value))


def _text(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        if not _CHARSETS.fullmatch(charset.lower()):
            return None
    try:
        return raw.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def _within_depth(raw: bytes, value: object) -> Decoded:
    # too few brackets to be deep: most bodies need no look at the document
    if raw.count(b"[") + raw.count(b"{") > DEPTH_LIMIT and is_too_deep(value):
        return Decoded(problem=Problem.TOO_DEEP)
    return Decoded(value)


def _name(error: json.JSONDecodeError) -> Problem:
    """What kind of text it is, told from the place where the standard library stumbled."""
    text = error.doc
    if text.lstrip().startswith(_GUARDS):
        return Problem.PREFIX
    rest = text[error.pos :]
    is_cut = (
        not rest.strip()
        or error.msg.startswith("Unterminated string")
        or (error.msg.startswith("Invalid \\") and len(rest) < _LONGEST_CUT and '"' not in rest)
        or _cut_literal(rest)
    )
    return Problem.TRUNCATED if is_cut else Problem.NOT_JSON


def _cut_literal(rest: str) -> bool:
    """A literal or a number that ends with the text before it is whole: ``tru``, ``-``, ``1.``, ``1e+``."""
    literals = ("true", "false", "null")
    return any(literal.startswith(rest) for literal in literals) or rest in ("-", ".", "e", "E", "e+", "e-", "E+", "E-")


def _whole(literal: str) -> int:
    try:
        return int(literal)
    except ValueError:
        return -_BEYOND if literal.startswith("-") else _BEYOND


def _fraction(literal: str) -> float:
    """``1e400`` is a number in JSON though no double; the largest double stands for it."""
    return min(max(float(literal), -sys.float_info.max), sys.float_info.max)


def _constant(_: str) -> NoReturn:
    raise _ConstantError


_LENIENT: Final = json.JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_constant)


def _without_lone_surrogates(value: object) -> object:
    r"""``"\ud800"`` is grammatical (RFC 8259, 8.2) but no text: it could be neither printed nor stored."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_without_lone_surrogates(inner) for inner in value]
        case dict():
            return {str(_without_lone_surrogates(name)): _without_lone_surrogates(v) for name, v in value.items()}
    return value


def _more_than_once(pairs: list[tuple[str, object]]) -> tuple[str, ...]:
    once: set[str] = set()
    again: dict[str, None] = {}
    for name, _ in pairs:
        if name in once:
            again[name] = None
        once.add(name)
    return tuple(again)


def _repeated_paths(value: object, path: str, names_of: Mapping[int, tuple[str, ...]]) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (join(path, name) for name in names_of.get(id(value), ()))
        for name, inner in value.items():
            yield from _repeated_paths(inner, join(path, name), names_of)
    elif isinstance(value, list):
        for inner in value:
            yield from _repeated_paths(inner, f"{path}/{ITEM}", names_of)
