"""Paths with named parameters, ``/users/:id`` or ``/users/{id:[0-9]+}``: whether one fits, and how one is filled in."""

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import unquote

from msgspec import Struct, field

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.requests import encode_path, encode_segment
from driftwatch.mocks.asking.truth import Truth
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade
from driftwatch.model.shape import escape

SEGMENT: Final = "[^/]+"
"""What a parameter takes where its path says no more."""
LONGEST: Final = 4000
"""Characters of a path that is looked at; RFC 9110 (4.1) asks servers to take 8000 with the query."""
_LONGEST_VALUE: Final = 100
_LONGEST_BODY: Final = 1_000_000


class Parameter(Struct, frozen=True):
    """An open place in a path."""

    name: str
    pattern: str = SEGMENT
    """A regular expression for its value."""


class Filled(Struct, frozen=True):
    """A path without open places, or with those left that nobody knows a value for."""

    path: str
    """Percent-encoded."""
    grade: Grade
    reason: str = ""


class Known(Struct, frozen=True):
    """Values for the parameters of a path."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """The team's own."""
    answer: Mapping[str, str] = field(default_factory=dict)
    """Scalars of the stub's own answer by their plain names."""

    def value(self, name: str, *, is_last: bool) -> tuple[str, str]:
        """A parameter's value and where it comes from; empty if there is none."""
        if name in self.variables:
            return self.variables[name], "the config"
        text = self.answer.get(_plain(name)) or (self.answer.get("id", "") if is_last else "")
        return (text, "the stub's own answer") if text else ("", "")


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def scalars(body: bytes | None, without: Collection[str] = ()) -> dict[str, str]:
    """The scalars of an answer by their plain names: where an identifier of the path may be found.

    ``without`` are JSON Pointers of those that say nothing.
    """
    if not body or len(body) > _LONGEST_BODY or body.lstrip()[:1] != b"{":
        return {}
    try:
        document = json_text.decode(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    members = document.items() if isinstance(document, dict) else ()
    shown = [(name, value) for name, value in members if f"/{escape(name)}" not in without]
    found = {_plain(name): str(value) for name, value in shown if type(value) in (str, int)}
    return {name: text for name, text in found.items() if 0 < len(text) <= _LONGEST_VALUE}


class NamedPath(Struct, frozen=True):
    """A path of literal pieces and parameters."""

    parts: tuple[str | Parameter, ...]
    ending: str = ""
    """A regular expression for what may follow, for instance an optional slash."""

    @property
    def pattern(self) -> str:
        """A regular expression for the whole path."""
        pieces = (re.escape(part) if isinstance(part, str) else f"(?:{part.pattern})" for part in self.parts)
        return "".join(pieces) + self.ending

    @property
    def template(self) -> str:
        """The path with its parameters in braces."""
        return "".join(encode_path(part) if isinstance(part, str) else f"{{{part.name}}}" for part in self.parts)

    @property
    def literal(self) -> str | None:
        """The one path, if it has no parameter and nothing may follow."""
        if self.ending or any(isinstance(part, Parameter) for part in self.parts):
            return None
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def prefix(self) -> str:
        """What every path begins with."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""

    def holds(self, path: str) -> Truth:
        """Whether a percent-encoded path fits."""
        return patterns.matches(self.pattern, unquote(path))

    def filled(self, known: Known) -> Filled:
        """The path with its parameters filled in; one without a value needs input."""
        open_places = [part for part in self.parts if isinstance(part, Parameter)]
        text, missing, sources = "", [], []
        for part in self.parts:
            if isinstance(part, str):
                text += encode_path(part)
                continue
            value, source = self._value(part, known, is_last=part is open_places[-1])
            if value is None:
                missing.append(part.name)
            else:
                sources.append(source)
            text += f"{{{part.name}}}" if value is None else encode_segment(value)
        if missing:
            reason = f"the path has no value for {', '.join(missing)}; give it one in `variables`"
            return Filled(text, Grade.NEEDS_INPUT, reason)
        if sources:
            return Filled(text, Grade.CHOSEN, f"the path is filled in from {', '.join(dict.fromkeys(sources))}")
        return Filled(text, Grade.EXACT)

    @staticmethod
    def _value(parameter: Parameter, known: Known, *, is_last: bool) -> tuple[str | None, str]:
        value, source = known.value(parameter.name, is_last=is_last)
        if value and patterns.matches(parameter.pattern, value) is not False:
            return value, source
        if parameter.pattern == SEGMENT:
            return None, ""
        try:
            chosen = next(patterns.parse(parameter.pattern).candidates(), None)
        except Refusal:
            chosen = None
        return chosen, f"`{parameter.pattern[:80]}`"
