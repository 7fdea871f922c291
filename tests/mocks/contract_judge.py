"""A small judge of matchers: whether a consumer that wrote these statements takes an answer.

It knows a claim by nothing but its expectation, as ``drift`` does: the example's body, and statements by pointer.
"""

import json
import re
from collections.abc import Iterator

from driftwatch.mocks.asking.patterns import matches
from driftwatch.model.interaction import Expectation, Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join
from driftwatch.shapes.formats import classify

_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?")


def accepts(expectation: Expectation, status: int, headers: set[str], body: bytes | None) -> bool:
    """Whether an answer keeps what a variant promises; of headers only that they come."""
    promised = {name.lower() for name, _ in expectation.headers} - {"content-type"}  # a body that parses will do
    if status != expectation.status or not promised <= {name.lower() for name in headers}:
        return False
    if expectation.body is None:
        return True
    if not expectation.body:
        return not body
    example, delivered = _value(expectation.body), _value(body or b"")
    return Judge(expectation.matchers, example).takes(example, delivered, "")


def _value(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


class Judge:
    """The statements of one expectation, and the example's values by their pointer."""

    def __init__(self, matchers: tuple[Matcher, ...], example: object) -> None:
        self._matchers: dict[str, list[Matcher]] = {}
        for matcher in matchers:
            self._matchers.setdefault(matcher.path, []).append(matcher)
        self._examples: dict[str, list[object]] = {}
        for pointer, value in self._places(example, ""):
            self._examples.setdefault(pointer, []).append(value)

    def takes(self, example: object, delivered: object, pointer: str) -> bool:
        """Whether a delivered value will do where the example stands."""
        kinds = {matcher.kind for matcher in self._matchers.get(pointer, ())}
        if kinds & {MatcherKind.ANY, MatcherKind.IGNORE}:
            return self._keeps(delivered, pointer)
        if MatcherKind.NULLABLE in kinds and delivered is None:
            return True
        if _type(example) != _type(delivered) or not self._keeps(delivered, pointer):
            return False
        match example, delivered:
            case dict(), dict():
                return self._takes_object(example, delivered, pointer)
            case list(), list():
                items = enumerate(delivered if example else ())
                below = join(pointer, ITEM)
                return all(self.takes(example[i] if i < len(example) else example[0], item, below) for i, item in items)
            case _:
                return True

    def _takes_object(self, example: dict[str, object], delivered: dict[str, object], pointer: str) -> bool:
        if not self._is_map(pointer):
            return all(
                name in delivered and self.takes(value, delivered[name], join(pointer, name))
                for name, value in example.items()
            )
        pattern = next(m.pattern for m in self._matchers[pointer] if m.kind is MatcherKind.MAP)
        if pattern and not all(matches(pattern, name) for name in delivered):
            return False
        first = next(iter(example.values()), None)
        below = join(pointer, ITEM)
        return all(self.takes(example.get(name, first), value, below) for name, value in delivered.items())

    def _is_map(self, pointer: str) -> bool:
        return any(matcher.kind is MatcherKind.MAP for matcher in self._matchers.get(pointer, ()))

    def _keeps(self, value: object, pointer: str) -> bool:
        return all(self._fits(matcher, value) for matcher in self._matchers.get(pointer, ()))

    def _fits(self, matcher: Matcher, value: object) -> bool:
        text = value if isinstance(value, str) else json.dumps(value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        match matcher.kind:
            case MatcherKind.EXACT:
                allowed = matcher.values or self._examples.get(matcher.path, ())
                return any(_type(one) == _type(value) and one == value for one in allowed)
            case MatcherKind.REGEX:
                return matches(matcher.pattern, text) is not False
            case MatcherKind.FORMAT:
                return classify(text).value == matcher.pattern
            case MatcherKind.CONTAINS:
                return matcher.pattern in text
            case MatcherKind.INTEGER:
                return isinstance(value, int) and is_number
            case MatcherKind.DECIMAL:
                return isinstance(value, float)
            case MatcherKind.NUMBER:
                return is_number
            case MatcherKind.BOOLEAN:
                return isinstance(value, bool)
            case MatcherKind.SEMVER:
                return _SEMVER.fullmatch(text) is not None
            case MatcherKind.NOT_EMPTY:
                return bool(value)
            case MatcherKind.ARRAY if isinstance(value, list):
                is_long_enough = matcher.minimum is None or len(value) >= matcher.minimum
                return is_long_enough and (matcher.maximum is None or len(value) <= matcher.maximum)
            case _:
                return True

    def _places(self, value: object, pointer: str) -> Iterator[tuple[str, object]]:
        yield pointer, value
        match value:
            case dict():
                for name, inner in value.items():
                    yield from self._places(inner, join(pointer, ITEM if self._is_map(pointer) else name))
            case list():
                for inner in value:
                    yield from self._places(inner, join(pointer, ITEM))


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
