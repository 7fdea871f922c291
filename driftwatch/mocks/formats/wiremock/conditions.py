"""WireMock's matchers: taken from their JSON, and asked whether a value satisfies them.

Answers are ``True``, ``False`` or ``None`` (cannot be told here: schemas, XPath, foreign regular expressions).
Facts: ``StringValuePatternJsonDeserializer``, ``SingleMatchMultiValuePattern``, ``MatchesJsonPathPattern``,
``EqualToJsonPattern`` of WireMock 3.13.1.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.bodies import from_base64
from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.equality import is_equal_json, is_equal_xml
from driftwatch.mocks.asking.truth import Truth, every, negated, some
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import as_list, as_object

ABSENT: Final = "absent"
_NESTED: Final = ("and", "or")
OPERATORS: Final = frozenset(
    [
        "equalTo", "equalToIgnoreCase", "binaryEqualTo", "contains", "doesNotContain", "matches", "doesNotMatch", "not",
        "and", "or", "absent", "anything", "equalToJson", "matchesJsonPath", "matchesJsonSchema", "equalToXml",
        "matchesXPath", "equalToDateTime", "before", "after", "equalToNumber", "greaterThanNumber",
        "greaterThanEqualNumber", "lessThanNumber", "lessThanEqualNumber", "matchesPathTemplate", "hasExactly",
        "includes",
    ]
)  # fmt: skip


class Condition(Struct, frozen=True):
    """One matcher."""

    operator: str
    operand: object = None
    options: Mapping[str, object] = field(default_factory=dict)
    """The matcher's other keys: ``caseInsensitive``, ``ignoreExtraElements`` …"""
    parts: tuple["Condition", ...] = ()
    """The matchers inside ``and``, ``or``, ``not``, ``hasExactly``, ``includes`` and a JSONPath with a matcher."""

    @property
    def text(self) -> str:
        """The operand as text."""
        return self.operand if isinstance(self.operand, str) else ""

    def allows(self, option: str) -> bool:
        """Whether a flag is set."""
        return self.options.get(option) is True


def parse(value: object, *steps: Step) -> Condition:
    """A matcher from its JSON: the first known key decides, as in WireMock. Raises ``Refusal``."""
    if isinstance(value, str):
        return Condition("equalTo", value)
    fields = as_object(value, *steps)
    if fields.get(ABSENT) is True:
        return Condition(ABSENT)
    operator = next((key for key in fields if key in OPERATORS), None)
    if operator is None:
        found = ", ".join(list(fields)[:5]) or "nothing"
        raise Refusal(f"no matcher that WireMock knows: {found}", steps=steps)
    operand = fields[operator]
    options = {key: option for key, option in fields.items() if key != operator}
    if operator in (*_NESTED, "hasExactly", "includes"):
        parts = [parse(part, *steps, operator, i) for i, part in enumerate(as_list(operand, *steps, operator))]
        return Condition(operator, None, options, tuple(parts))
    if operator == "not":
        return Condition(operator, None, options, (parse(operand, *steps, operator),))
    if operator in ("matchesJsonPath", "matchesXPath") and isinstance(operand, dict):
        return _with_expression(operator, operand, options, *steps)
    if operator == "equalTo" and not isinstance(operand, str):
        raise Refusal("the operand of equalTo must be text", steps=(*steps, operator))
    return Condition(operator, operand, options)


def _with_expression(
    operator: str, operand: Mapping[str, object], options: Mapping[str, object], *steps: Step
) -> Condition:
    inner = {key: part for key, part in operand.items() if key != "expression"}
    parts = (parse(inner, *steps, operator),) if any(key in OPERATORS for key in inner) else ()
    return Condition(operator, operand.get("expression"), options, parts)


def holds(condition: Condition, value: str | None) -> Truth:
    """Whether a value satisfies a matcher; ``None`` for a value stands for one that is not there."""
    test = _TESTS.get(condition.operator)
    if test is None:
        return None
    try:
        return test(condition, value)
    except (Refusal, RecursionError):
        return None


def holds_for_all(condition: Condition, values: list[str]) -> Truth:
    """Whether the values of one name (a repeated header, a query parameter) satisfy its matcher."""
    if condition.operator == "hasExactly" and len(values) != len(condition.parts):
        return False
    if condition.operator in ("hasExactly", "includes"):
        return every(some(holds(part, value) for value in values) for part in condition.parts)
    return some(holds(condition, value) for value in values) if values else holds(condition, None)


def _equal(condition: Condition, value: str | None) -> Truth:
    if value is None:
        return False
    if condition.allows("caseInsensitive") or condition.operator == "equalToIgnoreCase":
        return value.casefold() == condition.text.casefold()
    return value == condition.text


def _json_path(condition: Condition, value: str | None) -> Truth:
    if not value:
        return False
    path = json_paths.parse(condition.text)
    try:
        document = json_text.decode(value)
    except ValueError:
        return False
    found = path.select(document)
    if not condition.parts:
        if path.is_definite:
            return bool(found) and found[0] is not None and found[0] not in ({}, [])
        return bool(found)
    return some(holds(condition.parts[0], _as_text(inner)) for inner in found or [None])


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json_text.encode(value)


def _equal_json(condition: Condition, value: str | None) -> Truth:
    if value is None:
        return False
    try:
        document = json_text.decode(value)
    except ValueError:
        return False
    return is_equal_json(
        wanted(condition),
        document,
        ignores_order=condition.allows("ignoreArrayOrder"),
        ignores_extras=condition.allows("ignoreExtraElements"),
    )


def wanted(condition: Condition) -> object:
    """The document of ``equalToJson``, whose operand is JSON or text that holds JSON. Raises ``Refusal``."""
    if not isinstance(condition.operand, str):
        return condition.operand
    try:
        return json_text.decode(condition.operand)
    except ValueError as error:
        raise Refusal("the operand of equalToJson is not JSON") from error


def _equal_xml(condition: Condition, value: str | None) -> Truth:
    if value is None:
        return False
    return None if condition.options else is_equal_xml(condition.text, value)


def _number(condition: Condition, value: str | None) -> Truth:
    try:
        found, limit = float(value or ""), float(str(condition.operand))
    except ValueError:
        return False
    return {
        "equalToNumber": found == limit,
        "greaterThanNumber": found > limit,
        "greaterThanEqualNumber": found >= limit,
        "lessThanNumber": found < limit,
        "lessThanEqualNumber": found <= limit,
    }[condition.operator]


def _path_template(condition: Condition, value: str | None) -> Truth:
    return value is not None and re.fullmatch(template_pattern(condition.text), value) is not None


def template_pattern(template: str) -> str:
    """A regular expression for a path template: ``{name}`` is one segment, ``**`` is anything."""
    parts = re.split(r"(\{[^{}/]*\}|\*\*)", template)
    steps = {"*": ".*", "{": "[^/]+"}
    return "".join(steps[part[0]] if index % 2 else re.escape(part) for index, part in enumerate(parts))


_TESTS: Final[Mapping[str, Callable[[Condition, str | None], Truth]]] = {
    "equalTo": _equal,
    "equalToIgnoreCase": _equal,
    "binaryEqualTo": lambda c, v: v is not None and from_base64(c.text) == v.encode("utf-8", "surrogateescape"),
    "contains": lambda c, v: v is not None and c.text in v,
    "doesNotContain": lambda c, v: v is None or c.text not in v,
    "matches": lambda c, v: False if v is None else patterns.matches(c.text, v),
    "doesNotMatch": lambda c, v: True if v is None else negated(patterns.matches(c.text, v)),
    "not": lambda c, v: negated(holds(c.parts[0], v)),
    "and": lambda c, v: every(holds(part, v) for part in c.parts),
    "or": lambda c, v: some(holds(part, v) for part in c.parts),
    "absent": lambda _, v: v is None,
    "anything": lambda _c, _v: True,
    "equalToJson": _equal_json,
    "matchesJsonPath": _json_path,
    "equalToXml": _equal_xml,
    "equalToNumber": _number,
    "greaterThanNumber": _number,
    "greaterThanEqualNumber": _number,
    "lessThanNumber": _number,
    "lessThanEqualNumber": _number,
    "matchesPathTemplate": _path_template,
}
