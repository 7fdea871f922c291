"""A document's values with the places where they stand: what the tolerant JSON reader and the YAML reader produce."""

import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

import msgspec

from driftwatch.mocks.refusal import Refusal, Step

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WIDE: Final = 16
"""Members from which on an object is worth an index."""
_LONGEST_INTEGER: Final = 4300
"""Digits that Python turns into an integer (CVE-2020-10735)."""


class Kind(Enum):
    """What a node is."""

    OBJECT = "an object"
    ARRAY = "a list"
    STRING = "text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    NULL = "null"
    BYTES = "binary text"


class Node(msgspec.Struct, frozen=True):
    """One value and the characters it occupies: ``text[start:end]`` of its document."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    """Scalars: the text without quotes and escapes; for numbers the literal (``10.0`` stays ``10.0``)."""
    members: tuple[tuple["Node", "Node"], ...] = ()
    """Objects: name and value as they follow each other; a name that stands twice is there twice."""
    items: tuple["Node", ...] = ()
    content: bytes = b""
    """Binary text: what it stands for."""

    def step(self, step: Step) -> "Node | None":
        """The member of that name (the last, as every parser has it) or the item at that position."""
        if isinstance(step, int):
            return self.items[step] if 0 <= step < len(self.items) else None
        return next((value for name, value in reversed(self.members) if name.text == step), None)

    def find(self, steps: tuple[Step, ...]) -> "Node | None":
        """The value at the end of ``steps``; ``None`` if there is none."""
        node: Node | None = self
        for step in steps:
            if node is None:
                return None
            node = node.step(step)
        return node


class Finder:
    """Finds values below one node; wide objects are looked through once and not at every question."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._wide: dict[int, dict[str, Node]] = {}

    def find(self, steps: tuple[Step, ...]) -> Node | None:
        """The value at the end of ``steps``; ``None`` if there is none."""
        node: Node | None = self.root
        for step in steps:
            if node is None:
                return None
            is_wide = isinstance(step, str) and len(node.members) > _WIDE
            node = self._members(node).get(str(step)) if is_wide else node.step(step)
        return node

    def _members(self, node: Node) -> dict[str, Node]:
        known = self._wide.get(id(node))
        if known is None:
            known = self._wide[id(node)] = {name.text: value for name, value in node.members}
        return known


def is_json_number(text: str) -> bool:
    """Whether a word is a number in the JSON grammar (RFC 8259, 6): ``010`` and ``.5`` are not."""
    return _JSON_NUMBER.fullmatch(text) is not None


def to_value(node: Node) -> object:
    """The plain value: dictionaries, lists, text, bytes, numbers. A node met twice gives one and the same object."""
    return _Values().of(node)


class _Values:
    def __init__(self) -> None:
        self._containers: dict[int, object] = {}

    def of(self, node: Node) -> object:
        if node.kind in (Kind.OBJECT, Kind.ARRAY):
            return self._container(node)
        return _scalar(node)

    def _container(self, node: Node) -> object:
        known = self._containers.get(id(node))
        if known is None:
            if node.kind is Kind.ARRAY:
                known = [self.of(item) for item in node.items]
            else:
                known = {_name(name): self.of(value) for name, value in node.members}
            self._containers[id(node)] = known
        return known


def _name(node: Node) -> str:
    if node.kind in (Kind.OBJECT, Kind.ARRAY):
        raise Refusal(f"the name of a member is {node.kind.value}", node.start)
    return node.text


def _scalar(node: Node) -> object:
    match node.kind:
        case Kind.NUMBER:
            return number(node.text)
        case Kind.BOOLEAN:
            return node.text.lower() == "true"
        case Kind.NULL:
            return None
        case Kind.BYTES:
            return node.content
        case _:
            return node.text


def number(literal: str) -> int | float:
    """A number literal's value; integers of absurd length become a float."""
    if _INTEGER.fullmatch(literal) and len(literal) <= _LONGEST_INTEGER:
        return int(literal)
    return float(literal)


def to_json(node: Node) -> str:
    """The value as JSON text with the number literals of the source; comments and loose spellings are gone."""
    return "".join(_tokens(node))


def _tokens(node: Node) -> Iterator[str]:
    match node.kind:
        case Kind.OBJECT:
            for position, (name, value) in enumerate(node.members):
                yield ("," if position else "{") + json.dumps(name.text, ensure_ascii=False) + ":"
                yield from _tokens(value)
            yield "}" if node.members else "{}"
        case Kind.ARRAY:
            for position, item in enumerate(node.items):
                yield "," if position else "["
                yield from _tokens(item)
            yield "]" if node.items else "[]"
        case Kind.NUMBER:
            yield node.text if is_json_number(node.text) else json.dumps(number(node.text))
        case Kind.BOOLEAN:
            yield node.text.lower()
        case Kind.NULL:
            yield "null"
        case Kind.BYTES:
            yield json.dumps(node.content.decode("utf-8", "replace"), ensure_ascii=False)
        case Kind.STRING:
            yield json.dumps(node.text, ensure_ascii=False)
