"""From a matcher to values that satisfy it (formats for stubs, 1.2)."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.answers.bodies import from_base64
from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.equality import PLACEHOLDER
from driftwatch.mocks.formats.wiremock.conditions import Condition, holds, wanted
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import as_text

_SILENT: Final = frozenset(["absent", "doesNotContain", "doesNotMatch", "not", "anything"])
"""Satisfied by leaving the value out."""
_EXAMPLES: Final = {"any-string": "text", "any-number": 1, "any-boolean": True}


class Value(Struct, frozen=True):
    """One value that satisfies a matcher."""

    text: str
    is_exact: bool = True
    """It is the only one; otherwise it was chosen among several."""


def is_silent(condition: Condition) -> bool:
    """Whether leaving the value out satisfies the matcher."""
    if condition.operator == "and":
        return all(is_silent(part) for part in condition.parts)
    if condition.operator == "or":
        return any(is_silent(part) for part in condition.parts)
    return condition.operator in _SILENT and holds(condition, None) is True


def values(condition: Condition, hints: tuple[str, ...] = ()) -> Iterator[Value]:
    """Values that satisfy a matcher, the likeliest first; none if it is of a kind that gives none.

    ``hints`` are whole values that would be likely, if the matcher takes them.
    """
    for value in _proposals(condition, hints):
        if holds(condition, value.text) is not False:
            yield value


def _proposals(condition: Condition, hints: tuple[str, ...]) -> Iterator[Value]:
    text = condition.text
    if condition.operator in ("matches", "contains"):
        yield from (Value(hint, is_exact=False) for hint in hints if holds(condition, hint))
    match condition.operator:
        case "equalTo" | "equalToIgnoreCase" | "equalToXml":
            yield Value(text)
        case "equalToNumber" | "greaterThanEqualNumber" | "lessThanEqualNumber":
            yield Value(as_text(condition.operand), is_exact=condition.operator == "equalToNumber")
        case "equalToDateTime":
            yield Value(text, is_exact=False)
        case "binaryEqualTo":
            yield Value(from_base64(text).decode("utf-8", "surrogateescape"))
        case "contains":
            yield Value(text, is_exact=False)
        case "matches":
            pattern = patterns.parse(text)
            is_exact = pattern.literal is not None
            yield from (Value(candidate, is_exact) for candidate in pattern.candidates())
        case "equalToJson":
            document = wanted(condition)
            filled = _fill(document)
            yield Value(_spelling(condition) if filled == document else json_text.encode(filled), filled == document)
        case "matchesJsonPath":
            yield Value(json_text.encode(grow(None, condition)), is_exact=False)
        case "and" | "or":
            for part in condition.parts:
                yield from (Value(value.text, is_exact=False) for value in values(part, hints))
        case _:
            return


def _spelling(condition: Condition) -> str:
    return condition.operand if isinstance(condition.operand, str) else json_text.encode(condition.operand)


def _fill(document: object) -> object:
    """The document with json-unit's placeholders replaced by examples. Raises ``Refusal`` for unknown ones."""
    match document:
        case dict():
            return {name: _fill(value) for name, value in document.items()}
        case list():
            return [_fill(item) for item in document]
        case str() if (match := PLACEHOLDER.fullmatch(document)) is not None:
            name, argument = match.groups()
            if name == "regex":
                return next(patterns.parse(argument).candidates(), "")
            if name not in _EXAMPLES and not name.startswith("ignore"):
                raise Refusal(f"the placeholder ${{json-unit.{name}}} has no example")
            return _EXAMPLES.get(name)
        case _:
            return document


def grow(document: object, condition: Condition) -> object:
    """A JSON document with as little added as satisfies one body matcher more. Raises ``Refusal`` if none is known."""
    match condition.operator:
        case "matchesJsonPath":
            return json_paths.parse(condition.text).build(document, _leaf(condition))
        case "and":
            for part in condition.parts:
                document = grow(document, part)
            return document
        case "or":
            return grow(document, condition.parts[0]) if condition.parts else document
        case operator if operator in _SILENT:
            return document
        case "equalToJson" if document is None:
            return _fill(wanted(condition))
        case _:
            raise Refusal(f"a body that satisfies {condition.operator} beside other matchers")


def _leaf(condition: Condition) -> object:
    if not condition.parts:
        return "text"
    inner = condition.parts[0]
    value = next(values(inner), None)
    if value is None:
        if is_silent(inner):
            return None
        raise Refusal(f"a value for {inner.operator}")
    if inner.operator in ("equalToJson", "equalToNumber"):
        return json_text.decode(value.text)
    return value.text
