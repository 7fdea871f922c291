"""Typed placeholders: ``<string>`` or ``<integer>`` where the converter from OpenAPI had no value.

Facts from openapi-to-postmanv2 6.3.3 (``schemaUtilsCommon``, ``deref``), run over a schema of every type: a placeholder
is always a JSON string, named after a format or else a type; members of free maps are called ``key_0``, ``key_1``;
where a schema nests too deeply or into itself there is a sentence in angle brackets.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.shape import DISCRIMINATORS, ITEM, join

_ANY: Final = re.compile(r"<[A-Za-z][\w-]{0,40}>|<(?:Error: |Circular reference )[^<>]{0,300}>")
_IN_TEXT: Final = re.compile(rf'"(?:{_ANY.pattern})"')
_MAP_KEY: Final = re.compile(r"key_\d+")
_TEXT: Final = "dynamic"
"""What stands where any text may stand, as in templates."""
_NO_VARIANT: Final = "a text of more than sixty-four characters, by which nothing can be taken for a variant"
"""The same in a member such as ``type``: it must not sort objects into variants."""
_NUMBERS: Final[dict[str, tuple[object, MatcherKind]]] = {
    "integer": (2**62, MatcherKind.INTEGER),
    "int32": (2**31 - 1, MatcherKind.INTEGER),
    "int64": (2**62, MatcherKind.INTEGER),
    "long": (2**62, MatcherKind.INTEGER),
    "number": (1.5, MatcherKind.NUMBER),
    "float": (1.5, MatcherKind.NUMBER),
    "double": (1.5, MatcherKind.NUMBER),
    "boolean": (True, MatcherKind.BOOLEAN),
}
"""As wide as the type lets them be, so that no width is claimed."""
_FORMATS: Final = {
    "date": ("date", "2999-12-31"),
    "dateTime": ("date-time", "2999-12-31T12:00:00+01:00"),
    "date-time": ("date-time", "2999-12-31T12:00:00+01:00"),
    "uuid": ("uuid", "7d5c3a6e-0b1f-4c2d-9e8f-6a5b4c3d2e1f"),
    "email": ("email", "someone@example.com"),
    "uri": ("uri", "https://example.com/x"),
    "url": ("uri", "https://example.com/x"),
}
_CONTAINERS: Final[dict[str, object]] = {"array": [], "object": {}}


class Typed(Struct, frozen=True):
    """A document with values in the place of its placeholders."""

    text: str
    matchers: tuple[Matcher, ...]


def is_placeholder(text: str) -> bool:
    """Whether a whole value is a placeholder."""
    return text.startswith("<") and _ANY.fullmatch(text) is not None


def placeholder_in(text: str) -> str:
    """The first placeholder among the values of a JSON text; empty if there is none."""
    found = _IN_TEXT.search(text) if '"<' in text else None
    return found.group().strip('"') if found else ""


def placeholders(text: str) -> Iterator[tuple[int, int]]:
    """Where placeholders begin and end in a stored value: the whole of it, or a text in the JSON that it is."""
    if is_placeholder(text):
        yield 0, len(text)
    elif '"<' in text:
        yield from ((match.start() + 1, match.end() - 1) for match in _IN_TEXT.finditer(text))


def without_placeholders(text: str) -> Typed | None:
    """A JSON document with any value of the type for each placeholder; ``None`` if it has none, or is no JSON."""
    if '"<' not in text or not _IN_TEXT.search(text):
        return None
    try:
        root: list[object] = [json_text.decode(text)]
        matchers = _replace(root)
        return Typed(json_text.encode(root[0]), tuple(matchers)) if matchers else None
    except (ValueError, RecursionError):
        return None


def _replace(root: list[object]) -> dict[Matcher, None]:
    """Fill the placeholders below ``root`` in place; what is stated of each place."""
    stated: dict[Matcher, None] = {}
    stack: list[tuple[list[object] | dict[str, object], str]] = [(root, "")]
    while stack:
        container, path = stack.pop()
        if _is_gap(container):
            stated[Matcher(path, MatcherKind.IGNORE)] = None
            continue
        is_map = isinstance(container, dict) and _is_map(container)
        if is_map:
            stated[Matcher(path, MatcherKind.MAP)] = None
        entries = container.items() if isinstance(container, dict) else enumerate(container)
        inner: list[tuple[list[object] | dict[str, object], str]] = []
        for key, value in list(entries):
            is_member = isinstance(key, str) and not is_map
            below = path if container is root else join(path, str(key) if is_member else ITEM)
            if isinstance(value, str) and is_placeholder(value):
                shown, matcher = _value(value[1:-1], below, str(key))
                _put(container, key, shown)
                stated[matcher] = None
            elif isinstance(value, list | dict):
                inner.append((value, below))
        stack.extend(reversed(inner))
    return stated


def _put(container: list[object] | dict[str, object], key: object, value: object) -> None:
    if isinstance(container, dict):
        container[str(key)] = value
    elif isinstance(key, int):
        container[key] = value


def _is_gap(container: list[object] | dict[str, object]) -> bool:
    """Whether an object is but the sentence that it was too deep for the converter: nothing is known of it."""
    sentence = container.get("value") if isinstance(container, dict) and len(container) == 1 else None
    return isinstance(sentence, str) and " " in sentence and is_placeholder(sentence)


def _is_map(container: dict[str, object]) -> bool:
    return bool(container) and all(_MAP_KEY.fullmatch(name) for name in container)


def _value(name: str, path: str, member: str) -> tuple[object, Matcher]:
    """A value of the type, and what the placeholder states."""
    if " " in name:
        return None, Matcher(path, MatcherKind.IGNORE)
    kind = name.removeprefix("integer-").removeprefix("number-").removeprefix("string-")
    if kind in _NUMBERS:
        value, statement = _NUMBERS[kind]
        return value, Matcher(path, statement)
    if kind in _FORMATS:
        form, shown = _FORMATS[kind]
        return shown, Matcher(path, MatcherKind.FORMAT, pattern=form)
    if kind in _CONTAINERS:
        return _CONTAINERS[kind], Matcher(path, MatcherKind.ANY)
    return _NO_VARIANT if member in DISCRIMINATORS else _TEXT, Matcher(path, MatcherKind.DYNAMIC, is_text=True)
