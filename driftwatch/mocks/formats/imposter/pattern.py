"""The request half of an Imposter resource: whether it answers a request, and how well it fits.

``CalculateMatchScore`` and ``FindBestMatch`` of the engine: each part that a resource asks for and that fits is a
point, each literal segment of its path one, a segment with literal text beside a parameter two; a parameter alone is
none. A resource without a point never answers. The most points win, then a path without ``*``, then the first in the
file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from driftwatch.mocks.asking import json_paths
from driftwatch.mocks.asking.candidates import Asked
from driftwatch.mocks.asking.requests import parse_query
from driftwatch.mocks.asking.truth import Truth, every, some
from driftwatch.mocks.formats.imposter.conditions import Condition, Place
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Query

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_LEGACY: Final = re.compile(r":([A-Za-z_]\w*)")
OPEN_END: Final = "*"
_LONGEST_PATH: Final = 2000


class Segment(Struct, frozen=True):
    """One segment of a path: literal texts with parameters between them."""

    texts: tuple[str, ...]
    """One more than there are names; empty where a parameter begins or ends the segment."""
    names: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """What it adds to the score when it fits."""
        if not self.names:
            return 1
        return 2 if any(self.texts) or len(self.names) > 1 else 0

    def match(self, text: str) -> dict[str, str] | None:
        """The parameters' values; ``None`` if it does not fit."""
        if not self.names:
            return {} if text == self.texts[0] else None
        first, *middle, last = self.texts
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        found, start, end = {}, len(first), len(text) - len(last)
        for name, literal in zip(self.names, [*middle, None], strict=True):
            stop = end if literal is None else text.find(literal, start, end)
            if stop < 0:
                return None
            found[name] = text[start:stop]
            start = stop + len(literal or "")
        return found


def parse_path(path: str) -> tuple[tuple[Segment, ...], bool]:
    """A path's segments without its open end, and whether it has one. Raises ``Refusal`` if it is absurdly long."""
    if len(path) > _LONGEST_PATH:
        raise Refusal(f"a path of more than {_LONGEST_PATH} characters", steps=("path",))
    segments = path.strip("/").split("/")
    is_open = segments[-1] == OPEN_END
    return tuple(_segment(one) for one in (segments[:-1] if is_open else segments)), is_open


@lru_cache(maxsize=4096)
def _segment(source: str) -> Segment:
    legacy = _LEGACY.fullmatch(source)
    pieces = ["", legacy.group(1), ""] if legacy else _PARAMETER.split(source)
    return Segment(tuple(pieces[::2]), tuple(pieces[1::2]))


@dataclass(frozen=True)
class RequestPattern:
    """What a resource asks of a request."""

    method: str = ""
    """Upper case; empty for any."""
    path: str = ""
    """With the config's base path before it; empty for every path."""
    conditions: tuple[Condition, ...] = ()
    """All of them hold."""
    choices: tuple[tuple[Condition, ...], ...] = ()
    """One of each group holds."""
    segments: tuple[Segment, ...] = field(default=(), compare=False)
    is_open: bool = False
    """The path ends in ``/*``."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters of the path."""
        return frozenset(name for segment in self.segments for name in segment.names)

    @cached_property
    def score(self) -> int:
        """Points it has for every request that it answers."""
        path = sum(segment.points for segment in self.segments) if self.path else 0
        return bool(self.method) + path + len(self.conditions) + len(self.choices)

    @cached_property
    def literal(self) -> str | None:
        """The one path it answers, without a slash at its end; ``None`` if there are several."""
        if not self.path or self.is_open or self.names:
            return None
        return "/" + "/".join(segment.texts[0] for segment in self.segments)

    @property
    def prefix(self) -> str:
        """What all its paths begin with."""
        start = ""
        for segment in self.segments if self.path else ():
            start += f"/{segment.texts[0]}"
            if segment.names:
                break
        return start

    def answers(self, asked: Asked) -> Truth:
        """Whether it answers a request; ``None`` if that cannot be told."""
        if self.method and self.method != asked.method:
            return False
        parameters = self._parameters(asked.path)
        if parameters is None or not self.score:
            return False
        seen = Seen(asked, parameters)
        truth = every(seen.satisfies(condition) for condition in self.conditions)
        if truth is False:
            return False
        return every((truth, *(some(map(seen.satisfies, group)) for group in self.choices)))

    def _parameters(self, path: str) -> Mapping[str, str] | None:
        if not self.path:
            return {}
        texts = unquote(path).strip("/").split("/")
        if len(texts) < len(self.segments) or (len(texts) > len(self.segments) and not self.is_open):
            return None
        found: dict[str, str] = {}
        for segment, text in zip(self.segments, texts, strict=False):
            values = segment.match(text)
            if values is None:
                return None
            found.update(values)
        return found


class Seen(Struct, frozen=True):
    """A request as one resource sees it."""

    asked: Asked
    parameters: Mapping[str, str]
    """Values of the resource's own path parameters."""

    def satisfies(self, condition: Condition) -> Truth:
        """Whether a condition holds; ``None`` if that cannot be told."""
        texts = self._texts(condition)
        return None if texts is None else some(condition.holds(text) for text in texts)

    def _texts(self, condition: Condition) -> list[str] | None:
        """What stands at a condition's place, of which one has to satisfy it."""
        asked, name = self.asked, condition.name
        match condition.place:
            case Place.QUERY:
                return [_first(asked.query, name)]
            case Place.HEADER:
                return [asked.header(name) or ""]
            case Place.FORM:
                return [_first(parse_query(asked.body or ""), name) or _first(asked.query, name)]
            case Place.PATH:
                return [self.parameters.get(name, "")]
            case Place.BODY:
                return [asked.body or ""]
            case Place.JSON:
                return json_values(asked.body or "", name)
            case Place.METHOD:
                return [asked.method]
            case Place.ROUTE:
                return [unquote(asked.path)]
            case _:
                return None


def _first(pairs: Query, name: str) -> str:
    return next((value for key, value in pairs if key == name), "")


def json_values(body: str, path: str) -> list[str] | None:
    """The texts that a JSONPath leads to, none if the body is no JSON; ``None`` if the path is of another kind."""
    try:
        parsed = json_paths.parse(path)
        found = parsed.select(json_text.decode(body))
    except (Refusal, RecursionError):
        return None
    except ValueError:
        return []
    if parsed.is_definite and not (found and isinstance(found[0], list)):
        return _as_texts(found[0]) if found else [""]
    values = found[0] if parsed.is_definite and isinstance(found[0], list) else found
    return [value for value in values if isinstance(value, str)]


def _as_texts(value: object) -> list[str] | None:
    """A value as the engine prints it; ``None`` for objects, and for numbers that Go writes with an exponent."""
    match value:
        case None:
            return [""]
        case str():
            return [value]
        case bool():
            return ["true" if value else "false"]
        case int() | float() if value == 0 or 1e-4 <= abs(value) < 1e6:
            return [str(int(value)) if value == int(value) else repr(value)]
        case _:
            return None


def every_condition(pattern: RequestPattern) -> Iterator[Condition]:
    """All conditions, those of which one suffices as well."""
    yield from pattern.conditions
    for group in pattern.choices:
        yield from group
