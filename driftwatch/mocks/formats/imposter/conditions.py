"""What an Imposter resource asks of one part of a request: an operator and a value, and what satisfies it.

A part that is not there counts as the empty text, as in the engine (``MatchCondition.Match``); ``value: null`` asks
for just that. Regular expressions need match a part of the text only; version 4 wanted all of it, so a text that one
engine takes and the other does not is told of as untold.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.truth import Truth, negated
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.mocks.text.nodes import Kind

EQUAL: Final = "EqualTo"
_SPECIFIC: Final = (EQUAL, "Matches", "Contains", "Exists")
"""Operators that need a value, the most specific first."""
OPERATORS: Final = frozenset([*_SPECIFIC, "NotEqualTo", "NotExists", "NotContains", "NotMatches"])
_INVENTED: Final = "x"
"""A value where any will do."""
_EXPRESSION: Final = re.compile(r"\$\{context\.request\.([A-Za-z]+)(?:\.([^}:]+))?(?::(-[^}]*|\$[^}]*))?\}")


class Place(Enum):
    """The part of a request that a condition is about."""

    QUERY = "query parameter"
    HEADER = "header"
    FORM = "form parameter"
    PATH = "path parameter"
    BODY = "body"
    JSON = "place in the body"
    XML = "XPath"
    METHOD = "method"
    ROUTE = "path"
    URI = "URI"
    MEMORY = "mock's own memory"
    """A store, the time, chance: nothing that a request decides."""


_WHERE: Final = {
    "queryParams": Place.QUERY,
    "headers": Place.HEADER,
    "formParams": Place.FORM,
    "pathParams": Place.PATH,
    "body": Place.BODY,
    "method": Place.METHOD,
    "path": Place.ROUTE,
    "uri": Place.URI,
}


class Condition(Struct, frozen=True):
    """One condition."""

    place: Place
    name: str = ""
    """The parameter's or header's name; for places inside the body, the path that leads there."""
    operator: str = EQUAL
    value: str = ""
    is_literal: bool = False
    """The value is written as a number or as true or false: in a JSON body it stands without quotes."""

    @property
    def rank(self) -> int:
        """The more specific the smaller."""
        return _SPECIFIC.index(self.operator) if self.operator in _SPECIFIC else len(_SPECIFIC)

    def holds(self, found: str) -> Truth:
        """Whether a text satisfies it; the empty text stands for what is not there."""
        match self.operator:
            case "EqualTo":
                return found == self.value
            case "NotEqualTo":
                return found != self.value
            case "Exists":
                return bool(found)
            case "NotExists":
                return not found
            case "Contains":
                return self.value in found
            case "NotContains":
                return self.value not in found
            case "Matches":
                return self._matches(found)
            case _:
                return negated(self._matches(found))

    def _matches(self, found: str) -> Truth:
        occurs = patterns.occurs(self.value, found)
        return occurs if occurs is not True or patterns.matches(self.value, found) else None

    def proposals(self) -> Iterator[str]:
        """Texts that satisfy it, the likeliest first. Raises ``Refusal`` where none is known."""
        match self.operator:
            case "EqualTo" | "Contains":
                yield self.value
            case "Matches":
                yield from patterns.parse(self.value).candidates()
            case _:
                yield _INVENTED

    @property
    def is_exact(self) -> bool:
        """Whether one text alone satisfies it."""
        return self.operator == EQUAL


class Wish(Struct, frozen=True):
    """Conditions that belong together."""

    every: tuple[Condition, ...] = ()
    """All of them hold."""
    one_of: tuple[Condition, ...] = ()
    """One of them does."""


def members(value: object, place: Place, *steps: Step) -> Iterator[Condition]:
    """The conditions of ``queryParams`` and its like: by name, as a scalar or as an object. Raises ``Refusal``."""
    for name, one in as_object(value, *steps).items():
        yield _condition(one, place, name, *steps, name)


def _condition(value: object, place: Place, name: str, *steps: Step, is_literal: bool = False) -> Condition:
    if not isinstance(value, dict):
        return Condition(place, name, EQUAL, as_text(value, *steps), is_literal)
    operator = as_text(value.get("operator"), *steps, "operator") or EQUAL
    if operator not in OPERATORS:
        raise Refusal(f"`{operator[:40]}` is no operator that Imposter knows", steps=(*steps, "operator"))
    return Condition(place, name, operator, as_text(value.get("value"), *steps, "value"), is_literal)


def body(value: object, document: Document, *steps: Step) -> Wish:
    """What ``requestBody`` asks for; a condition of its own goes before ``allOf``, and that before ``anyOf``."""
    fields = as_object(value, *steps)
    if any(name in fields for name in ("jsonPath", "xPath", "value", "operator")):
        return Wish((_in_body(fields, document, *steps),))
    return _listed(fields, lambda one, *at: _in_body(one, document, *at), *steps)


def expressions(value: object, *steps: Step) -> Wish:
    """What the ``allOf`` or the ``anyOf`` of a resource asks for."""
    return _listed(as_object(value, *steps), _expression, *steps)


def _listed(fields: Object, read: Callable[..., Condition], *steps: Step) -> Wish:
    found = {
        name: tuple(read(one, *steps, name, index) for index, one in enumerate(as_list(fields.get(name), *steps, name)))
        for name in ("allOf", "anyOf")
    }
    return Wish(found["allOf"]) if found["allOf"] else Wish((), found["anyOf"])


def _in_body(value: object, document: Document, *steps: Step) -> Condition:
    fields = as_object(value, *steps)
    node = document.node.find((*steps, "value"))
    is_literal = node is not None and node.kind in (Kind.NUMBER, Kind.BOOLEAN)
    for name, place in (("jsonPath", Place.JSON), ("xPath", Place.XML)):
        if path := as_text(fields.get(name), *steps, name):
            return _condition(fields, place, path, *steps, is_literal=is_literal)
    return _condition(fields, Place.BODY, "", *steps)


def _expression(value: object, *steps: Step) -> Condition:
    source = as_text(as_object(value, *steps).get("expression"), *steps, "expression")
    match = _EXPRESSION.fullmatch(source.strip())
    where, name, trailer = match.groups(default="") if match else ("", "", "")
    place = _WHERE.get(where, Place.MEMORY)
    if trailer.startswith("$") and place is Place.BODY:
        return _condition(value, Place.JSON, trailer, *steps)
    if trailer or (place in (Place.QUERY, Place.HEADER, Place.FORM, Place.PATH)) != bool(name):
        place = Place.MEMORY
    return _condition(value, place, source if place is Place.MEMORY else name, *steps)
