"""Smocker's string matchers: taken from their YAML, asked whether a text satisfies them, and for texts that do.

Facts: ``server/types/matchers.go`` of smocker-dev/smocker @ 0a6f43e, which hands most of them to the assertions of
smartystreets. ``ShouldAlmostEqual`` is for numbers there, and a request's parts are texts: it never holds.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.json_paths import same
from driftwatch.mocks.asking.truth import Truth, negated
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import describe

EQUAL: Final = "ShouldEqual"
_LITERAL: Final = (EQUAL, "ShouldResemble", "ShouldEqualJSON")
_INVENTED: Final = ("x", "1", "")
"""Values where nearly any will do, the likeliest first."""


class Matcher(Struct, frozen=True):
    """One matcher."""

    name: str
    value: str
    plain: object = None
    """The value as its notation types it: a number stays one, where a body is built from it."""

    @property
    def is_literal(self) -> bool:
        """Whether one text alone satisfies it."""
        return self.name in _LITERAL

    def holds(self, text: str) -> Truth:
        """Whether a text satisfies it; ``None`` if that cannot be told."""
        if self.name in _NEVER:
            return False
        try:
            if self.name.startswith("ShouldNot"):
                return negated(_TESTS[self.name.replace("Not", "", 1)](self.value, text))
            return _TESTS[self.name](self.value, text)
        except RecursionError:
            return None

    def choices(self, *, in_path: bool = False, hints: tuple[str, ...] = ()) -> Iterator[str]:
        """Texts that satisfy it, the likeliest first. ``hints`` are values that would be likely if it takes them.

        Raises ``Refusal`` for a pattern that no text is known for.
        """
        if not self.is_literal and not in_path:
            yield from (hint for hint in hints if self.holds(hint))
        match self.name:
            case "ShouldEqual" | "ShouldResemble" | "ShouldEqualJSON":
                yield self.value
            case "ShouldContainSubstring" | "ShouldStartWith" | "ShouldEndWith":
                yield self.value
            case "ShouldMatch":
                pattern = patterns.parse(self.value)
                if in_path and pattern.is_catch_all:
                    raise Refusal(f"the pattern `{self.value[:80]}` answers nearly every path")
                yield from pattern.candidates(in_path=in_path, hints=hints if in_path else ())
            case _:
                yield from (text for text in _INVENTED if self.holds(text))


def _is_match(pattern: str, text: str) -> Truth:
    return patterns.occurs(pattern, text)


def _is_same_json(wanted: str, text: str) -> Truth:
    try:
        return _is_same(json_text.decode(wanted), json_text.decode(text))
    except ValueError:
        return False


def _is_same(one: object, other: object) -> bool:
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(_is_same(value, other[name]) for name, value in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(_is_same, one, other))
        case _:
            return same(one, other)


_TESTS: Final[Mapping[str, Callable[[str, str], Truth]]] = {
    EQUAL: lambda wanted, text: wanted == text,
    "ShouldResemble": lambda wanted, text: wanted == text,
    "ShouldContainSubstring": lambda wanted, text: wanted in text,
    "ShouldStartWith": lambda wanted, text: text.startswith(wanted),
    "ShouldEndWith": lambda wanted, text: text.endswith(wanted),
    "ShouldBeEmpty": lambda _, text: not text,
    "ShouldMatch": _is_match,
    "ShouldEqualJSON": _is_same_json,
}
_NEVER: Final = ("ShouldAlmostEqual", "ShouldNotAlmostEqual")
NAMES: Final = frozenset([*_TESTS, *(name.replace("Should", "ShouldNot") for name in _TESTS), *_NEVER])


def parse(value: object, document: Document, *steps: Step) -> Matcher:
    """A matcher from a scalar, which stands for equality, or from ``{matcher, value}``. Raises ``Refusal``."""
    if isinstance(value, list):
        raise Refusal(f"`{steps[-1]}` must be a text or a matcher, found {describe(value)}", steps=steps)
    if not isinstance(value, dict):
        return Matcher(EQUAL, text_of(value, document, *steps), value)
    name = text_of(value.get("matcher"), document, *steps, "matcher")
    if name not in NAMES:
        raise Refusal(f"Smocker has no matcher `{name[:60]}`", steps=(*steps, "matcher"))
    operand = value.get("value")
    return Matcher(name, text_of(operand, document, *steps, "value"), operand)


def parse_several(value: object, document: Document, *steps: Step) -> tuple[Matcher, ...]:
    """One matcher, or a list of which each needs a value of its own. Raises ``Refusal``."""
    if isinstance(value, list):
        return tuple(parse(one, document, *steps, index) for index, one in enumerate(value))
    return (parse(value, document, *steps),)


def text_of(value: object, document: Document, *steps: Step) -> str:
    """A scalar as Go reads it into a text: with the spelling of the file (``1.10``, ``010``, ``no``)."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | int() | float():
            try:
                return document.scalar(*steps)
            except LookupError:
                return json_text.encode(value)
        case _:
            raise Refusal(f"`{steps[-1]}` must be text, found {describe(value)}", steps=steps)
