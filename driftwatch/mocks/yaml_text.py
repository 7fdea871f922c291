"""YAML from strangers: events from libyaml, guarded as they come, and values that nobody had to guess.

Nothing here builds an object of a foreign type. Depth and aliases are limited while the events arrive, before any tree
exists, since libyaml's own composer crashes on deep nesting and ten lines of aliases can stand for billions of values.

Plain scalars are typed as in JSON (YAML 1.2, 10.2): ``no``, ``010``, ``2024-01-02`` and ``12:30`` are text, as the
recorders that wrote them meant.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.nodes import Kind, Node, is_json_number
from driftwatch.mocks.refusal import Refusal

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD: Final = "tag:yaml.org,2002:"
_TEXT: Final = frozenset(
    ["!", *(_STANDARD + name for name in ("str", "python/unicode", "python/str", "timestamp", "value"))]
)
_BINARY: Final = frozenset(["!binary", _STANDARD + "binary", _STANDARD + "python/bytes"])
_PLAIN: Final = frozenset(
    _STANDARD + name
    for name in (
        "null", "bool", "int", "float", "map", "seq", "omap", "pairs", "set", "merge",
        "python/none", "python/bool", "python/int", "python/long", "python/float", "python/list", "python/dict",
        "python/tuple",
    )
)  # fmt: skip
"""Tags that say no more than the JSON-like typing finds out by itself."""
_BYTES_IO: Final = frozenset(_STANDARD + f"python/object/new:{module}.BytesIO" for module in ("_io", "io"))
_NULL: Final = re.compile(r"null|Null|NULL|~|")
_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_MERGE: Final = "<<"


@dataclass(slots=True)
class _Open:
    """A container whose end has not come."""

    kind: Kind
    start: int
    tag: str
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    """Values below and including this one, aliases expanded."""


def parse(text: str, limits: Limits) -> list[Node]:
    """The documents of a YAML stream. Raises ``Refusal`` with the offset of what cannot be read."""
    composer = _Composer(limits)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refusal(f"not YAML: {error.problem or error.context}", mark.index if mark else None) from error
    except (yaml.YAMLError, UnicodeError) as error:
        reason = getattr(error, "reason", "") or "a character that YAML does not allow"
        raise Refusal(f"not YAML: {reason}", getattr(error, "position", None)) from error
    return composer.documents


class _Composer:
    """Makes nodes of events: PyYAML's composer, without its recursion and with limits."""

    def __init__(self, limits: Limits) -> None:
        self.documents: list[Node] = []
        self._limits = limits
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    def take(self, event: yaml.Event) -> None:
        """One event further."""
        match event:
            case yaml.DocumentStartEvent():
                self._anchors.clear()
            case yaml.MappingStartEvent():
                self._open(Kind.OBJECT, event)
            case yaml.SequenceStartEvent():
                self._open(Kind.ARRAY, event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(_end(event))
            case yaml.ScalarEvent():
                node = _scalar(event)
                self._remember(event.anchor, node, 1)
                self._add(node, 1)
            case yaml.AliasEvent():
                self._alias(event)

    def _open(self, kind: Kind, event: yaml.CollectionStartEvent) -> None:
        if len(self._stack) >= self._limits.depth:
            raise Refusal(f"nested deeper than {self._limits.depth} levels", _at(event))
        tag = event.tag or ""
        if tag and tag not in _PLAIN and tag not in _BYTES_IO:
            raise _foreign(tag, _at(event))
        self._stack.append(_Open(kind, _at(event), tag, event.anchor))

    def _close(self, end: int) -> None:
        done = self._stack.pop()
        if done.kind is Kind.OBJECT:
            members = tuple(zip(done.children[::2], done.children[1::2], strict=True))
            node = Node(Kind.OBJECT, done.start, end, members=tuple(_merged(members)))
        else:
            node = Node(Kind.ARRAY, done.start, end, items=tuple(done.children))
        if done.tag in _BYTES_IO:
            node = _bytes_io(node)
        self._remember(done.anchor, node, done.size)
        self._add(node, done.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise Refusal(f"the alias *{event.anchor} has no anchor before it", _at(event))
        self._add(*known)

    def _remember(self, anchor: str | None, node: Node, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)

    def _add(self, node: Node, size: int) -> None:
        if not self._stack:
            self.documents.append(node)
            return
        top = self._stack[-1]
        top.children.append(node)
        top.size += size
        if top.size > self._limits.nodes:
            raise Refusal(f"more than {self._limits.nodes:,} values (aliases expanded)", top.start)


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _scalar(event: yaml.ScalarEvent) -> Node:
    start, end, tag, text = _at(event), _end(event), event.tag or "", event.value
    if tag in _BINARY:
        return Node(Kind.BYTES, start, end, text, content=_from_base64(text, start))
    if tag in _TEXT or (not tag and not event.implicit[0]):
        return Node(Kind.STRING, start, end, text)
    if tag and tag not in _PLAIN:
        raise _foreign(tag, start)
    return Node(_kind(text), start, end, text)


def _kind(text: str) -> Kind:
    if _NULL.fullmatch(text):
        return Kind.NULL
    if _BOOLEAN.fullmatch(text):
        return Kind.BOOLEAN
    return Kind.NUMBER if is_json_number(text) else Kind.STRING


def _from_base64(text: str, offset: int) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("text marked as binary is not base64", offset) from error


def _bytes_io(node: Node) -> Node:
    """The bytes in a pickled ``io.BytesIO``: first part of its state (VCR.py 1.x wrote file-like bodies so)."""
    state = node.step("state")
    first = state.step(0) if state else None
    if first is None or first.kind not in (Kind.BYTES, Kind.STRING):
        raise Refusal("a BytesIO object without its bytes", node.start)
    content = first.content if first.kind is Kind.BYTES else first.text.encode()
    return Node(Kind.BYTES, node.start, node.end, first.text, content=content)


def _merged(members: tuple[tuple[Node, Node], ...]) -> Iterator[tuple[Node, Node]]:
    """Members with ``<<`` (YAML 1.1 merge key) spread out first, so that the mapping's own members win."""
    merges = [value for name, value in members if name.text == _MERGE and value.kind in (Kind.OBJECT, Kind.ARRAY)]
    for value in reversed(merges):
        sources = value.items if value.kind is Kind.ARRAY else (value,)
        for source in reversed(sources):
            yield from source.members
    yield from (member for member in members if not merges or member[0].text != _MERGE)


def _foreign(tag: str, offset: int) -> Refusal:
    spelling = tag.replace(_STANDARD, "!!", 1)
    return Refusal(f"the tag {spelling} asks for an object of a foreign type, and none is ever built", offset)
