"""Standard JSON: its value fast, and the place of a value where somebody asks for it.

``decode`` is msgspec (a third of the library's time) and then the standard library, which knows ``NaN`` and lone
surrogates. ``Layout`` finds where a value stands in such a text by the lengths of its neighbours. What both refuse is
for ``tolerant_json``.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from driftwatch.mocks.refusal import Step

Span = tuple[int, int]
"""First character and the one after the last, counted from the start of the document."""

_CONTAINERS: Final = frozenset([dict, list])
_BLANKS: Final = " \t\n\r"
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_COLON: Final = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA: Final = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*)?")
_SCAN: Final = json.JSONDecoder().raw_decode
_MEMBERS: Final = dict[str, msgspec.Raw]
_ITEMS: Final = list[msgspec.Raw]
_NOT_MEASURED: Final = (ValueError, LookupError)


def decode(text: str) -> object:
    """The value of a text that Python's parsers take; raises ``ValueError`` or ``RecursionError`` if they do not."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text)


def encode(value: object) -> str:
    """Compact JSON of a plain value."""
    try:
        return msgspec.json.encode(value).decode()
    except (UnicodeError, TypeError, OverflowError):
        return json.dumps(value, separators=(",", ":"), default=repr)


def is_deeper(value: object, limit: int) -> bool:
    """Whether containers nest deeper than ``limit``; walks level by level, so depth cannot hurt."""
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if type(inner) in _CONTAINERS
        ]
        if not level:
            return False
    return True


def _raw(text: str) -> msgspec.Raw:
    """The text for msgspec, which takes ASCII as it is, without a copy."""
    try:
        return msgspec.Raw(text)
    except UnicodeError:
        return msgspec.Raw(text.encode("utf-8", "surrogatepass"))


class Layout:
    """Where the values of a text stand that ``decode`` took; each container is looked through once, when asked for.

    msgspec says how long each value of a container is without building any (``Raw``); only names are read here. A
    layout may be that of one item of a longer text, in which its places count.
    """

    __slots__ = ("_inside", "_items", "_names", "_offset", "_raw", "_root", "_text")

    def __init__(self, text: str, raw: msgspec.Raw | None = None, offset: int = 0) -> None:
        """``offset`` is where the text begins in the longer one, ``raw`` is the text as msgspec found it there."""
        self._text = text
        self._offset = offset
        self._root = raw if raw is not None else _raw(text)
        self._names: dict[int, dict[str, Span]] = {}
        self._items: dict[int, list[Span]] = {}
        self._inside: dict[tuple[Step, ...], Any] = {}
        self._raw: dict[int, msgspec.Raw] = {}

    def span(self, steps: tuple[Step, ...]) -> Span:
        """The characters of one value; raises ``KeyError`` or ``IndexError`` if nothing stands there."""
        start, end = self._span(steps)
        return start + self._offset, end + self._offset

    def source(self, steps: tuple[Step, ...]) -> str:
        """One value as the text spells it; raises as ``span`` does, and is quicker."""
        try:
            return str(self._spelled(steps), "utf-8")
        except _NOT_MEASURED:
            start, end = self._span(steps)
            return self._text[start:end]

    def items(self, steps: tuple[Step, ...]) -> Iterator[tuple[str, "Layout"]]:
        """The items of one list, each with a layout of its own, so that none has to be kept.

        Raises ``ValueError`` if msgspec refuses something on the way, and ``LookupError`` if no list stands there.
        """
        raws = msgspec.json.decode(self._spelled(steps), type=_ITEMS)
        return self._one_by_one(raws, self._after_bracket(self._span(steps)[0], "["))

    def _one_by_one(self, raws: list[msgspec.Raw], position: int) -> Iterator[tuple[str, "Layout"]]:
        raws.reverse()
        while raws:
            raw = raws.pop()
            text = str(raw, "utf-8", "surrogatepass")
            yield text, Layout(text, raw, self._offset + position)
            position = self._next(position + len(text))

    def _spelled(self, steps: tuple[Step, ...]) -> msgspec.Raw:
        """One value as msgspec found it, without a thought to where it stands."""
        if not steps:
            return self._root
        above, step = steps[:-1], steps[-1]
        inside = self._inside.get(above)
        if inside is None:
            kind: Any = _MEMBERS if isinstance(step, str) else _ITEMS
            inside = self._inside[above] = msgspec.json.decode(self._spelled(above), type=kind)
        found: msgspec.Raw = inside[step]
        return found

    def _span(self, steps: tuple[Step, ...]) -> Span:
        start = self._skip(0)
        if not steps:
            return start, len(self._text.rstrip(_BLANKS))
        self._raw.setdefault(start, self._root)
        span = (start, start)
        for step in steps:
            span = self._members(span[0])[step] if isinstance(step, str) else self._elements(span[0])[step]
        return span

    def _skip(self, position: int) -> int:
        match = _BLANK.match(self._text, position)
        return match.end() if match else position

    def _members(self, start: int) -> dict[str, Span]:
        if start not in self._names:
            position = self._after_bracket(start, "{")
            self._names[start] = self._measured_members(start, position) or self._scanned_members(position)
        return self._names[start]

    def _measured_members(self, start: int, position: int) -> dict[str, Span] | None:
        """The members by the lengths of their values; ``None`` where a name stands twice or msgspec will not."""
        found: dict[str, Span] = {}
        try:
            for name, raw in msgspec.json.decode(self._raw[start], type=_MEMBERS).items():
                colon = _COLON.match(self._text, self._after_name(name, position))
                if colon is None:
                    return None
                found[name] = span = self._measured(colon.end(), raw)
                position = self._next(span[1])
        except _NOT_MEASURED:
            return None
        return found if self._text[position : position + 1] == "}" else None

    def _after_name(self, name: str, position: int) -> int:
        """The end of a member's name that must begin here. Raises ``ValueError`` if it does not."""
        if self._text.startswith(f'"{name}"', position):  # a name with escapes is spelled otherwise
            return position + len(name) + 2
        seen, end = _SCAN(self._text, position)
        if seen != name:
            raise ValueError(position)
        return end

    def _scanned_members(self, position: int) -> dict[str, Span]:
        found: dict[str, Span] = {}
        while self._text[position] != "}":
            name, position = _SCAN(self._text, position)
            found[name] = span = self._value(self._skip(position) + 1)
            position = self._next(span[1])
        return found

    def _elements(self, start: int) -> list[Span]:
        if start not in self._items:
            position = self._after_bracket(start, "[")
            self._items[start] = self._measured_elements(start, position) or self._scanned_elements(position)
        return self._items[start]

    def _measured_elements(self, start: int, position: int) -> list[Span] | None:
        """The items by their lengths; ``None`` where msgspec will not."""
        found = []
        try:
            for raw in msgspec.json.decode(self._raw[start], type=_ITEMS):
                found.append(span := self._measured(position, raw))
                position = self._next(span[1])
        except _NOT_MEASURED:
            return None
        return found if self._text[position : position + 1] == "]" else None

    def _scanned_elements(self, position: int) -> list[Span]:
        found = []
        while self._text[position] != "]":
            span = self._value(position)
            found.append(span)
            position = self._next(span[1])
        return found

    def _measured(self, start: int, raw: msgspec.Raw) -> Span:
        """Where a value of this text stands that must begin here. Raises ``ValueError`` if it does not."""
        text = str(raw, "utf-8")
        if not self._text.startswith(text, start):
            raise ValueError(start)
        if text[0] in "[{":
            self._raw[start] = raw
        return start, start + len(text)

    def _after_bracket(self, start: int, bracket: str) -> int:
        if self._text[start] != bracket:
            raise KeyError(start)
        return self._skip(start + 1)

    def _value(self, position: int) -> Span:
        start = self._skip(position)
        return start, _SCAN(self._text, start)[1]

    def _next(self, position: int) -> int:
        match = _COMMA.match(self._text, position)
        return match.end() if match else position
