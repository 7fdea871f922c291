"""Pact's matching rules in all their spellings, from the flat ones of version 2 to the nested ones of version 4.

A rule may omit its ``match``, may be written in kebab case, and stands alone (version 2) or in a list with ``combine``
(from version 3 on). Spellings are told apart rule by rule, since the declared version is often wrong.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Final

from msgspec import Struct

from driftwatch.mocks.text.fields import Object


class Kind(StrEnum):
    """What a rule asks of a value."""

    EQUALITY = "equality"
    TYPE = "type"
    REGEX = "regex"
    INCLUDE = "include"
    NUMBER = "number"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    VALUES = "values"
    EACH_KEY = "eachkey"
    EACH_VALUE = "eachvalue"
    ARRAY_CONTAINS = "arraycontains"
    STATUS_CODE = "statuscode"
    NOT_EMPTY = "notempty"
    SEMVER = "semver"
    CONTENT_TYPE = "contenttype"
    UNKNOWN = "unknown"
    """Of a later version or a plugin: the value is not judged."""


_OTHER_NAMES: Final = {
    "timestamp": Kind.DATETIME, "real": Kind.DECIMAL, "min": Kind.TYPE, "max": Kind.TYPE,
    "mintype": Kind.TYPE, "maxtype": Kind.TYPE, "minmaxtype": Kind.TYPE,
}  # fmt: skip
_GUESSED: Final = (
    ("regex", Kind.REGEX), ("min", Kind.TYPE), ("max", Kind.TYPE),
    ("timestamp", Kind.DATETIME), ("datetime", Kind.DATETIME), ("time", Kind.TIME), ("date", Kind.DATE),
)  # fmt: skip
_OPERANDS: Final = {
    Kind.REGEX: ("regex",),
    Kind.INCLUDE: ("value",),
    Kind.CONTENT_TYPE: ("value",),
    Kind.DATE: ("format", "date"),
    Kind.TIME: ("format", "time"),
    Kind.DATETIME: ("format", "datetime", "timestamp"),
}
_NEEDED: Final = frozenset({Kind.REGEX, Kind.INCLUDE})
"""Without their operand these say nothing."""
_STAYS: Final = frozenset({Kind.VALUES, Kind.EACH_KEY, Kind.EACH_VALUE, Kind.ARRAY_CONTAINS})
_CLASSES: Final = {
    "info": range(100, 200), "success": range(200, 300), "redirect": range(300, 400), "clienterror": range(400, 500),
    "servererror": range(500, 600), "nonerror": range(100, 400), "error": range(400, 600),
}  # fmt: skip
_DEEPEST: Final = 8


class Rule(Struct, frozen=True):
    """One demand on a value."""

    kind: Kind
    operand: str = ""
    """The pattern, the text to be included, the date's pattern, the media type, or an unknown rule's name."""
    minimum: int | None = None
    maximum: int | None = None
    nested: tuple["Rule", ...] = ()
    """``eachKey`` and ``eachValue``: what every name or value must be."""
    statuses: frozenset[int] = frozenset()


class RuleSet(Struct, frozen=True):
    """All that one path says; with ``is_choice`` one of the rules suffices."""

    rules: tuple[Rule, ...]
    is_choice: bool = False

    @property
    def cascades(self) -> bool:
        """Whether it speaks of what is below its path, too: a map's rule speaks of the map alone."""
        return not all(rule.kind in _STAYS for rule in self.rules)

    @property
    def is_literal(self) -> bool:
        """Whether it only repeats that the example is meant to the letter."""
        return bool(self.rules) and all(rule.kind is Kind.EQUALITY for rule in self.rules)


def parse_rule_set(value: object) -> RuleSet:
    """A rule as it stands at a path: alone, or in a list with the way they combine."""
    if isinstance(value, dict) and isinstance(value.get("matchers"), list):
        rules = tuple(parse_rule(rule) for rule in value["matchers"])
        return RuleSet(rules, str(value.get("combine", "")).upper() == "OR")
    if isinstance(value, list):
        return RuleSet(tuple(parse_rule(rule) for rule in value))
    return RuleSet((parse_rule(value),))


def parse_rule(value: object, depth: int = 0) -> Rule:
    """One rule; what is not understood becomes an unknown one, so that nothing is judged by mistake."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return Rule(Kind.UNKNOWN, "a rule that is no object")
    name = value.get("match", value.get("pact:matcher:type"))
    kind = _guessed(value) if name is None else _kind(str(name))
    operand = next((_text(value[key]) for key in _OPERANDS.get(kind, ()) if value.get(key) is not None), "")
    if kind is Kind.UNKNOWN:
        operand = str(name)[:60]
    elif kind in _NEEDED and not operand:
        return Rule(Kind.UNKNOWN, f"{kind.value} without its text")
    nested = value.get("rules")
    return Rule(
        kind,
        operand,
        _count(value.get("min")),
        _count(value.get("max")),
        tuple(parse_rule(rule, depth + 1) for rule in nested) if isinstance(nested, list) else (),
        _statuses(value) if kind is Kind.STATUS_CODE else frozenset(),
    )


def _kind(name: str) -> Kind:
    plain = name.replace("-", "").replace("_", "").lower()
    if plain in _OTHER_NAMES:
        return _OTHER_NAMES[plain]
    return Kind(plain) if plain in list(Kind) else Kind.UNKNOWN


def _guessed(value: Object) -> Kind:
    """The kind of a rule without ``match``, as the reference implementation guesses it."""
    return next((kind for key, kind in _GUESSED if key in value), Kind.TYPE)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return max(0, int(value))
    except (ValueError, OverflowError):
        return None


def _statuses(value: Object) -> frozenset[int]:
    """The registered codes (IANA) a status rule allows; a class of codes is all of them."""
    shown = value.get("status", "success")
    if isinstance(shown, list):
        return frozenset(code for code in shown if isinstance(code, int) and 100 <= code <= 999)
    allowed = _CLASSES.get(str(shown).replace("-", "").lower(), range(0))
    return frozenset(status.value for status in HTTPStatus if status.value in allowed)
