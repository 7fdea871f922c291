"""What a stub asks of one text of a request: whether a value will do, and values that should.

The tools differ in what their matchers are called and how they combine, hardly in what they ask of a text. A format
reads its own spelling into wishes; ``question`` makes requests of them.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import islice
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.equality import is_equal_json, is_equal_xml
from driftwatch.mocks.asking.truth import Truth, every, some
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text

Value = tuple[str, bool]
"""A text that should do, and whether no other would."""

INVENTED: Final = "x"
"""A text where any will do."""
_TRIED: Final = 8
"""Proposals of one wish that are held against the others."""
_LONGEST_DOCUMENT: Final = 1_000_000
_PLAIN: Final = re.compile(
    r"""(?x) [^\\^$*+?()|\[\]{}]*                             # no sign of a pattern but the dot
    | [\w.-]+/[\w.+-]+(?:\s*;[^\\^$*?()|\[\]{}]*)?          # a media type
    | \[[^\\^$*+?()|\[\]{}]*[,"'][^\\^$*+?()|\[\]{}]*\]     # a list"""
)
_PATTERN_IN_JSON: Final = re.compile(r"\.[*+?]|\\\\?[dwsDWS]|\([.\[\\?]|\[\^?(?:a-z|A-Z|0-9)|\.\{\d|\)\?")


class How(Enum):
    """How a text is looked at."""

    EQUAL = "equals"
    FOLDED = "equals, in letters of either case"
    WHOLE = "matches"
    """All of it matches a regular expression."""
    WITHIN = "has a match of"
    """A regular expression matches somewhere in it."""
    GLOB = "is like"
    """``*`` stands for any text."""
    START = "starts with"
    END = "ends with"
    PART = "contains"
    PRESENT = "is there"
    ABSENT = "is not there"
    DOCUMENT = "is the same document as"
    """The same JSON, or the same XML."""
    COVERS = "has everything of"
    """JSON with all members of another, which may have more."""
    AT = "has at a JSONPath"
    """A value inside a JSON document is what the part asks for."""
    EITHER = "is one of"
    EACH = "is all of"
    UNSURE = "is one of, by the tool's version,"
    """The parts are what different tools make of it; where they disagree nothing is certain."""


class Wish(Struct, frozen=True):
    """One matcher."""

    how: How
    text: str = ""
    """The operand."""
    parts: tuple["Wish", ...] = ()

    @property
    def literal(self) -> str | None:
        """The one text that will do, if there is only one."""
        return self.text if self.how is How.EQUAL else None

    @property
    def has_pattern(self) -> bool:
        """Whether it is a regular expression, or has one as a part."""
        return self.how in (How.WHOLE, How.WITHIN) or any(part.has_pattern for part in self.parts)

    @property
    def prefix(self) -> str:
        """What every text that will do begins with, as far as that can be read off."""
        match self.how:
            case How.EQUAL | How.FOLDED | How.START:
                return self.text
            case How.WHOLE:
                return patterns.literal_prefix(self.text.removeprefix("^"))
            case How.WITHIN if self.text.startswith("^"):
                return patterns.literal_prefix(self.text[1:])
            case How.GLOB:
                return self.text.partition("*")[0]
            case How.EITHER | How.UNSURE:
                return _common(part.prefix for part in self.parts)
            case How.EACH:
                return max((part.prefix for part in self.parts), key=len, default="")
            case _:
                return ""

    @property
    def piece(self) -> str:
        """A text that is in every one that will do, as far as that can be read off."""
        match self.how:
            case How.EQUAL | How.FOLDED | How.START | How.END | How.PART:
                return self.text
            case How.WHOLE | How.WITHIN:
                return max(patterns.needles(self.text), key=len, default="")
            case How.EITHER | How.UNSURE:
                least = min((part.piece for part in self.parts), key=len, default="")
                return least if all(least in part.piece for part in self.parts) else ""
            case How.EACH:
                return max((part.piece for part in self.parts), key=len, default="")
            case _:
                return ""

    def __str__(self) -> str:
        """The matcher in a few words; of several the first."""
        return f"{self.how.value} `{self.text[:80]}`" if self.text or not self.parts else str(self.parts[0])


def _common(prefixes: Iterable[str]) -> str:
    shown = sorted(prefixes)
    if not shown:
        return ""
    first, last = shown[0], shown[-1]
    end = next((i for i, letter in enumerate(first) if i >= len(last) or letter != last[i]), len(first))
    return first[:end]


def is_plain(text: str) -> bool:
    """Whether an operand that is a regular expression to its tool is most likely none to its author."""
    if _PLAIN.fullmatch(text):
        return True
    if text.lstrip()[:1] not in ("{", "[") or _PATTERN_IN_JSON.search(text):
        return False
    try:
        return isinstance(_decoded(text), dict | list)
    except Refusal:
        return False


def holds(wish: Wish, value: str | None) -> Truth:  # noqa: C901 - one line to each kind
    """Whether a value will do; ``None`` for a value stands for one that is not there."""
    match wish.how:
        case How.EITHER:
            return some(holds(part, value) for part in wish.parts)
        case How.EACH:
            return every(holds(part, value) for part in wish.parts)
        case How.UNSURE:
            return _agreed([holds(part, value) for part in wish.parts])
        case How.ABSENT:
            return value is None
    if value is None:
        return False
    match wish.how:
        case How.PRESENT:
            return True
        case How.EQUAL:
            return value == wish.text
        case How.FOLDED:
            return value.casefold() == wish.text.casefold()
        case How.WHOLE:
            return patterns.matches(wish.text, value)
        case How.WITHIN:
            return patterns.occurs(wish.text, value)
        case How.GLOB:
            return _is_like(wish.text, value)
        case How.START:
            return value.startswith(wish.text)
        case How.END:
            return value.endswith(wish.text)
        case How.PART:
            return wish.text in value
        case How.DOCUMENT | How.COVERS:
            return _is_document(wish, value)
        case _:
            return _holds_at(wish, value)


def _agreed(truths: list[Truth]) -> Truth:
    return truths[0] if truths and all(truth is truths[0] for truth in truths) else None


def _is_like(glob: str, text: str) -> bool:
    """Ryanuber's ``go-glob``: only ``*`` is special, and it stands for any characters."""
    first, *middle = glob.split("*")
    if not middle:
        return glob == text
    last = middle.pop()
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _is_document(wish: Wish, value: str) -> Truth:
    if value.strip() == wish.text.strip():
        return True
    if wish.text.lstrip().startswith("<"):
        return is_equal_xml(wish.text.strip(), value.strip())
    try:
        wanted, found = _decoded(wish.text), _decoded(value)
    except Refusal:
        return False
    return is_equal_json(wanted, found, ignores_order=False, ignores_extras=wish.how is How.COVERS)


def _decoded(text: str) -> object:
    if len(text) > _LONGEST_DOCUMENT:
        raise Refusal("a document that is too long to be compared")
    try:
        return json_text.decode(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("no JSON") from error


def _holds_at(wish: Wish, value: str) -> Truth:
    try:
        found = json_paths.parse(wish.text).select(_decoded(value))
    except Refusal:
        return None
    return some(holds(wish.parts[0], _as_text(inner)) for inner in found)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json_text.encode(value)


def values(wish: Wish, *, in_path: bool = False, hints: tuple[str, ...] = ()) -> Iterator[Value]:
    """Texts that should do, the likeliest first; the caller holds the whole request against the stub.

    ``hints`` are values that an open place may well have. Raises ``Refusal`` if no text is known, or in a path if
    nearly every one would do.
    """
    text = wish.text
    match wish.how:
        case How.EQUAL | How.FOLDED | How.DOCUMENT:
            yield text, wish.how is not How.FOLDED
        case How.COVERS:
            yield text, True
        case How.WHOLE | How.WITHIN:
            yield from _matching(wish, in_path=in_path, hints=hints)
        case How.GLOB:
            yield from _globbed(text, in_path=in_path, hints=hints)
        case How.START | How.END | How.PART:
            if in_path and not any(letter.isalnum() for letter in text):
                raise Refusal(f"the stub answers nearly every path: one that {wish}")
            yield text, False
        case How.PRESENT:
            yield text or INVENTED, False
        case How.AT:
            yield json_text.encode(_document((wish,))), False
        case How.ABSENT:
            return
        case _:
            yield from _joined(wish, in_path=in_path, hints=hints)


def _matching(wish: Wish, *, in_path: bool, hints: tuple[str, ...]) -> Iterator[Value]:
    pattern = patterns.parse(wish.text)
    if in_path and pattern.is_catch_all:
        raise Refusal(f"the pattern `{wish.text[:80]}` answers nearly every path")
    # outside a path a repeated place may be empty, which says less than a text
    for text in pattern.candidates(in_path=in_path, hints=hints if in_path else (*hints, INVENTED, "1")):
        yield text, pattern.literal is not None


def _globbed(glob: str, *, in_path: bool, hints: tuple[str, ...]) -> Iterator[Value]:
    if "*" not in glob:
        yield glob, True
        return
    if in_path and not any(letter.isalnum() for letter in glob):
        raise Refusal(f"`{glob[:80]}` answers nearly every path")
    for filling in (*hints, INVENTED):
        yield glob.replace("*", filling), False


def _joined(wish: Wish, *, in_path: bool, hints: tuple[str, ...]) -> Iterator[Value]:
    """Proposals of any part that the other parts take."""
    if wish.how is How.EACH and wish.parts and all(part.how is How.AT for part in wish.parts):
        yield json_text.encode(_document(wish.parts)), False
        return
    woven = _woven(wish) if wish.how is How.EACH else ""
    if woven and holds(wish, woven) is not False:
        yield woven, False
    refused: Refusal | None = None
    seen = set()
    for part in wish.parts:
        try:
            for text, is_only in islice(values(part, in_path=in_path, hints=hints), _TRIED):
                if text not in seen and holds(wish, text) is not False:
                    seen.add(text)
                    yield text, is_only
        except Refusal as refusal:
            refused = refused or refusal
    if refused and not seen:
        raise refused


def _woven(wish: Wish) -> str:
    """One text with a beginning, a middle and an end that are each asked for; empty if other things are as well."""
    parts = {how: [part.text for part in wish.parts if part.how is how] for how in (How.START, How.PART, How.END)}
    if sum(map(len, parts.values())) < len(wish.parts):
        return ""
    text = max(parts[How.START], key=len, default="")
    for piece in (*parts[How.PART], *parts[How.END]):
        text += piece.removeprefix("/") if text.endswith("/") else piece
    return text


def _document(wishes: tuple[Wish, ...]) -> object:
    """A JSON document with as little in it as has at each path what is asked for. Raises ``Refusal``."""
    built: object = None
    for wish in wishes:
        leaf = next(values(wish.parts[0]), None)
        if leaf is not None:
            built = json_paths.parse(wish.text).build(built, leaf[0])
    return {} if built is None else built
