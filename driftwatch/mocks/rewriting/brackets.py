"""Containers in brackets (JSON, tolerant JSON, YAML's flow style) with children taken out, put in and renamed.

Children are parted by commas. What stands between them (blanks, lines, comments) stays with the child before it where
it ends that child's line, else with the one behind it.
"""

import re
from typing import Final, Protocol

from msgspec import Struct

from driftwatch.mocks.rewriting.planned import Added, Changes
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text.nodes import Kind, Node

_GAP: Final = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|\#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_REST: Final = re.compile(r"[ \t]*(?:(?://|\#)[^\n]*|/\*[^\n]*?\*/[ \t]*)?(?=\r?\n|\Z)")
_INDENT: Final = re.compile(r"[ \t]*")


class Spells(Protocol):
    """How new names and values are spelled."""

    unit: str
    newline: str
    comma: str

    def name(self, text: str, like: Node | None) -> str:
        """A member's name, in the manner of another."""
        ...

    def value(self, source: str, indent: str | None) -> str:
        """A value of JSON text, beginning in a line of that indentation, or all on one line."""
        ...

    def colon(self, like: tuple[Node, Node] | None) -> str:
        """What stands between a name and its value."""
        ...


class _Child(Struct, frozen=True):
    start: int
    end: int
    comma: int
    """Where the comma behind it is; -1 if there is none."""


class Brackets:
    """One container's changes as splices."""

    def __init__(self, text: str, changes: Changes, spells: Spells) -> None:
        self._text = text
        self._changes = changes
        self._node = changes.node
        self._spells = spells
        self._children = [self._child(position) for position in range(changes.size)]
        self._is_wide = self._spreads()

    def splices(self) -> list[Splice]:
        """All changes of the container, its children's own values apart."""
        kept = [position for position in range(len(self._children)) if position not in self._changes.removed]
        if not kept:
            return self._emptied() if self._children or self._changes.added else []
        return [*self._removals(kept), *self._insertions(kept)]

    def indent_of(self, position: int) -> str | None:
        """The indentation for a new value in a child's place; ``None`` if it is to stay on one line."""
        child = self._children[position]
        return self._line_indent(child.start) if self._is_wide and self._is_spread_out(position) else None

    def _is_spread_out(self, position: int) -> bool:
        """Whether a container here is to be spread over lines, as its neighbours are."""
        value = self._changes.value(position)
        if value.kind in (Kind.OBJECT, Kind.ARRAY) and (value.members or value.items):
            return "\n" in self._text[value.start : value.end]
        return self._neighbours_spread(exclude=position)

    def _neighbours_spread(self, exclude: int | None = None) -> bool:
        filled = [
            value
            for at in range(len(self._children))
            if at != exclude
            for value in (self._changes.value(at),)
            if value.kind in (Kind.OBJECT, Kind.ARRAY) and (value.members or value.items)
        ]
        return not filled or any("\n" in self._text[value.start : value.end] for value in filled)

    def _child(self, position: int) -> _Child:
        value, name = self._changes.value(position), self._changes.name(position)
        gap = _GAP.match(self._text, value.end)
        behind = gap.end() if gap else value.end
        comma = behind if self._text[behind : behind + 1] == "," else -1
        return _Child(name.start if name else value.start, value.end, comma)

    def _spreads(self) -> bool:
        """Whether each child has a line of its own."""
        if not self._children:
            return bool(self._spells.unit)
        first = self._text[self._node.start : self._children[0].start]
        return "\n" in first

    def _line_indent(self, offset: int) -> str:
        begin = self._text.rfind("\n", 0, offset) + 1
        match = _INDENT.match(self._text, begin, offset)
        return match.group() if match else ""

    def _spelled(self, added: Added, indent: str | None) -> str:
        value = self._spells.value(added.value, indent)
        if added.name is None:
            return value
        members = self._node.members
        like = members[-1] if members else None
        return self._spells.name(added.name, like[0] if like else None) + self._spells.colon(like) + value

    # taking out

    def _removals(self, kept: list[int]) -> list[Splice]:
        last = kept[-1]
        found = []
        for position in sorted(self._changes.removed):
            if position > last:
                break
            found.append(self._without(position))
        trailing = [position for position in self._changes.removed if position > last]
        if trailing:
            found += self._without_tail(last, max(trailing))
        return found

    def _without(self, position: int) -> Splice:
        """A child that another follows: with its line if it has one of its own, else up to the next."""
        child, following = self._children[position], self._children[position + 1]
        begin = self._text.rfind("\n", 0, child.start) + 1
        rest = _REST.match(self._text, child.comma + 1) if child.comma >= 0 else None
        if rest and begin and not self._text[begin : child.start].strip() and rest.end() < following.start:
            return Splice(begin, self._behind_newline(rest.end()), "")
        return Splice(child.start, following.start, "")

    def _without_tail(self, last: int, end: int) -> list[Splice]:
        """The children at the end, and the comma that led to them."""
        before, tail = self._children[last], self._children[end]
        if tail.comma >= 0:  # a comma at the end, as the tolerant have it, stays with the one that is now last
            begin, end = self._line_end(before.comma + 1), self._line_end(tail.comma + 1)
            is_apart = "\n" in self._text[begin : tail.start]
            return [Splice(begin, end, "") if is_apart else Splice(before.comma + 1, tail.comma + 1, "")]
        rest = _REST.match(self._text, before.comma + 1)
        begin = self._text.rfind("\n", 0, tail.start) + 1
        if rest and rest.end() > before.comma + 1 and begin > rest.end():  # a comment of its own behind the comma
            return [Splice(before.comma, before.comma + 1, ""), Splice(rest.end(), self._line_end(tail.end), "")]
        return [Splice(before.end, tail.end, "")]

    def _line_end(self, offset: int) -> int:
        rest = _REST.match(self._text, offset)
        return rest.end() if rest else offset

    def _behind_newline(self, offset: int) -> int:
        return offset + (2 if self._text.startswith("\r\n", offset) else 1)

    # putting in

    def _insertions(self, kept: list[int]) -> list[Splice]:
        indent = self._indent_of_new()
        places: dict[int, list[str]] = {}
        for added in self._changes.added:
            after = kept[-1] if added.after is None else added.after
            before = [position for position in kept if position <= after]
            places.setdefault(before[-1] if before else -1, []).append(self._spelled(added, indent))
        found = []
        for position, texts in places.items():
            if position < 0:
                start = self._children[kept[0]].start
                found.append(Splice(start, start, "".join(f"{text},{self._between()}" for text in texts)))
            else:
                found += self._behind(position, texts)
        return found

    def _behind(self, position: int, texts: list[str]) -> list[Splice]:
        child, between = self._children[position], self._between()
        end = child.comma + 1 if child.comma >= 0 else child.end
        rest = _REST.match(self._text, end)
        if self._is_wide and rest and rest.group().strip():  # a comment ends the line
            new = between + f",{between}".join(texts)
            if child.comma >= 0:
                return [Splice(rest.end(), rest.end(), f"{new},")]
            return [Splice(child.end, child.end, ","), Splice(rest.end(), rest.end(), new)]
        return [Splice(child.end, child.end, "".join(f",{between}{text}" for text in texts))]

    def _indent_of_new(self) -> str | None:
        if not self._is_wide or not self._neighbours_spread():
            return None
        return self._line_indent(self._children[0].start) if self._children else None

    def _between(self) -> str:
        if self._is_wide:
            return self._spells.newline + self._line_indent(self._children[0].start)
        if len(self._children) > 1 and self._children[0].comma >= 0:
            gap = self._text[self._children[0].comma + 1 : self._children[1].start]
            if not gap.strip():
                return gap
        return self._spells.comma.removeprefix(",")

    def _emptied(self) -> list[Splice]:
        """A container of which nothing is left, or that was empty."""
        start, end = self._node.start + 1, self._node.end - 1
        if not self._changes.added:
            return [Splice(start, end, "")]
        if self._children:
            start, end = self._children[0].start, self._children[-1].end
            indent = self._indent_of_new()
            between = "," + self._between()
            return [Splice(start, end, between.join(self._spelled(one, indent) for one in self._changes.added))]
        if not self._spells.unit:
            between = self._spells.comma
            return [Splice(start, end, between.join(self._spelled(one, None) for one in self._changes.added))]
        outer = self._line_indent(self._node.start)
        line = self._spells.newline + outer + self._spells.unit
        inner = ("," + line).join(self._spelled(one, outer + self._spells.unit) for one in self._changes.added)
        return [Splice(start, end, f"{line}{inner}{self._spells.newline}{outer}")]
