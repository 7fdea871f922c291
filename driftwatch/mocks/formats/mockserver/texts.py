"""MockServer's strings: plain text or a regular expression, negated by ``!``, optional by ``?``, or a JSON Schema.

``NottableString``, ``NottableStringDeserializer`` and ``RegexStringMatcher`` of MockServer 5.15.0 and 8.0.0: a value is
compared as plain text without regard to case, and then as a Java expression that must match all of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.formats.mockserver.schema_texts import satisfies, schema_texts
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.fields import as_object, as_text

_NOT: Final = "!"
_OPTIONAL: Final = "?"
_SYNTAX: Final = re.compile(r"[\\\[(|*^${?]|\.\+")
"""What nobody writes without meaning an expression; a dot and a plus stand in plain values as well."""
_META: Final = frozenset("\\.[](){}?*+|^$")
_MEDIA_RANGE: Final = re.compile(r"(?:\*|[\w.+-]+)/\*")
_OUTSIDE_BRACES: Final = re.compile(r"\\[pPxN]\{[^{}]*\}|\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
_NO_QUANTIFIER: Final = re.compile(r"\{(?!\d+(?:,\d*)?\})")
_INVENTED: Final = ("x", "1", "y")


@dataclass(frozen=True, slots=True)
class Text:
    """One string of an expectation."""

    value: str = ""
    is_not: bool = False
    is_optional: bool = False
    schema: Mapping[str, object] | None = field(default=None, hash=False)
    """Instead of a value."""

    @property
    def is_blank(self) -> bool:
        """Whether it takes every value."""
        return self.schema is None and not self.value.strip()

    @property
    def literal(self) -> str | None:
        """The one text it is for, if it was not written as an expression."""
        if self.is_not or self.schema is not None or self.is_blank:
            return None
        return self.value if _stands_for_itself(self.value) else None

    def matches(self, found: str) -> Truth:
        """Whether a value fits; ``None`` if that cannot be told."""
        truth = self.matches_affirmed(found)
        return truth if truth is None else truth is not self.is_not

    def matches_affirmed(self, found: str) -> Truth:
        """The same without its ``!``."""
        if self.schema is not None:
            return satisfies(self.schema, found)
        if self.is_blank or found.lower() == self.value.lower():
            return True
        return matches_pattern(self.value, found)

    def values(self, hints: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
        """Values that fit, the likeliest first, and whether each is the one that was meant. Raises ``Refusal``.

        ``hints`` are values that would be likely.
        """
        if self.literal is not None:
            yield self.literal, True
            return
        proposals = iter(_INVENTED) if self.is_not or self.is_blank else self._proposals(hints)
        for text in (*hints, *proposals):
            if self.matches(text):
                yield text, False

    def _proposals(self, hints: tuple[str, ...]) -> Iterator[str]:
        if self.schema is not None:
            yield from schema_texts(self.schema)
        else:
            found = tuple(patterns.parse(self.value).candidates(hints=hints))
            yield from filter(None, found)
            # rather any text than none
            yield from (*_INVENTED, *found)


def read_text(value: object, *steps: Step) -> Text:
    """A string from its JSON. Raises ``Refusal``."""
    if isinstance(value, dict):
        fields = as_object(value, *steps)
        schema = fields.get("schema")
        return Text(
            as_text(fields.get("value"), *steps, "value"),
            fields.get("not") is True,
            fields.get("optional") is True,
            as_object(schema, *steps, "schema") if schema is not None else None,
        )
    return parse_text(as_text(value, *steps))


def parse_text(text: str) -> Text:
    """A string from its spelling: the signs stand in front, in either order."""
    is_not = is_optional = False
    for _ in range(2):
        if text.startswith(_OPTIONAL) and not is_optional:
            is_optional, text = True, text[1:]
        if text.startswith(_NOT) and not is_not:
            is_not, text = True, text[1:]
    return Text(text, is_not, is_optional)


@lru_cache(maxsize=4096)
def _stands_for_itself(value: str) -> bool:
    return is_plain(value) or is_broken(value)


def is_plain(value: str) -> bool:
    """Whether a value stands for itself, though as an expression it may match more."""
    return _SYNTAX.search(value) is None or _MEDIA_RANGE.fullmatch(value) is not None


def is_broken(pattern: str) -> bool:
    """Whether Java takes a text for no expression because of its braces (``/x/{id}``), so that it is only itself."""
    return "{" in pattern and _NO_QUANTIFIER.search(_OUTSIDE_BRACES.sub("", pattern)) is not None


def matches_pattern(pattern: str, found: str) -> Truth:
    """Whether a whole text that is not the pattern itself matches it.

    As ``Pattern`` with DOTALL, CASE_INSENSITIVE and UNICODE_CASE has it.
    """
    if _META.isdisjoint(pattern) or is_broken(pattern):
        # only the same text matches, and the caller has looked for that
        return False
    return patterns.matches(f"(?si:{pattern})", found)
