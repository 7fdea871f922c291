"""``{{name}}`` in paths, queries, headers and bodies: which values are wanted, and the text with them.

Values come from answers, and a service may be hostile: in a path a value is one segment and can climb nowhere, in a
query and in JSON it is spelled so that it stays a value, in a header it has one line.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from driftwatch.model.interaction import Query
from driftwatch.model.journey import Value

_PLACE: Final = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]{0,99})\s*\}\}")
_UNSENT: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@]")
"""What may not stand in one segment of a path as it is (RFC 3986, 3.3)."""
_UNSENT_PATH: Final = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]")
_UNSENT_QUERY: Final = re.compile(r"[^A-Za-z0-9\-._~]")
_CLIMBING: Final = frozenset({"", ".", ".."})
"""Segments that lead elsewhere (RFC 3986, 5.2.4), or nowhere."""
_DEEPEST: Final = 100
_LONGEST_SEGMENT: Final = 1000


class UnfilledError(ValueError):
    """A value is missing, or may not stand where it is wanted. The message names it and never shows it."""


def places(text: str) -> tuple[str, ...]:
    """The names that a text wants values for, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(text))) if "{{" in text else ()


def fill(text: str, values: Mapping[str, Value]) -> str:
    """The text with its values as they are spelled in JSON, strings without quotes. Raises ``UnfilledError``."""
    return _PLACE.sub(lambda match: spelled(_known(match[1], values)), text) if "{{" in text else text


def fill_line(text: str, values: Mapping[str, Value]) -> str:
    """The same for a header's value. Raises ``UnfilledError`` if it would have more than one line."""
    line = fill(text, values)
    if line != text and not line.isprintable():
        raise UnfilledError(f"the value of {_names(text)} has a line break or another control character in it")
    return line


def fill_path(path: str, values: Mapping[str, Value]) -> str:
    """A path, percent-encoded, with each value inside its segment. Raises ``UnfilledError``."""
    filled = []
    for segment in path.split("/"):
        wanted = places(segment)
        if not wanted:
            filled.append(_UNSENT_PATH.sub(_escape, segment))
            continue
        text = _PLACE.sub(lambda match: spelled(_known(match[1], values)), segment)
        if text in _CLIMBING or len(text) > _LONGEST_SEGMENT:
            raise UnfilledError(f"the value of {_names(segment)} cannot stand in a path")
        filled.append(encode_segment(text))
    return "/".join(filled)


def encode_segment(text: str) -> str:
    """A value as one segment of a path."""
    return _UNSENT.sub(_escape, text)


def encode_query(pairs: Query) -> str:
    """Pairs as a query."""
    return "&".join(f"{_UNSENT_QUERY.sub(_escape, name)}={_UNSENT_QUERY.sub(_escape, value)}" for name, value in pairs)


def fill_query(pairs: Iterable[tuple[str, str]], values: Mapping[str, Value]) -> Query:
    """Decoded pairs with their values. Raises ``UnfilledError``."""
    return tuple((name, fill(value, values)) for name, value in pairs)


def fill_json(body: str, values: Mapping[str, Value]) -> str:
    """A JSON document with the values in its texts; a text that is one value and nothing else gets the value's type.

    Raises ``UnfilledError``.
    """
    return body if "{{" not in body else json.dumps(_filled(json.loads(body), values, 0), ensure_ascii=False)


def _filled(node: object, values: Mapping[str, Value], depth: int) -> object:
    if depth > _DEEPEST:
        raise UnfilledError("the body is nested too deeply to be filled in")
    match node:
        case dict():
            return {fill(name, values): _filled(part, values, depth + 1) for name, part in node.items()}
        case list():
            return [_filled(part, values, depth + 1) for part in node]
        case str():
            alone = _PLACE.fullmatch(node)
            return _known(alone[1], values) if alone else fill(node, values)
        case _:
            return node


def spelled(value: Value) -> str:
    """A value as JSON spells it, a string without quotes."""
    return value if isinstance(value, str) else json.dumps(value)


def _known(name: str, values: Mapping[str, Value]) -> Value:
    if name not in values:
        raise UnfilledError(f"{{{{{name}}}}} has no value; capture it in an earlier step, or set it in `variables`")
    return values[name]


def _names(text: str) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in places(text))


def _escape(match: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8", "replace"))
