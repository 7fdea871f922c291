"""Paths of expectations: plain, regular expressions, and with parameters in braces.

``PathParametersDecoder`` and ``HttpRequestPropertiesMatcher`` of MockServer 5.15.0 and 8.0.0: the path of a request is
compared as it was sent, percent-encoded; braces name parameters only where ``pathParameters`` is there, and then a
whole segment each.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.candidates import weaker
from driftwatch.mocks.asking.named_paths import Known
from driftwatch.mocks.asking.requests import encode_path, encode_segment, parse_query
from driftwatch.mocks.asking.truth import Truth, every
from driftwatch.mocks.formats.mockserver.multimaps import Multimap
from driftwatch.mocks.formats.mockserver.texts import Text, is_broken, is_plain
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade, Query

_SEGMENT: Final = re.compile(r"\{[.;]?([^*]+)\*?\}")
_OPEN: Final = re.compile(r"\{[.;]?([A-Za-z_][\w.-]{0,60})\*?\}")
_STYLED: Final = re.compile(r"[.;]?([^,]+)")
_ANYTHING: Final = (".*", ".+", "[^/]+", "[^/]*")
"""Of a parameter that takes these no value is known."""
_PATHS: Final = 5
_RAW_QUERY: Final = re.compile(r"\?(?=[^?=&()\[\]\\*+]+=)")
"""A question mark that begins a query, and is no quantifier."""


class Filled(Struct, frozen=True):
    """One concrete path, and how it was had."""

    path: str
    """Percent-encoded, with its leading slash."""
    template: str = ""
    query: Query = ()
    """What the author wrote behind a question mark."""
    grade: Grade = Grade.EXACT
    reason: str = ""


class Path(Struct, frozen=True):
    """What an expectation asks of a path."""

    text: Text
    parameters: Multimap

    @property
    def literal(self) -> str | None:
        """The one path it answers; ``None`` if there are several."""
        if self.parameters.entries or self.text.literal is None or "." in self.text.value or "+" in self.text.value:
            return None
        return self.text.literal

    @property
    def prefix(self) -> str:
        """The characters with which all its paths begin."""
        if self.text.is_not or self.text.schema is not None:
            return ""
        return patterns.literal_prefix(self.text.value)

    @property
    def named(self) -> tuple[str, ...]:
        """The parameters that its segments name, if any are looked at."""
        if not self.parameters.entries:
            return ()
        found = (_SEGMENT.fullmatch(segment) for segment in self.text.value.split("/"))
        return tuple(match.group(1) for match in found if match)

    @property
    def flaw(self) -> str:
        """Why MockServer never answers a real request for a path as it is written; empty if it may."""
        value = self.text.value
        if self.text.is_not or self.text.schema is not None or self.text.is_blank or self.parameters.entries:
            return ""
        if _is_open(self):
            return "takes braces without `pathParameters` for a regular expression"
        if _has_query(value):
            return "compares the path without its query"
        if self.text.literal is not None and not value.startswith("/"):
            return "compares the path with its leading slash"
        if self.text.literal is not None and encode_path(value) != value:
            return "compares the path as it is sent, percent-encoded"
        return ""

    def matches(self, path: str) -> Truth:
        """Whether a request's path fits; ``None`` if that cannot be told."""
        if not self.parameters.entries or self.text.schema is not None:
            return self.text.matches(path)
        wanted = "/".join(".*" if _SEGMENT.fullmatch(part) else part for part in self.text.value.split("/"))
        found = self._values(path)
        if found is None:
            return False
        return every((Text(wanted, self.text.is_not).matches(path), self.parameters.matches(tuple(found))))

    def _values(self, path: str) -> list[tuple[str, str]] | None:
        """The values of the named segments; ``None`` if there are more segments or fewer."""
        segments = [part for part in self.text.value.split("/") if part.strip()]
        parts = [part for part in path.split("/") if part.strip()]
        if len(segments) != len(parts):
            return None
        pairs = []
        for segment, part in zip(segments, parts, strict=True):
            if match := _SEGMENT.fullmatch(segment):
                name = match.group(1)
                pairs += [(name, value.removeprefix(f"{name}=")) for value in _STYLED.findall(part)]
        return pairs

    def concrete(self, known: Known) -> Iterator[Filled]:
        """Paths that fit, the likeliest first; at least one, if only to say what is missing."""
        if self.text.is_blank or self.text.is_not:
            reason = "the expectation answers every path" + (" but one" if self.text.is_not else "")
            yield Filled("/", grade=Grade.UNRESOLVABLE, reason=reason)
        elif self.parameters.entries or _is_open(self):
            yield self._filled(known)
        elif self.text.literal is not None:
            yield Filled(_sent(self.text.literal))
        elif _has_query(self.text.value):
            path, _, query = self.text.value.partition("?")
            yield Filled(_sent(path), query=parse_query(query))
        else:
            yield from self._chosen(known)

    def _chosen(self, known: Known) -> Iterator[Filled]:
        shown = self.text.value[:80]
        hints = tuple(filter(None, [known.answer.get("id")]))
        try:
            if self.text.schema is None and patterns.parse(self.text.value).is_catch_all:
                raise Refusal(f"the pattern `{shown}` answers nearly every path")
            found = False
            for count, text in enumerate(self._texts(hints)):
                if count >= _PATHS:
                    break
                found = True
                yield Filled(_sent(text), grade=Grade.CHOSEN, reason=f"one path that `{shown}` matches")
            if not found:
                raise Refusal("no path was found that fits")
        except Refusal as refusal:
            yield Filled(_sent(self.text.value), grade=Grade.UNRESOLVABLE, reason=refusal.reason)

    def _texts(self, hints: tuple[str, ...]) -> Iterator[str]:
        if self.text.schema is not None:
            yield from (text for text, _ in self.text.values())
            return
        seen = set()
        for text in patterns.parse(self.text.value).candidates(in_path=True, hints=hints):
            if text.startswith("/") and text not in seen and self.text.matches(text) is not False:
                seen.add(text)
                yield text

    def _filled(self, known: Known) -> Filled:
        """A path with its parameters filled in: by their own matchers, the config, the answer; never by invention."""
        segments = self.text.value.split("/")
        grade, reasons, missing = Grade.EXACT, [], []
        path, template = list(segments), list(segments)
        for position, segment in enumerate(segments):
            names = _OPEN.findall(segment)
            if not names:
                path[position], own = _segment(segment)
                grade = weaker(grade, own)
                continue
            template[position] = _OPEN.sub(r"{\1}", segment)
            for name in names:
                value, source = self._value(name, known, is_last=position == len(segments) - 1)
                if not value:
                    missing.append(name)
                    continue
                place = next(_OPEN.finditer(path[position])).span()
                path[position] = path[position][: place[0]] + encode_segment(value) + path[position][place[1] :]
                if source:
                    grade = weaker(grade, Grade.CHOSEN)
                    reasons.append(f"the path parameter `{name}` was taken from {source}")
        if missing:
            shown = ", ".join(f"`{name}`" for name in missing)
            several = "s" if len(missing) > 1 else ""
            has, them = ("have", "them one") if several else ("has", "it one")
            reason = f"the path parameter{several} {shown} {has} no value; give {them} in `variables`"
            grade, reasons = Grade.NEEDS_INPUT, [reason]
        elif grade is Grade.UNRESOLVABLE:
            reasons = ["a part of the path is a pattern of a kind that is not read"]
        return Filled(_sent("/".join(path)), _rooted("/".join(template)), (), grade, "; ".join(reasons))

    def _value(self, name: str, known: Known, *, is_last: bool) -> tuple[str, str]:
        """A parameter's value, and where it was taken from if it is not the one that is asked for."""
        entry = next((one for one in self.parameters.entries if one.name.value == name), None)
        value, source = known.value(name, is_last=is_last)
        if entry is None or not entry.values:
            return value, source
        wanted = entry.values[0]
        if wanted.literal is not None:
            return wanted.literal, ""
        if value and wanted.matches(value):
            return value, source
        try:
            is_open = wanted.is_not or wanted.is_blank or wanted.value in _ANYTHING
            text = "" if is_open else next((text for text, _ in wanted.values() if text), "")
        except Refusal:
            text = ""
        return text, "its own matcher" if text else ""


def _has_query(value: str) -> bool:
    """Whether an author wrote a query into the path; not every question mark begins one."""
    path, *query = _RAW_QUERY.split(value, maxsplit=1)
    return bool(query) and is_plain(path)


def _is_open(path: Path) -> bool:
    """Whether a path names parameters that MockServer does not know of."""
    return not path.parameters.entries and is_broken(path.text.value) and _OPEN.search(path.text.value) is not None


def _segment(segment: str) -> tuple[str, Grade]:
    """A segment beside parameters, which may be an expression itself."""
    if is_plain(segment) or not segment:
        return segment, Grade.EXACT
    try:
        found = next(patterns.parse(segment).candidates(in_path=True), segment)
    except Refusal:
        return segment, Grade.UNRESOLVABLE
    return found.strip("/"), Grade.CHOSEN


def _sent(text: str) -> str:
    return encode_path(_rooted(text))


def _rooted(text: str) -> str:
    return text if text.startswith("/") else f"/{text}"
