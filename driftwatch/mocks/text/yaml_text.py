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
from contextlib import suppress
from itertools import islice
from typing import Final

import yaml
from msgspec import Struct, field

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.nodes import Kind, Node, is_json_number

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
_NOT_TEXT: Final = frozenset(["", *"nNtTfF~-0123456789"])
"""How a plain scalar begins that is not simply text."""
_MERGE: Final = "<<"


class _Open(Struct):
    """A container whose end has not come."""

    kind: Kind
    start: int
    tag: str
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    """Values below and including this one, aliases expanded."""
    has_merge: bool = False

    def leads_to(self, step: Step) -> bool:
        """Whether its next value stands at this step."""
        if self.kind is Kind.ARRAY:
            return len(self.children) == step
        return len(self.children) % 2 == 1 and self.children[-1].text == step


def parse(text: str, limits: Limits) -> list[Node]:
    """The documents of a YAML stream. Raises ``Refusal`` with the offset of what cannot be read."""
    composer = _Composer(limits)
    for event in _events(text):
        composer.take(event)
    return composer.documents


def stream(text: str, limits: Limits, above: tuple[Step, ...]) -> Iterator[Node]:
    """The items of one list, each as soon as it has been read, so that none has to be kept.

    ``above`` leads to the list in the first document; nothing comes if no list stands there. The bound on values holds
    for each item. Raises ``Refusal`` as ``parse`` does, when it gets there.
    """
    composer = _Composer(limits, above)
    for event in _events(text):
        composer.take(event)
        if composer.item is not None:
            yield composer.item
            composer.item = None


def beginning(text: str, limits: Limits, values: int) -> Node:
    """What the first ``values`` values and containers of a stream show of it. Never raises ``Refusal``."""
    composer = _Composer(limits)
    with suppress(Refusal):
        for event in islice(_events(text), values):
            composer.take(event)
    return composer.so_far()


class _Pieces:
    """A text as libyaml reads a file, piece by piece: of a whole text it makes an encoded copy."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read = 0

    def read(self, size: int = 4096) -> str:
        """The next characters; empty at the end."""
        start = self._read
        self._read += size
        return self._text[start : self._read]


def _events(text: str) -> Iterator[yaml.Event]:
    """The events of libyaml; its complaints as ``Refusal``."""
    try:
        yield from iter(_LOADER(_Pieces(text)).get_event, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refusal(f"not YAML: {error.problem or error.context}", mark.index if mark else None) from error
    except (yaml.YAMLError, UnicodeError) as error:
        reason = getattr(error, "reason", "") or "a character that YAML does not allow"
        raise Refusal(f"not YAML: {reason}", getattr(error, "position", None)) from error


class _Composer:
    """Makes nodes of events: PyYAML's composer, without its recursion and with limits."""

    def __init__(self, limits: Limits, above: tuple[Step, ...] | None = None) -> None:
        self.documents: list[Node] = []
        self.item: Node | None = None
        """The item of the streamed list that has just been read."""
        self._limits = limits
        self._above = above
        self._streamed: _Open | None = None
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    def take(self, event: yaml.Event) -> None:
        """One event further."""
        if isinstance(event, yaml.ScalarEvent):
            node = _scalar(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = (node, 1)
            self._add(node, 1)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(Kind.OBJECT, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(Kind.ARRAY, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(_end(event))
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()

    def so_far(self) -> Node:
        """The first document as if what is open ended here."""
        while self._stack:
            top = self._stack[-1]
            if top.kind is Kind.OBJECT and len(top.children) % 2:
                top.children.pop()
            self._close(top.children[-1].end if top.children else top.start)
        return self.documents[0] if self.documents else Node(Kind.NULL, 0, 0)

    def _open(self, kind: Kind, event: yaml.CollectionStartEvent) -> None:
        start, tag = _at(event), event.tag or ""
        if len(self._stack) >= self._limits.depth:
            raise Refusal(f"nested deeper than {self._limits.depth} levels", start)
        if tag and tag not in _PLAIN and tag not in _BYTES_IO:
            raise _foreign(tag, start)
        opened = _Open(kind, start, tag, event.anchor)
        if self._above is not None and kind is Kind.ARRAY and self._is_wanted():
            self._streamed = opened
        self._stack.append(opened)

    def _is_wanted(self) -> bool:
        """Whether what is opened now stands at the place whose items are asked for."""
        if len(self._stack) != len(self._above or ()) or self.documents:
            return False
        return all(one.leads_to(step) for one, step in zip(self._stack, self._above or (), strict=True))

    def _close(self, end: int) -> None:
        done = self._stack.pop()
        if done.kind is Kind.OBJECT:
            members = tuple(zip(done.children[::2], done.children[1::2], strict=True))
            node = Node(Kind.OBJECT, done.start, end, "", _merged(members) if done.has_merge else members)
        else:
            node = Node(Kind.ARRAY, done.start, end, "", (), tuple(done.children))
        if done.tag in _BYTES_IO:
            node = _bytes_io(node)
        if done.anchor is not None:
            self._anchors[done.anchor] = (node, done.size)
        self._add(node, done.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise Refusal(f"the alias *{event.anchor} has no anchor before it", _at(event))
        self._add(*known)

    def _add(self, node: Node, size: int) -> None:
        if not self._stack:
            self.documents.append(node)
            return
        top = self._stack[-1]
        if top is self._streamed:
            self.item = node
            return
        if node.text == _MERGE:
            top.has_merge = True
        top.children.append(node)
        top.size += size
        if top.size > self._limits.nodes:
            raise Refusal(f"more than {self._limits.nodes:,} values (aliases expanded)", top.start)


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _scalar(event: yaml.ScalarEvent) -> Node:
    start, end, text = _at(event), _end(event), event.value
    if event.tag:
        return _tagged(event.tag, start, end, text)
    if not event.implicit[0]:
        return Node(Kind.STRING, start, end, text)
    return Node(_kind(text) if text[:1] in _NOT_TEXT else Kind.STRING, start, end, text)


def _tagged(tag: str, start: int, end: int, text: str) -> Node:
    if tag in _BINARY:
        return Node(Kind.BYTES, start, end, text, content=_from_base64(text, start))
    if tag in _TEXT:
        return Node(Kind.STRING, start, end, text)
    if tag not in _PLAIN:
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


def _merged(members: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
    """Members with ``<<`` (YAML 1.1 merge key) spread out first, so that the mapping's own members win."""
    merges = [value for name, value in members if name.text == _MERGE and value.kind in (Kind.OBJECT, Kind.ARRAY)]
    if not merges:
        return members
    sources = [source for value in merges for source in (value.items if value.kind is Kind.ARRAY else (value,))]
    spread = [member for source in reversed(sources) for member in source.members]
    return (*spread, *(member for member in members if member[0].text != _MERGE))


def _foreign(tag: str, offset: int) -> Refusal:
    spelling = tag.replace(_STANDARD, "!!", 1)
    return Refusal(f"the tag {spelling} asks for an object of a foreign type, and none is ever built", offset)
