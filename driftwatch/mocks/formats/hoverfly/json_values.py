"""JSON as Hoverfly's matchers see it: equality, one document inside another, and what a path leads to.

``json_match.go``, ``json_partial_match.go`` and ``json_path_match.go`` (1.12.8). The paths are those of Kubernetes
(``k8s.io/client-go/util/jsonpath``): braces around them and the dollar sign may be left out.
"""

from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.answers.script_values import as_script_text
from driftwatch.mocks.asking import json_paths
from driftwatch.mocks.asking.json_paths import JsonPath, same
from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text

_MOST_STEPS: Final = 5_000
"""Comparisons in one search for a part of a document; the search is quadratic."""


class _TooLongError(Exception):
    """The search is given up."""


def decode(text: str) -> object:
    """The document in a text. Raises ``Refusal`` if it is none."""
    try:
        return json_text.decode(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("the matcher's value is no JSON") from error


def is_equal(wanted: str, found: str) -> Truth:
    """Whether two texts hold the same document, or are the same text."""
    if wanted == found:
        return True
    try:
        return _is_alike(decode(wanted), decode(found))
    except Refusal:
        return False
    except RecursionError:
        return None


def _is_alike(one: object, other: object) -> bool:
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(_is_alike(value, other[name]) for name, value in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(_is_alike, one, other))
        case _:
            return same(one, other)


def is_part(wanted: str, found: str) -> Truth:
    """Whether some object or list of a document contains the wanted one; other members and items do not matter."""
    try:
        return _Part().occurs(decode(wanted), decode(found))
    except Refusal:
        return False
    except (_TooLongError, RecursionError):
        return None


class _Part:
    """One search, which ends after so many comparisons."""

    def __init__(self) -> None:
        self._steps = 0

    def occurs(self, wanted: object, document: object) -> bool:
        if isinstance(wanted, dict):
            return any(self._in_object(wanted, node) for node in _nodes(document))
        return isinstance(wanted, list) and any(self._in_list(wanted, node) for node in _nodes(document))

    def _count(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _TooLongError

    def _in_object(self, wanted: dict[str, object], found: object) -> bool:
        self._count()
        if not isinstance(found, dict):
            return False
        return all(name in found and self._is_here(value, found[name]) for name, value in wanted.items())

    def _is_here(self, value: object, found: object) -> bool:
        match value:
            case dict():
                return self._in_object(value, found)
            case list():
                return self._in_list(value, found)
            case _:
                self._count()
                return same(value, found)

    def _in_list(self, wanted: list[object], found: object) -> bool:
        self._count()
        return isinstance(found, list) and all(self._is_item(value, found) for value in wanted)

    def _is_item(self, value: object, found: list[object]) -> bool:
        match value:
            case dict():
                return any(
                    self._is_item(value, item) if isinstance(item, list) else self._in_object(value, item)
                    for item in found
                )
            case list():
                # Hoverfly looks for the items of the inner list in the outer one
                return self._in_list(value, found)
            case _:
                return any(self._is_here(value, item) for item in found)


def _nodes(document: object) -> Iterator[object]:
    """The document and every object and list inside it."""
    stack = [document]
    while stack:
        node = stack.pop()
        yield node
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        stack.extend(value for value in inside if isinstance(value, dict | list))


def path(text: str) -> JsonPath:
    """A path taken apart. Raises ``Refusal`` if it is of another kind than is read here (``{range …}``)."""
    plain = text.strip()
    if plain.startswith("{") and plain.endswith("}"):
        plain = plain[1:-1].strip()
    try:
        return json_paths.parse(plain if plain.startswith("$") else f"${plain}")
    except Refusal as refusal:
        raise Refusal(f"a JSONPath of a kind that is not read: {text[:80]}") from refusal


def taken(text: str, document: str) -> tuple[Truth, str]:
    """Whether a path leads anywhere, and what a chained matcher is asked about."""
    try:
        steps = path(text)
        found = steps.select(json_text.decode(document))
    except Refusal:
        return None, ""
    except (ValueError, RecursionError):
        return False, ""
    if not found:
        # Kubernetes' filters and wildcards may yield nothing without that being a miss
        return (False if steps.is_definite else None), ""
    return True, as_text(found[0] if len(found) == 1 else found)


def as_text(value: object) -> str:
    """A value as it is handed on: text as it is, everything else as JSON."""
    return json_text.encode(value) if isinstance(value, dict | list) else as_script_text(value)
