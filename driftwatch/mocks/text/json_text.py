"""Standard JSON: its value fast, and the place of a value where somebody asks for it.

``decode`` is msgspec (a third of the library's time) and then the standard library, which knows ``NaN`` and lone
surrogates. ``Layout`` finds where a value stands in such a text by the lengths of its neighbours. What both refuse is
for ``tolerant_json``.
"""

import json
import re
from typing import Any, Final

import msgspec

from driftwatch.mocks.refusal import Step

Span = tuple[int, int]
"""First character and the one after the last, counted from the start of the document."""

_CONTAINERS: Final = frozenset([dict, list])
_BLANK: Final = re.compile(r"[ \t\n\r]*")
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


class Layout:
    """Where the values of a text stand that ``decode`` took; each container is looked through once, when asked for.

    msgspec says how long each value of a container is without building any (``Raw``); only names are read here.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._names: dict[int, dict[str, Span]] = {}
        self._items: dict[int, list[Span]] = {}
        self._raw = {self._skip(0): msgspec.Raw(text.encode("utf-8", "surrogatepass"))}

    def span(self, steps: tuple[Step, ...]) -> Span:
        """The characters of one value; raises ``KeyError`` or ``IndexError`` if nothing stands there."""
        start = self._skip(0)
        if not steps:
            return self._value(start)
        span = (start, start)
        for step in steps:
            span = self._members(span[0])[step] if isinstance(step, str) else self._elements(span[0])[step]
        return span

    def start(self, steps: tuple[Step, ...]) -> int:
        """The first character of one value."""
        return self.span(steps)[0] if steps else self._skip(0)

    def _skip(self, position: int) -> int:
        match = _BLANK.match(self._text, position)
        return match.end() if match else position

    def _members(self, start: int) -> dict[str, Span]:
        if start not in self._names:
            position = self._skip(self._expect(start, "{") + 1)
            self._names[start] = self._measured_members(start, position) or self._scanned_members(position)
        return self._names[start]

    def _measured_members(self, start: int, position: int) -> dict[str, Span] | None:
        """The members by the lengths of their values; ``None`` where a name stands twice or msgspec will not."""
        found: dict[str, Span] = {}
        try:
            for name, raw in msgspec.json.decode(self._raw[start], type=_MEMBERS).items():
                seen, position = _SCAN(self._text, position)
                here = self._skip(self._skip(position) + 1)
                found[name] = span = self._measured(here, raw)
                if seen != name:
                    return None
                position = self._next(span[1])
        except _NOT_MEASURED:
            return None
        return found if self._text[position : position + 1] == "}" else None

    def _scanned_members(self, position: int) -> dict[str, Span]:
        found: dict[str, Span] = {}
        while self._text[position] != "}":
            name, position = _SCAN(self._text, position)
            found[name] = span = self._value(self._skip(position) + 1)
            position = self._next(span[1])
        return found

    def _elements(self, start: int) -> list[Span]:
        if start not in self._items:
            position = self._skip(self._expect(start, "[") + 1)
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

    def _expect(self, start: int, bracket: str) -> int:
        if self._text[start] != bracket:
            raise KeyError(start)
        return start

    def _value(self, position: int) -> Span:
        start = self._skip(position)
        return start, _SCAN(self._text, start)[1]

    def _next(self, position: int) -> int:
        position = self._skip(position)
        return self._skip(position + 1) if self._text[position] == "," else position
