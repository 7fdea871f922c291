"""Mountebank's predicates, taken from their JSON: an operator, what it wants, and the parameters beside it.

Facts: ``src/models/predicates.js`` of mountebank 2.9.1. The first key of a predicate that is an operator counts.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import json_paths
from driftwatch.mocks.asking.json_paths import JsonPath
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import as_list, as_object, as_text

FIELDWISE: Final = ("equals", "deepEquals", "contains", "startsWith", "endsWith", "matches", "exists")
OPERATORS: Final = (*FIELDWISE, "not", "or", "and", "inject")
_MOST_BRANCHES: Final = 24
"""Ways to satisfy a stub's predicates that are tried; each ``or`` multiplies them."""


class Selector(Struct, frozen=True):
    """A JSONPath or XPath that picks what is compared out of a field."""

    kind: str
    text: str

    def json_path(self, *, is_lower: bool = False) -> JsonPath:
        """The path taken apart. Raises ``Refusal`` if it is an XPath or not of the subset."""
        if self.kind != "jsonpath":
            raise Refusal("an XPath")
        return json_paths.parse(self.text.lower() if is_lower else self.text)


class Predicate(Struct, frozen=True):
    """One predicate."""

    operator: str
    operand: object = None
    """For the field-wise operators an object from the request's field names to what is wanted of them."""
    parts: tuple["Predicate", ...] = ()
    """What ``and``, ``or`` and ``not`` hold."""
    case_sensitive: bool = False
    key_case_sensitive: bool | None = None
    """``None`` follows ``case_sensitive``."""
    except_pattern: str = ""
    """A regular expression that is taken out of the request's values before they are compared."""
    selector: Selector | None = None

    @property
    def fields(self) -> dict[str, object]:
        """What is wanted of the request's fields."""
        return self.operand if isinstance(self.operand, dict) else {}

    @property
    def is_literal(self) -> bool:
        """Whether the values themselves are wanted, not something cut or picked out of them."""
        return not self.except_pattern and self.selector is None


def parse(value: object, *steps: Step) -> Predicate:
    """A predicate from its JSON. Raises ``Refusal`` with its place."""
    fields = as_object(value, *steps)
    operator = next((key for key in fields if key in OPERATORS), None)
    if operator is None:
        found = ", ".join(list(fields)[:5]) or "nothing"
        raise Refusal(f"no predicate that mountebank knows: {found}", steps=steps)
    operand = fields[operator]
    if operator in ("and", "or"):
        parts = [parse(part, *steps, operator, i) for i, part in enumerate(as_list(operand, *steps, operator))]
        return Predicate(operator, parts=tuple(parts))
    if operator == "not":
        return Predicate(operator, parts=(parse(operand, *steps, operator),))
    if operator == "inject":
        return Predicate(operator, as_text(operand, *steps, operator))
    key_case = fields.get("keyCaseSensitive")
    return Predicate(
        operator,
        as_object(operand, *steps, operator),
        case_sensitive=bool(fields.get("caseSensitive")),
        key_case_sensitive=key_case if isinstance(key_case, bool) else None,
        except_pattern=as_text(fields.get("except"), *steps, "except"),
        selector=_selector(fields, *steps),
    )


def _selector(fields: object, *steps: Step) -> Selector | None:
    parameters = as_object(fields, *steps)
    for kind in ("jsonpath", "xpath"):
        if parameters.get(kind):
            given = as_object(parameters[kind], *steps, kind)
            text = as_text(given.get("selector"), *steps, kind, "selector")
            if not text:
                raise Refusal(f"the `{kind}` has no selector", steps=(*steps, kind))
            return Selector(kind, text)
    return None


def branches(predicates: tuple[Predicate, ...]) -> Iterator[tuple[Predicate, ...]]:
    """Ways to satisfy all predicates at once: each a set of field-wise ones, ``not`` and scripts among them."""
    for count, branch in enumerate(_branches(predicates)):
        if count >= _MOST_BRANCHES:
            return
        yield branch


def _branches(predicates: tuple[Predicate, ...]) -> Iterator[tuple[Predicate, ...]]:
    if not predicates:
        yield ()
        return
    first, rest = predicates[0], predicates[1:]
    match first.operator:
        case "and":
            yield from _branches((*first.parts, *rest))
        case "or":
            for part in sorted(first.parts, key=_is_open):
                yield from _branches((part, *rest))
        case _:
            for branch in _branches(rest):
                yield (first, *branch)


def _is_open(predicate: Predicate) -> bool:
    """Whether a request for it can only be guessed; others of an ``or`` come first."""
    if predicate.parts:
        return predicate.operator == "not" or any(map(_is_open, predicate.parts))
    return predicate.operator not in ("equals", "deepEquals")
