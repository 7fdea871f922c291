"""Mappings and lists in YAML's block style: whole lines are taken out and put in."""

import re
from typing import Final

from msgspec import Struct

from driftwatch.mocks.rewriting.planned import Added, Changes
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.rewriting.yaml_scalars import literal_end, literal_start, value_start
from driftwatch.mocks.rewriting.yaml_spelling import YamlSpelling
from driftwatch.mocks.text.nodes import Kind, Node

_REST: Final = re.compile(r"[ \t]*(?:\#[^\r\n]*)?(?=\r?\n|\Z)")
_DASH: Final = re.compile(r"(?m)^[ \t]*-(?=\s|\Z)")
_COLON: Final = re.compile(r"[ \t]*:")


class _Child(Struct, frozen=True):
    start: int
    """Of its name or its dash."""
    end: int
    """Behind its last character that is not blank."""


class Block:
    """One container's changes as splices."""

    def __init__(self, text: str, changes: Changes, spelling: YamlSpelling) -> None:
        self._text = text
        self._changes = changes
        self._node = changes.node
        self._spelling = spelling
        self._start = literal_start(text, self._node)
        self._children = self._found()
        self._column = self._start - (text.rfind("\n", 0, self._start) + 1)

    def splices(self) -> list[Splice]:
        """All changes of the container, apart from those inside its scalars and names."""
        found = [self._replaced(position, source) for position, source in self._changes.replaced.items()]
        if not self._changes.removed and not self._changes.added:
            return found
        kept = [position for position in range(len(self._children)) if position not in self._changes.removed]
        if not kept:
            return [*found, self._emptied()]
        return [*found, *self._removals(kept), *self._insertions(kept)]

    def _found(self) -> list[_Child]:
        found: list[_Child] = []
        for position in range(self._changes.size):
            value, name = self._changes.value(position), self._changes.name(position)
            start = name.start if name else self._dash(found[-1].end if found else self._start, value)
            end = end_of(self._text, value)
            if name:
                colon = _COLON.match(self._text, name.end)
                end = max(end, colon.end() if colon else name.end)
            found.append(_Child(start, max(end, start + 1)))
        return found

    def _dash(self, behind: int, item: Node) -> int:
        if self._text[behind : behind + 1] == "-" and behind == self._start:
            return behind
        match = _DASH.search(self._text, behind, item.start + 1)
        return match.end() - 1 if match else self._text.rfind("-", behind, item.start)

    # other values

    def _replaced(self, position: int, source: str) -> Splice:
        value, name = self._changes.value(position), self._changes.name(position)
        start, end = value_start(self._text, value), end_of(self._text, value)
        old = self._text[literal_start(self._text, value) : end]
        if name is None:
            is_scalar = value.kind not in (Kind.OBJECT, Kind.ARRAY)
            here = start - (self._text.rfind("\n", 0, start) + 1) if old else self._column + 2
            new = self._spelling.item(source, here, old if is_scalar else "")
            return Splice(start, max(end, start), new if old else f" {new}")
        new = self._spelling.value(source, self._column, old if value.kind not in (Kind.OBJECT, Kind.ARRAY) else "")
        colon = _COLON.match(self._text, name.end)
        behind = colon.end() if colon else name.end
        gap = self._text[behind:start]
        if new.startswith(" ") and old and "\n" not in gap:
            return Splice(start, end, new[1:])
        return Splice(behind if not gap.strip() else start, max(end, start), new)

    # taking out

    def _removals(self, kept: list[int]) -> list[Splice]:
        found: list[Splice] = []
        behind = 0
        for position in sorted(self._changes.removed):
            child = self._children[position]
            begin = self._text.rfind("\n", 0, child.start) + 1
            if child.start < behind:
                continue
            if self._text[begin : child.start].strip():  # it shares its line with a dash
                behind = next(self._children[one].start for one in kept if one > position)
                found.append(Splice(child.start, behind, ""))
            else:
                found.append(self._without_line(begin, self._line_end(child.end)))
        return found

    def _without_line(self, begin: int, end: int) -> Splice:
        if self._text.startswith("\r\n", end):
            return Splice(begin, end + 2, "")
        if self._text.startswith("\n", end):
            return Splice(begin, end + 1, "")
        before = len(self._text[:begin].rstrip("\r\n"))  # the file ends without a line end, and goes on doing so
        return Splice(before, end, "")

    def _dash_width(self) -> int:
        """How far an item's content stands from its dash: as with the neighbours that show it."""
        for position, child in enumerate(self._children):
            start = literal_start(self._text, self._changes.value(position))
            between = self._text[child.start + 1 : start]
            if between and not between.strip(" "):
                return 1 + len(between)
        return 2

    def _line_end(self, offset: int) -> int:
        rest = _REST.match(self._text, offset)
        return rest.end() if rest else offset

    def _emptied(self) -> Splice:
        start, end = self._children[0].start, self._children[-1].end
        if self._changes.added:
            pad = self._spelling.newline + " " * self._column
            return Splice(start, end, pad.join(self._spelled(one) for one in self._changes.added))
        empty = "{}" if self._node.kind is Kind.OBJECT else "[]"
        before = len(self._text[:start].rstrip())
        gap = self._text[before:start]
        if "\n" in gap and self._text[before - 1 : before] == ":":
            return Splice(before, end, f" {empty}")
        return Splice(start, end, empty)

    # putting in

    def _insertions(self, kept: list[int]) -> list[Splice]:
        pad, newline = " " * self._column, self._spelling.newline
        found = []
        for added in self._changes.added:
            after = kept[-1] if added.after is None else added.after
            before = [position for position in kept if position <= after]
            if before:
                end = self._line_end(self._children[before[-1]].end)
                behind = self._text.find("\n", end) + 1
                if behind:  # a line of its own, so that the line before may go with another change
                    found.append(Splice(behind, behind, pad + self._spelled(added) + newline))
                else:
                    found.append(Splice(end, end, newline + pad + self._spelled(added)))
            else:
                start = self._children[kept[0]].start
                found.append(Splice(start, start, self._spelled(added) + newline + pad))
        return found

    def _spelled(self, added: Added) -> str:
        if added.name is None:
            width = self._dash_width()
            return "-".ljust(width) + self._spelling.item(added.value, self._column + width)
        like = self._node.members[-1][0] if self._node.members else None
        return f"{self._spelling.name(added.name, like)}:{self._spelling.value(added.value, self._column)}"


def end_of(text: str, node: Node) -> int:
    """Behind a value's last character; the marks of block styles stand behind comments and empty lines."""
    while node.kind in (Kind.OBJECT, Kind.ARRAY) and text[literal_start(text, node)] not in "{[":
        children = node.items or tuple(value for _, value in node.members)
        if not children:
            return node.start
        last = children[-1]
        if node.members:
            name = node.members[-1][0]
            if last.start < name.end:  # an alias
                return _alias_end(text, name.end)
        node = last
    return literal_end(text, node) if node.kind not in (Kind.OBJECT, Kind.ARRAY) else node.end


def _alias_end(text: str, behind: int) -> int:
    match = re.compile(r"[ \t]*:[ \t]*\*[^\s,\[\]{}]+").match(text, behind)
    return match.end() if match else behind
