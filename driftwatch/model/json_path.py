"""The part of JSONPath that mocks and journeys use: names, positions, ``[*]``, ``..name`` and one filter.

Semantics are those of Jayway JsonPath, which WireMock, MockServer and Hoverfly ship: a filter on an object tests the
object itself, one on a list tests its items.
"""

import json
import re
from functools import cache
from typing import Final

from msgspec import Struct

_STEP: Final = r"""(?x)
    (?P<deep>\.\.)?\.?(?P<name>[A-Za-z_$@\u0080-\uffff][\w$@\u0080-\uffff-]*)
    | \[\s*'(?P<single>[^'\\]*)'\s*\] | \[\s*"(?P<double>[^"\\]*)"\s*\]
    | \[\s*(?P<index>\d{1,4})\s*\]
    | (?P<every>\[\s*\*\s*\]|\.\*)
    | \[\s*\?\s*\(\s*@(?P<path>(?:\.[A-Za-z_][\w-]*)+|(?=\s*[=!]))\s*
      (?:(?P<operator>==|!=|=~)\s*(?P<operand>'[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?|true|false|null|/[^/]*/i?))?\s*\)\s*\]
    """


class JsonPathError(ValueError):
    """A path that is not of the subset, or one that cannot be done here; the message is for whoever wrote it."""


class Name(Struct, frozen=True):
    """A member, or with ``is_deep`` every member of that name at any depth."""

    name: str
    is_deep: bool = False


class Index(Struct, frozen=True):
    """One item."""

    index: int


class Every(Struct, frozen=True):
    """All items, or all members' values."""


class Filter(Struct, frozen=True):
    """Items (or the object itself) whose value at ``path`` exists, or compares as said.

    Without a path the item itself is compared.
    """

    path: tuple[str, ...]
    operator: str
    operand: object


PathStep = Name | Index | Every | Filter


class JsonPath(Struct, frozen=True):
    """A path taken apart."""

    steps: tuple[PathStep, ...]

    @property
    def is_definite(self) -> bool:
        """Whether it can lead to one place only, so that the value there is the outcome and not a list of values."""
        return all(isinstance(step, Index) or (isinstance(step, Name) and not step.is_deep) for step in self.steps)

    def select(self, document: object) -> list[object]:
        """The values it leads to."""
        found = [document]
        for step in self.steps:
            found = [inner for outer in found for inner in _follow(outer, step)]
        return found


@cache
def _step_pattern() -> re.Pattern[str]:
    # compiled on demand: letters beyond ASCII make it one of the slowest of all, and few mocks have a path in them
    return re.compile(_STEP)


def parse(source: str) -> JsonPath:
    """Take a path apart. Raises ``JsonPathError`` if it is not of the subset."""
    text = source.strip()
    if not text.startswith("$"):
        raise JsonPathError(f"a JSONPath that does not start with $: {source[:80]}")
    steps, position = [], 1
    while position < len(text):
        match = _step_pattern().match(text, position)
        if not match:
            raise JsonPathError(f"a JSONPath of a kind that is not read: {source[:80]}")
        steps.append(_step(match))
        position = match.end()
    return JsonPath(tuple(steps))


def _step(match: re.Match[str]) -> PathStep:
    groups = match.groupdict()
    if groups["name"] is not None:
        return Name(groups["name"], groups["deep"] is not None)
    if groups["index"] is not None:
        return Index(int(groups["index"]))
    if groups["every"] is not None:
        return Every()
    if groups["path"] is not None:
        names = tuple(groups["path"].split(".")[1:])
        return Filter(names, groups["operator"] or "", _operand(groups["operand"]))
    return Name(groups["single"] if groups["single"] is not None else groups["double"])


def _operand(text: str | None) -> object:
    if text is None or text.startswith("/"):
        return text
    return text[1:-1] if text[0] in "'\"" else json.loads(text)


def _follow(value: object, step: PathStep) -> list[object]:
    match step, value:
        case Name(name, True), _:
            return [found for inner in _all_objects(value) if (found := inner.get(name, _MISSING)) is not _MISSING]
        case Name(name), dict():
            return [value[name]] if name in value else []
        case Index(index), list():
            return [value[index]] if index < len(value) else []
        case Every(), list():
            return list(value)
        case Every(), dict():
            return list(value.values())
        case Filter(), list():
            return [item for item in value if _passes(item, step)]
        case Filter(), dict():
            return [value] if _passes(value, step) else []
        case _:
            return []


_MISSING: Final = object()


def _all_objects(value: object) -> list[dict[str, object]]:
    found, stack = [], [value]
    while stack:
        inner = stack.pop()
        if isinstance(inner, dict):
            found.append(inner)
            stack.extend(inner.values())
        elif isinstance(inner, list):
            stack.extend(inner)
    return found


def _passes(item: object, wanted: Filter) -> bool:
    here: object = item
    for name in wanted.path:
        if not isinstance(here, dict) or name not in here:
            return False
        here = here[name]
    match wanted.operator:
        case "==":
            return same(here, wanted.operand)
        case "!=":
            return not same(here, wanted.operand)
        case "=~":
            raise JsonPathError("a JSONPath filter by pattern")
        case _:
            return True


def same(one: object, other: object) -> bool:
    """Equality of JSON scalars: ``1`` is ``1.0``, but ``true`` is not ``1``."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
