"""Documents that tell of an error: the code by which programs know it, and errors under a status of success."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Final

from driftwatch.drift.content import Content
from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.terms import Terms
from driftwatch.model.answers import Pair, Sides
from driftwatch.model.interaction import MatcherKind
from driftwatch.model.likeness import key_class
from driftwatch.model.shape import ITEM, Shape, join

_CODES: Final = ("code", "error_code", "errorCode", "error")
_AROUND: Final = ("error", "errors", "fault", "exception")
"""Members that hold an error, or a list of errors, with a code of its own."""
_WORD: Final = re.compile(r"[^\s]{1,120}")
_VALUES: Final = (
    MatcherKind.TYPE, MatcherKind.ANY, MatcherKind.IGNORE, MatcherKind.DYNAMIC, MatcherKind.EXACT, MatcherKind.ENUM,
    MatcherKind.REGEX, MatcherKind.FORMAT, MatcherKind.CONTAINS, MatcherKind.RANGE, MatcherKind.INTEGER,
    MatcherKind.NUMBER, MatcherKind.SEMVER, MatcherKind.NOT_EMPTY,
)  # fmt: skip
"""With one of these the author has said what of a value counts."""

_LOOSE: Final = (MatcherKind.ANY, MatcherKind.IGNORE, MatcherKind.DYNAMIC)
_MARKS: Final = frozenset(["error", "errors", "fault", "exception"])
_FLAGS: Final = frozenset(["success", "ok"])

Code = str | int


def compare_codes(sides: Sides, terms: Terms, *, are_problems: bool) -> Iterator[Difference]:
    """Codes that are one and the same in all answers and none of those that the mock shows at their place."""
    mocked = _codes_at(sides.promises, are_problems=are_problems)
    real = _codes_at(sides.deliveries, are_problems=are_problems)
    for path, codes in real.items():
        known = {code for code in mocked.get(path, ()) if type(code) is type(codes[0])}
        if len(set(codes)) == 1 and known and codes[0] not in known and not _is_stated(path, terms):
            yield Difference(Aspect.ERROR_CODE, path, k=len(codes), n=len(codes))


def _is_stated(path: str, terms: Terms) -> bool:
    """Whether the author said of this place, or of one above it, what its value may be."""
    steps = path.split("/")
    return any(terms.has("/".join(steps[:length]), *_VALUES) for length in range(1, len(steps) + 1))


def _codes_at(documents: Iterable[object], *, are_problems: bool) -> Mapping[str, Sequence[Code]]:
    found: dict[str, list[Code]] = {}
    for document in documents:
        for path, code in _codes(document, "", are_problems=are_problems):
            found.setdefault(path, []).append(code)
    return found


def _codes(value: object, path: str, *, are_problems: bool, is_inner: bool = False) -> Iterator[tuple[str, Code]]:
    """The codes of an error, and of the errors in it. Text with spaces is prose."""
    if not isinstance(value, dict):
        return
    names = (*_CODES, "type") if are_problems and not is_inner else _CODES
    for name in names:
        code = value.get(name)
        if (isinstance(code, str) and _WORD.fullmatch(code)) or type(code) is int:
            yield join(path, name), code
    if is_inner:
        return
    for name in _AROUND:
        inner = value.get(name)
        place = join(path, name)
        for one in inner if isinstance(inner, list) else ():
            yield from _codes(one, f"{place}/{ITEM}", are_problems=False, is_inner=True)
        yield from _codes(inner, place, are_problems=False, is_inner=True)


def set_errors_aside(pair: Pair, content: Content, promised: Shape) -> Iterator[Difference]:
    """Take the documents that tell of an error under a status of success out of ``content``; the rest is judged alone.

    A mark of an error makes one where no document of the mock has it, and nothing is there of what the mock always has,
    in the manner of GraphQL. The members of a map are data and nothing that the mock always has.
    """
    terms = Terms.of(pair.matchers)
    is_map = promised.is_collapsed or terms.is_map("") or key_class(promised.members)
    if not 200 <= pair.variants[0].status < 300 or is_map or terms.has("", *_LOOSE):
        return
    known = frozenset().union(*map(_marks, content.promises))
    told = [_tells_error(document, promised, known, terms) for document in content.deliveries]
    if not any(told):
        return
    samples = tuple(compress(content.delivered_by, told))
    marks = {mark.lower() for document in compress(content.deliveries, told) for mark in _marks(document) - known}
    sound = [not is_error for is_error in told]
    content.deliveries = [*compress(content.deliveries, sound)]
    content.delivered_by = [*compress(content.delivered_by, sound)]
    heard = ", ".join(sorted(marks))
    yield Difference(
        Aspect.ERROR_BEHIND_SUCCESS, "", promised, k=len(samples), n=len(told), samples=samples, heard=heard
    )


def _tells_error(document: object, promised: Shape, known: frozenset[str], terms: Terms) -> bool:
    marks = {name for name in _marks(document) - known if not terms.is_optional(join("", name))}
    if not marks:
        return False
    required = [
        name
        for name in _always_filled(promised)
        if not _is_marking(name) and not terms.has(join("", name), MatcherKind.OPTIONAL, *_LOOSE)
    ]
    if required and isinstance(document, dict):
        return all(_is_void(document.get(name), promised.members[name].shape) for name in required)
    # ``{"ok": true}`` promises nothing but that all is well: a reason beside the flag says that it is not
    return bool(promised.members) and all(map(_is_flag, promised.members)) and not all(map(_is_flag, marks))


def _is_flag(name: str) -> bool:
    return name.lower() in _FLAGS


def _is_marking(name: str) -> bool:
    return name.lower() in _MARKS | _FLAGS


def _marks(document: object) -> frozenset[str]:
    """The members that say that something went wrong. A number counts errors and is no mark; empty ones are none."""
    if not isinstance(document, dict):
        return frozenset()
    return frozenset(name for name, value in document.items() if _is_mark(name.lower(), value))


def _is_mark(name: str, value: object) -> bool:
    if name in _FLAGS:
        return value is False
    if name not in _MARKS:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    return value is True or (isinstance(value, list | dict) and bool(value))


def _always_filled(promised: Shape) -> list[str]:
    """What every object of the mock has and never as null: only its loss says anything."""
    members = promised.members
    return [name for name in members if promised.is_required(name) and not members[name].shape.nulls]


def _is_void(value: object, promised: Shape) -> bool:
    """Null, absent, or an object in which all that the mock always has is so (``{"data": {"user": null}}``)."""
    if not isinstance(value, dict):
        return value is None
    required = _always_filled(promised)
    return bool(required) and all(_is_void(value.get(name), promised.members[name].shape) for name in required)
