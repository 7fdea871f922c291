"""YAML and JSON text → a tree with lines. Nothing is built but texts, numbers, truths, lists and mappings.

Scalars are read as JSON would (YAML 1.2, 10.2), because YAML 1.1 surprises: ``no`` would be false, ``010`` eight,
``12:30`` seven hundred and fifty, ``2026-01-01`` a date. Here they are the texts they look like.

PyYAML's scanner in Python is used rather than libyaml: libyaml ends the process on some 20,000 nested brackets.
"""

import math
import re
from typing import Any, Final, cast

import yaml
from msgspec import Struct, field

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.settings.node import Node, Steps, address, named
from driftwatch.settings.syntax import broken
from driftwatch.settings.words import quote

DEPTH_LIMIT: Final = 32
"""Levels of nesting; a complete config needs seven."""
WEIGHT_LIMIT: Final = 100_000
"""Values in the document with aliases followed: a few lines of aliases can stand for billions."""

_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?")
_BRANCH_TAGS: Final = frozenset({"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_TEXT_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})


class Document(Struct):
    """What was read of a text."""

    root: Node = field(default_factory=lambda: Node(None))
    mistakes: dict[Mistake, int] = field(default_factory=dict)
    """Those that did not keep the rest from being read, with their lines."""
    unusable: set[Steps] = field(default_factory=set)
    """Places where a value stands that is complained of and not to be read."""


def parse(text: str, file: str) -> Document:
    """Read YAML, of which JSON is a part.

    Raises ``SettingsError`` if the text is no YAML, holds no single document, or is nested or aliased without measure.
    """
    composer = _Composer(file)
    try:
        composer.compose(yaml.SafeLoader(text))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Not only YAMLError: PyYAML lets chr() and int() fail on escapes and directives that are out of range.
        # ``from None``: PyYAML's own error quotes the line, and with it whatever secret was written there.
        raise SettingsError([*composer.document.mistakes, broken(file, text, error, composer.line)]) from None
    except _StopError as stop:
        mistake = Mistake(address(file, stop.line), stop.found, stop.remedy)
        raise SettingsError([*composer.document.mistakes, mistake]) from stop
    return composer.document


class _StopError(Exception):
    """The document cannot be read on."""

    def __init__(self, line: int, found: str, remedy: str) -> None:
        self.line, self.found, self.remedy = line, found, remedy
        super().__init__(found)


class _Composer:
    """Builds the tree from the parser's events, counting as it goes."""

    def __init__(self, file: str) -> None:
        self.document = Document()
        self._file = file
        self._loader: yaml.SafeLoader | None = None
        self._anchors: dict[str, Node] = {}

    def compose(self, loader: yaml.SafeLoader) -> None:
        """Read the one document of the stream."""
        self._loader = loader
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return
        self.document.root = self._node(self._next(), ())
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _StopError(_line(event), "a second document begins here (`---`)", "Keep one document in the file.")

    @property
    def line(self) -> int:
        """The line that the parser has come to."""
        return 1 if self._loader is None else self._loader.line + 1

    def _next(self) -> Any:
        # ``Any``: the stubs tell neither the type of get_event() nor the attributes of the events.
        return cast("Any", self._loader).get_event()

    def _node(self, event: Any, steps: Steps) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if len(steps) >= DEPTH_LIMIT:
            raise _too_deep(event)
        self._check_tag(event, steps)
        if isinstance(event, yaml.ScalarEvent):
            node = Node(_scalar(event), event.value)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(steps)
        else:
            node = self._mapping(steps)
        if node.weight > WEIGHT_LIMIT:
            raise _StopError(
                _line(event), f"more than {WEIGHT_LIMIT:,} values stand here", "Write less, or no aliases."
            )
        if node.depth > DEPTH_LIMIT:
            raise _too_deep(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        # The name is not told: an unquoted password that begins with an asterisk ends up here.
        raise _StopError(
            _line(event), "an alias (`*…`) stands here without its anchor", "Put a text that begins with `*` in quotes."
        )

    def _sequence(self, steps: Steps) -> Node:
        children: dict[str | int, Node] = {}
        lines: dict[str | int, int] = {}
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            place = len(children)
            lines[place] = _line(event)
            children[place] = self._node(event, (*steps, place))
        return _branch([child.plain for child in children.values()], children, lines)

    def _mapping(self, steps: Steps) -> Node:
        children: dict[str | int, Node] = {}
        lines: dict[str | int, int] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _StopError(_line(event), "a key is not a plain text", "Write `key: value`, with a text as key.")
            key = event.value
            if key in children:
                self._note((*steps, key), _line(event), *_twice(key, lines[key]))
            lines[key] = _line(event)
            children[key] = self._node(self._next(), (*steps, key))
        return _branch({str(key): child.plain for key, child in children.items()}, children, lines)

    def _check_tag(self, event: Any, steps: Steps) -> None:
        harmless = _TEXT_TAGS if isinstance(event, yaml.ScalarEvent) else _BRANCH_TAGS
        if event.tag is not None and event.tag not in harmless:
            self.document.unusable.add(steps)
            self._note(
                steps, _line(event), "a tag (`!…`) stands before the value",
                "Remove it: values are read as they look, and no objects are built.",
            )  # fmt: skip

    def _note(self, steps: Steps, line: int, found: str, remedy: str) -> None:
        self.document.mistakes[Mistake(address(self._file, line, steps), found, remedy)] = line


def _branch(plain: object, children: dict[str | int, Node], lines: dict[str | int, int]) -> Node:
    return Node(
        plain,
        children=children,
        lines=lines,
        weight=1 + sum(child.weight for child in children.values()),
        depth=1 + max((child.depth for child in children.values()), default=0),
    )


def _scalar(event: yaml.ScalarEvent) -> object:
    """What a scalar stands for: quoted ones are texts, plain ones what JSON would see in them."""
    text: str = event.value
    if event.style is not None or event.tag in _TEXT_TAGS:
        return text
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _twice(key: str, first: int) -> tuple[str, str]:
    return f"the key {quote(named(key))} stands twice, first on line {first}", "Keep one: only the last would count."


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _too_deep(event: Any) -> _StopError:
    return _StopError(
        _line(event), f"more than {DEPTH_LIMIT} levels are nested here", "Settings stand at most seven levels deep."
    )
