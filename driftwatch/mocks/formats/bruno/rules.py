"""The rules of a mock route: what a request must have for a response to be given, and how it may be had.

``mock-rule-matcher.js``: a value that is not there compares as the empty text; ``matches`` is JavaScript's ``test``; a
body is looked into by member names behind ``$``; conditions without a target hold.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.script_values import as_script_text
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.truth import Truth, every, some
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_list, as_object, as_text

_TARGETS: Final = ("header", "query", "body")
_MOST: Final = 100
_DEEPEST: Final = 20


class Condition(Struct, frozen=True):
    """One comparison."""

    target: str
    key: str
    operator: str
    value: str

    @property
    def path(self) -> list[str]:
        """The member names that lead to a value of the body."""
        key = self.key.removeprefix("$").removeprefix(".") if self.key.startswith("$") else self.key
        return [step for step in key.split(".") if step]

    def holds(self, asked: Asked) -> Truth:
        """Whether a request has what is wanted; ``None`` if a pattern cannot be judged."""
        if not self.target:
            return True
        actual = self._actual(asked)
        match self.operator:
            case "matches" | "regex":
                return patterns.occurs(self.value, actual)
            case "contains":
                return self.value in actual
            case "not_equals":
                return actual != self.value
            case _:
                return actual == self.value

    def _actual(self, asked: Asked) -> str:
        match self.target:
            case "header":
                wanted = self.key.lower()
                return ", ".join(value for name, value in asked.headers if name.lower() == wanted)
            case "query":
                return ",".join(value for name, value in asked.query if name == self.key)
            case "body":
                return _text(_inside(asked.body, self.path))
            case _:
                return ""

    def satisfied(self, asked: Asked) -> Asked:
        """The request with what this condition wants. Raises ``Refusal`` if nothing is known that does."""
        if self.holds(asked):
            return asked
        value = self._wanted()
        match self.target:
            case "header" if self.key:
                others = tuple(pair for pair in asked.headers if pair[0].lower() != self.key.lower())
                return replace(asked, headers=(*others, (self.key, value)))
            case "query" if self.key:
                kept = tuple(pair for pair in asked.query if pair[0] != self.key)
                return replace(asked, query=(*kept, (self.key, value)))
            case "body":
                return replace(asked, body=_grown(asked.body, self.path, value))
            case _:
                raise Refusal(f"no request is known that has the {self.target[:20]} it wants")

    def _wanted(self) -> str:
        match self.operator:
            case "matches" | "regex":
                return next(patterns.parse(self.value).candidates(), self.value)
            case "not_equals":
                return "x" if self.value != "x" else "y"
            case _:
                return self.value


class Rules(Struct, frozen=True):
    """The conditions of one response."""

    conditions: tuple[Condition, ...]
    needs_all: bool = True

    def hold(self, asked: Asked) -> Truth:
        """Whether a request gets the response by them."""
        truths = [condition.holds(asked) for condition in self.conditions]
        return every(truths) if self.needs_all else some(truths)

    def requests(self, asked: Asked) -> Iterator[Asked]:
        """The request with what they want, in the ways there are; the caller asks whether they hold."""
        for branch in [self.conditions] if self.needs_all else [(one,) for one in self.conditions]:
            here = asked
            try:
                for condition in branch:
                    here = condition.satisfied(here)
            except Refusal:
                continue
            yield here


def read_rules(value: object, document: Document, *steps: Step) -> Rules:
    """A route's rules; none if it has no conditions. Raises ``Refusal``."""
    fields = as_object(value, *steps)
    listed = as_list(fields.get("conditions"), *steps, "conditions")
    if len(listed) > _MOST:
        raise Refusal(f"a response with more than {_MOST} conditions", steps=steps)
    found = []
    for index, entry in enumerate(listed):
        here = (*steps, "conditions", index)
        one = as_object(entry, *here)
        target = as_text(one.get("target"), *here, "target")
        if target and target not in _TARGETS:
            raise Refusal(f"`target` must be one of {', '.join(_TARGETS)}", steps=(*here, "target"))
        operator = as_text(one.get("operator"), *here, "operator") or "equals"
        key = as_text(one.get("key"), *here, "key")
        found.append(Condition(target, key, operator, document.spelled(one.get("value"), *here, "value")))
    return Rules(tuple(found), fields.get("operator") != "OR")


def _decoded(body: str | None) -> object:
    try:
        return json_text.decode(body) if body else None
    except (ValueError, RecursionError):
        return None


def _inside(body: str | None, path: list[str]) -> object:
    value = _decoded(body)
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 6:
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def _text(value: object) -> str:
    return "" if value is None else as_script_text(value)


def _grown(body: str | None, path: list[str], value: str) -> str:
    """A JSON body with a value at the end of a path of member names."""
    document = _decoded(body)
    if document is None and body:
        raise Refusal("a rule about the body, which is no JSON")
    if not path or len(path) > _DEEPEST:
        raise Refusal("a rule about the whole body")
    root: dict[str, object] = document if isinstance(document, dict) else {}
    here = root
    for step in path[:-1]:
        inner = here.get(step)
        below: dict[str, object] = inner if isinstance(inner, dict) else {}
        here[step] = below
        here = below
    here[path[-1]] = value
    return json_text.encode(root)
