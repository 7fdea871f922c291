"""Mockoon's rules: which of a route's responses a request gets.

Facts: ``response-rules-interpreter.js`` of commons-server 9.9.0. What depends on the number of the request, on
variables, on data or on a template is different from one run to the next, and cannot be told here.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.script_values import MISSING, UNKNOWN, as_script_text
from driftwatch.mocks.asking import json_paths, patterns
from driftwatch.mocks.asking.candidates import FORM, Asked
from driftwatch.mocks.asking.requests import encode_query, parse_query
from driftwatch.mocks.asking.truth import Truth, every, negated, some
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object
from driftwatch.model.interaction import Query

TARGETS: Final = frozenset(
    [
        "body", "query", "header", "cookie", "params", "path", "method", "request_number", "global_var", "data_bucket",
        "templating",
    ]
)  # fmt: skip
_UNTELLABLE: Final = frozenset(["request_number", "global_var", "data_bucket", "templating"])
_OPERATORS: Final = frozenset(
    ["equals", "regex", "regex_i", "null", "empty_array", "array_includes", "valid_json_schema"]
)
_BRACKET: Final = re.compile(r"\[([^\[\]]*)\]")
_COOKIE: Final = re.compile(r"\s*([^=;]+)=([^;]*)")
_DEEPEST: Final = 5
"""Brackets of a query parameter that are looked into (qs's own limit)."""


class Rule(Struct, frozen=True):
    """One condition on a request."""

    target: str
    modifier: str
    """Which header, parameter, or place in the body; empty for the whole."""
    value: str
    operator: str
    is_inverted: bool = False

    @property
    def is_templated(self) -> bool:
        """A template decides what is compared."""
        return "{{" in self.modifier or "{{" in self.value

    @property
    def is_tellable(self) -> bool:
        """Whether the request alone decides."""
        return self.target not in _UNTELLABLE and not self.is_templated


def read_rule(fields: Object) -> Rule:
    """A rule from its JSON; a wrong word becomes the usual one, as in Mockoon."""
    target, operator = fields.get("target"), fields.get("operator")
    if operator not in _OPERATORS:  # before version 18 there was a flag
        operator = "regex" if fields.get("isRegex") is True else "equals"
    return Rule(
        target if isinstance(target, str) and target in TARGETS else "body",
        _text(fields.get("modifier")),
        _text(fields.get("value")),
        str(operator),
        fields.get("invert") is True,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class Seen(Struct, frozen=True):
    """A request as a route's rules see it."""

    asked: Asked
    parameters: Mapping[str, object] = field(default_factory=dict)
    """What stands in the path for the route's parameters."""

    def value(self, rule: Rule) -> object:
        """What a rule looks at; ``MISSING`` if it is not there."""
        asked, name = self.asked, rule.modifier
        match rule.target:
            case "method":
                return asked.method.lower()
            case "path":
                query = encode_query(asked.query)
                return [f"{asked.path}?{query}" if query else asked.path, "*"]
            case "header":
                return _or_missing(asked.header(name)) if name else ""
            case "cookie":
                cookies = dict(_COOKIE.findall(asked.header("Cookie") or ""))
                return cookies.get(name) or MISSING
            case "params":
                return at(dict(self.parameters), name) if name else MISSING
            case "query":
                return at(nested(asked.query), name)
            case _:
                return self._body(rule)

    def _body(self, rule: Rule) -> object:
        text = self.asked.body or ""
        if not rule.modifier and rule.operator in ("equals", "regex", "regex_i"):
            return text
        return at(self._parsed(text), rule.modifier)

    def _parsed(self, text: str) -> object:
        media_type = (self.asked.header("Content-Type") or "").lower()
        if "json" in media_type:
            try:
                return json_text.decode(text)
            except ValueError:
                return text
        if FORM in media_type:
            return nested(parse_query(text))
        return UNKNOWN if "xml" in media_type or "multipart" in media_type else text


def _or_missing(text: str | None) -> object:
    return MISSING if text is None else text


def at(document: object, path: str) -> object:
    """The value at a place written as ``a.0.b`` or as a JSONPath; a document without places is the value itself."""
    if document is None:
        return MISSING if path else None
    if not path or not isinstance(document, dict | list):
        return document
    if path.startswith("$"):
        if isinstance(document, dict) and UNKNOWN in document.values():
            return UNKNOWN
        found = json_paths.parse(path).select(document)
        return MISSING if not found else found[0] if len(found) == 1 else found
    here: object = document
    for step in steps_of(path):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list | str) and step.isdecimal() and len(step) < 10 and int(step) < len(here):
            here = here[int(step)]
        else:
            return UNKNOWN if here is UNKNOWN else MISSING
    return here


def steps_of(path: str) -> list[str]:
    r"""The steps of ``a.0.b``; ``\.`` is a dot in a name."""
    return [step.replace("\0", ".") for step in path.replace("\\.", "\0").split(".")]


def nested(query: Query) -> object:
    """A query as Express reads it (qs): ``a[b]=1`` is an object, ``a[]=1`` and a repeated name are lists."""
    found: dict[str, object] = {}
    for name, value in query:
        base, brackets = name.partition("[")[0], _BRACKET.findall(name)
        if base and brackets and len(brackets) <= _DEEPEST:
            found[base] = _put(found.get(base), brackets, value)
        else:
            found[name] = _put(found.get(name), [""], value) if name in found else value
    return found


def _put(here: object, brackets: list[str], value: str) -> object:
    """``here`` with a value added below it; ``UNKNOWN`` where one name is used in two ways."""
    if not brackets:
        return value if here is None else UNKNOWN
    step, rest = brackets[0], brackets[1:]
    if step == "" or (step.isdecimal() and not isinstance(here, dict)):
        if isinstance(here, dict) or here is UNKNOWN:
            return UNKNOWN
        items = here if isinstance(here, list) else [] if here is None else [here]
        return [*items, _put(None, rest, value)]
    if here is not None and not isinstance(here, dict):
        return UNKNOWN
    members = here or {}
    if not rest and step in members:
        return {**members, step: _put(members[step], [""], value)}
    return {**members, step: _put(members.get(step), rest, value)}


def holds(rule: Rule, seen: Seen) -> Truth:
    """Whether a rule holds for a request; ``None`` if that cannot be told."""
    try:
        truth = _holds(rule, seen) if rule.is_tellable else None
    except (Refusal, RecursionError):
        truth = None
    return negated(truth) if rule.is_inverted else truth


def _holds(rule: Rule, seen: Seen) -> Truth:
    if rule.target == "cookie" and not rule.modifier:
        return False
    value = seen.value(rule)
    if value is UNKNOWN or rule.operator == "valid_json_schema":
        return None
    if rule.operator == "null":
        return value is MISSING or value is None or value == ""
    if rule.operator == "empty_array":
        return value == [] and isinstance(value, list)
    if value is MISSING:
        return False
    values = [as_script_text(one) for one in value] if isinstance(value, list) else [_as_text(value)]
    if rule.operator == "array_includes" and rule.modifier:
        return isinstance(value, list) and rule.value in values
    if rule.operator.startswith("regex"):
        ignores_case = rule.operator == "regex_i"
        return some(patterns.occurs(rule.value, text, ignores_case=ignores_case) for text in values)
    return rule.value in values


def _as_text(value: object) -> str:
    return "" if value is None else as_script_text(value)


def all_hold(rules: tuple[Rule, ...], seen: Seen, *, needs_all: bool) -> Truth:
    """Whether a response's rules let it be given; without rules they do not."""
    if not rules:
        return False
    truths = [holds(rule, seen) for rule in rules]
    return every(truths) if needs_all else some(truths)
