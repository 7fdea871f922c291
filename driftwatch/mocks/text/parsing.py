"""The text of a mock file as values: all at once, or a large file's beginning and then one entry after the other.

A recording may hold a hundred thousand exchanges. Whose file it is shows in its first few; the others are read one by
one, so that memory holds one entry and not the file's whole tree (five times its size).
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

import msgspec

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import as_list, as_object
from driftwatch.mocks.text.nodes import Kind, Node, to_value

JSON_SUFFIXES: Final = frozenset([".json", ".json5", ".har"])
YAML_SUFFIXES: Final = frozenset([".yaml", ".yml"])
_JSON_START: Final = re.compile(r"\s*[{\[]")
_YAML_START: Final = re.compile(r"""(?:\s*(?:\#[^\n]*)?\n)*(?:---|%YAML|-\s|["']?[\w.-]+["']?:(?:\s|$))""")
_VALUES_OF_A_BEGINNING: Final = 4000
"""Events of YAML that are read to see whose a file is."""
_ITEMS_OF_A_BEGINNING: Final = 20
"""Entries of each long list of JSON that are read to see whose a file is."""
_SHORT: Final = 4096
"""Bytes of JSON that are read without looking at their parts."""


class Syntax(Enum):
    """The notation a document is written in."""

    JSON = "JSON"
    YAML = "YAML"
    TEXT = "text"
    """Neither: recordings of raw answers, notes, scripts."""


class Parsed(msgspec.Struct):
    """What a text says."""

    syntax: Syntax = Syntax.TEXT
    value: object = None
    problem: Refusal | None = None
    """Why there is no value."""
    tree: Node | None = None
    """The values with their places, where reading them has already found them."""


def syntax_of(text: str, suffix: str) -> Syntax:
    """The notation that a file's name promises or, without such a name, its first characters."""
    if suffix in JSON_SUFFIXES:
        return Syntax.JSON
    if suffix in YAML_SUFFIXES:
        return Syntax.YAML
    if _JSON_START.match(text):
        return Syntax.JSON
    return Syntax.YAML if _YAML_START.match(text) else Syntax.TEXT


def parse(text: str, suffix: str, limits: Limits) -> Parsed:
    """The whole text; a text that only looked like YAML is text."""
    parsed = Parsed(syntax_of(text, suffix))
    try:
        if parsed.syntax is Syntax.JSON:
            _parse_json(text, limits, parsed)
        elif parsed.syntax is Syntax.YAML:
            from driftwatch.mocks.text import yaml_text  # noqa: PLC0415 - loaded on demand: most mocks are JSON

            nodes = yaml_text.parse(text, limits)
            parsed.tree = nodes[0] if nodes else Node(Kind.NULL, 0, 0)
            parsed.value = to_value(parsed.tree)
    except RecursionError:
        parsed.problem = _too_deep(limits)
    except Refusal as refusal:
        parsed.problem = refusal
        if parsed.syntax is Syntax.YAML and suffix not in YAML_SUFFIXES:
            return Parsed()
    return parsed


def _parse_json(text: str, limits: Limits, parsed: Parsed) -> None:
    try:
        parsed.value = _decode(text, limits)
    except ValueError as error:  # too deep is one of them: the tolerant reader knows on which line
        if len(text) > limits.tolerant_bytes:
            raise _not_standard(error) from error
        from driftwatch.mocks.text import tolerant_json  # noqa: PLC0415 - loaded on demand: most mocks are standard

        parsed.tree = tolerant_json.parse(text, limits.depth)
        parsed.value = to_value(parsed.tree)


def _decode(text: str, limits: Limits) -> object:
    """Raises ``Refusal`` for what is too deep, and ``ValueError`` for what is not standard JSON."""
    try:
        value = json_text.decode(text)
    except RecursionError:
        raise _too_deep(limits) from None
    is_suspect = text.count("{") + text.count("[") > limits.depth
    if is_suspect and json_text.is_deeper(value, limits.depth):
        raise _too_deep(limits)
    return value


def _not_standard(error: ValueError) -> Refusal:
    if isinstance(error, Refusal):
        return error
    return Refusal(f"not standard JSON: {getattr(error, 'msg', error)}", getattr(error, "pos", None))


def _too_deep(limits: Limits) -> Refusal:
    return Refusal(f"nested deeper than {limits.depth} levels")


def beginning(text: str, syntax: Syntax, limits: Limits) -> Parsed:
    """What the first entries show of a text; lists are cut, and what is open ends where reading stopped."""
    try:
        if syntax is Syntax.YAML:
            from driftwatch.mocks.text import yaml_text  # noqa: PLC0415 - as above

            tree = yaml_text.beginning(text, limits, _VALUES_OF_A_BEGINNING)
            return Parsed(syntax, to_value(tree), tree=tree)
        return Parsed(syntax, _sample(msgspec.Raw(text), limits.depth))
    except (ValueError, RecursionError):
        return Parsed(syntax)


def _sample(raw: msgspec.Raw, depth: int) -> object:
    view = memoryview(raw)
    opening = bytes(view[:1])
    if len(view) <= _SHORT or depth == 0 or opening not in (b"{", b"["):
        return msgspec.json.decode(raw)
    if opening == b"{":
        members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        return {name: _sample(member, depth - 1) for name, member in members.items()}
    items = msgspec.json.decode(raw, type=list[msgspec.Raw])
    return [_sample(item, depth - 1) for item in items[:_ITEMS_OF_A_BEGINNING]]


def each(
    text: str, syntax: Syntax, limits: Limits, above: tuple[Step, ...]
) -> Iterator[tuple[object, Node | json_text.Layout | None]]:
    """The items of one list in their order, with their places. Raises ``Refusal`` where reading must stop."""
    if syntax is Syntax.YAML:
        from driftwatch.mocks.text import yaml_text  # noqa: PLC0415 - as above

        for node in yaml_text.stream(text, limits, above):
            yield to_value(node), node
        return
    try:
        items = json_text.Layout(text).items(above)
    except RecursionError:
        raise _too_deep(limits) from None
    except (LookupError, ValueError):  # what msgspec refuses Python may take (NaN), or can place
        for value in _whole_items(text, limits, above):
            yield _decode(json_text.encode(value), limits), None
        return
    for item, layout in items:
        yield _decode(item, limits), layout


def _whole_items(text: str, limits: Limits, above: tuple[Step, ...]) -> list[object]:
    try:
        value = _decode(text, limits)
    except ValueError as error:
        raise _not_standard(error) from error
    for position, step in enumerate(above):
        value = as_object(value, *above[:position]).get(str(step))
    return as_list(value, *above)
