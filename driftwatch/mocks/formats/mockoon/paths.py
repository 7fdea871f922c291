r"""Mockoon's route paths: the syntax of path-to-regexp 8, and that of Express 4 before it.

``:name`` is a segment, ``*name`` the rest, ``{…}`` optional, ``\`` takes a sign as it is. Mockoon 9 converts the older
``*``, ``:name?``, ``(…)?`` (``express5PathConvert``, commons 9.9.0); what it cannot convert, such as ``[0-9]+``, only
Mockoon before 9 serves. Case does not matter, nor does a slash at the end.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final
from urllib.parse import unquote

import regex
from msgspec import Struct

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.requests import encode_path, encode_segment
from driftwatch.mocks.refusal import Refusal

_MOST_VARIANTS: Final = 64
_DEEPEST: Final = 20
_LONGEST: Final = 1000
_SECONDS: Final = 0.2
_ID: Final = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_SLASHES: Final = re.compile(r"/{2,}")
_OLD_PARAMETER: Final = re.compile(r":([A-Za-z_]\w*)(?:\([^()]*\))?[?*+]?|(\*)")
_CONVERSIONS: Final = (
    (re.compile(r"(?<!\\)\(([^)]+)\)\??"), r"{\1}"),
    (re.compile(r"([/.~-]):([A-Za-z_$][A-Za-z0-9_$]*)\?"), r"{\1:\2}"),
    (re.compile(r":([A-Za-z_$][A-Za-z0-9_$]*)\+"), r"*\1"),
    (re.compile(r"/:([A-Za-z_$][A-Za-z0-9_$]*)\*"), r"{/*\1}"),
    (re.compile(r"(?<!\\)([a-zA-Z0-9_])\?"), r"{\1}"),
    (re.compile(r"(?<!\\)([a-zA-Z0-9_])\+"), r"\1{\1}"),
)
_STAR: Final = re.compile(r"(^|/)\*(?![A-Za-z0-9_\"])")


class Text(Struct, frozen=True):
    """A stretch that stands in the path as it is."""

    text: str


class Parameter(Struct, frozen=True):
    """A value of the path: one segment or a part of one, or with ``is_rest`` any number of segments."""

    name: str
    is_rest: bool = False


class Raw(Struct, frozen=True):
    """A piece of a regular expression, as Express 4 took them."""

    source: str


Token = Text | Parameter | Raw
Group = tuple["Token | Group", ...]


class Filled(Struct, frozen=True):
    """One concrete path."""

    path: str
    template: str
    missing: tuple[str, ...]
    """Parameters that have no value."""
    is_chosen: bool
    """Another path would do as well."""


class RoutePath(Struct, frozen=True):
    """A route's path, taken apart."""

    source: str
    variants: tuple[tuple[Token, ...], ...]
    """All ways to leave optional parts out; the shortest comes last, as Mockoon tries it."""
    is_old: bool = False
    """Only Mockoon before 9 takes it."""

    @property
    def literal(self) -> str | None:
        """The one path it matches, in lower case; ``None`` if there are several."""
        if len(self.variants) == 1 and all(isinstance(token, Text) for token in self.variants[0]):
            text = "".join(token.text for token in self.variants[0] if isinstance(token, Text))
            return text.lower().rstrip("/") or "/"
        return None

    @property
    def prefix(self) -> str:
        """The characters that every path it matches begins with."""
        heads = [tokens[0].text if tokens and isinstance(tokens[0], Text) else "" for tokens in self.variants]
        first, last = min(heads), max(heads)  # what these two share, all between them share
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
        return "".join(one for one, _ in shared)

    def match(self, path: str) -> Mapping[str, object] | None:
        """The values of its parameters in a path, decoded; ``None`` if it does not match."""
        for tokens in self.variants:
            text = _text(tokens)
            if text is not None and text.isascii() and path.isascii():  # beyond ASCII one letter has several cases
                if path.lower().removesuffix("/") == text.lower() or path.lower() == text.lower():
                    return {}
                continue
            names = [token for token in tokens if isinstance(token, Parameter)]
            try:
                found = regex.fullmatch(_expression(tokens), path, flags=regex.IGNORECASE, timeout=_SECONDS)
            except (regex.error, TimeoutError, RecursionError):
                return None
            if found:
                return {token.name: _decoded(token, value) for token, value in zip(names, found.groups(), strict=False)}
        return None

    def fill(self, values: Mapping[str, str], wanted: frozenset[str] = frozenset()) -> Filled:
        """A path with ``values`` put in, without optional parts unless one of the ``wanted`` parameters needs them."""
        tokens = next((v for v in reversed(self.variants) if wanted <= _names(v)), self.variants[-1])
        path, template, missing = "", "", []
        is_chosen = self.is_old or len(self.variants) > 1
        for token in tokens:
            match token:
                case Text(text):
                    path, template = path + text, template + text
                case Raw(source):
                    text = next(patterns.parse(source, is_asked=False).candidates(), "")
                    path, template = path + text, template + text
                case Parameter(name, is_rest):
                    template += f"{{{name}}}"
                    missing += [] if name in values else [name]
                    segments = values.get(name, "").split("/") if is_rest else [values.get(name, "")]
                    path += "/".join(map(encode_segment, segments)) if name in values else f":{name}"
        return Filled(encode_path(path), template, tuple(missing), is_chosen)

    @property
    def is_catch_all(self) -> bool:
        """Whether it pins nothing but slashes."""
        return not any(
            (isinstance(token, Parameter) and not token.is_rest) or (isinstance(token, Text) and token.text.strip("/"))
            for token in self.variants[-1]
        ) and any(isinstance(token, Parameter) for token in self.variants[-1])


def _text(tokens: tuple[Token, ...]) -> str | None:
    """What tokens without a choice stand for."""
    texts = [token.text for token in tokens if isinstance(token, Text)]
    return "".join(texts) if len(texts) == len(tokens) else None


def _names(tokens: tuple[Token, ...]) -> set[str]:
    return {token.name for token in tokens if isinstance(token, Parameter)}


def _decoded(token: Parameter, value: str) -> object:
    return [unquote(part) for part in value.split("/")] if token.is_rest else unquote(value)


def _expression(tokens: tuple[Token, ...]) -> str:
    parts = []
    for token in tokens:
        match token:
            case Text(text):
                parts.append(re.escape(text))
            case Raw(source):
                parts.append(f"(?:{source})")
            case Parameter(_, is_rest):
                parts.append("(.+)" if is_rest else "([^/]+?)")
    return "".join(parts) + "/?"


def parse_path(prefix: str, endpoint: str) -> RoutePath:
    """A route's path from the environment's prefix and its own endpoint. Raises ``Refusal``."""
    source = _SLASHES.sub("/", f"/{prefix}/{endpoint}".replace(" ", "%20"))
    if len(source) > _LONGEST:
        raise Refusal(f"a path of more than {_LONGEST} characters")
    try:
        groups = _Reader(_converted(source)).read("", 0)
        return RoutePath(source, tuple(_flatten(groups)))
    except Refusal:
        tokens = tuple(_old_tokens(source))
        for token in tokens:
            if isinstance(token, Raw):
                patterns.parse(token.source)
        return RoutePath(source, (tokens,), is_old=True)


def _converted(source: str) -> str:
    count = iter(range(len(source)))
    converted = _STAR.sub(lambda match: f"{match.group(1)}*wildcard{next(count)}", source)
    for pattern, replacement in _CONVERSIONS:
        converted = pattern.sub(replacement, converted)
    return converted


class _Reader:
    """path-to-regexp 8, ``parse``."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0

    def read(self, end: str, depth: int) -> Group:
        found: list[Token | Group] = []
        text = ""
        if depth > _DEEPEST:
            raise Refusal("optional parts nested too deeply in the path")
        while self._position < len(self._source):
            character = self._take()
            if character == end:
                break
            if character in ":*{":
                found += [Text(text)] if text else []
                text = ""
                found.append(self.read("}", depth + 1) if character == "{" else self._parameter(character))
            elif character == "\\":
                text += self._take()
            elif character in "}()[]+?!":
                raise Refusal(f"unexpected {character} in the path")
            else:
                text += character
        else:
            if end:
                raise Refusal("an optional part of the path does not end")
        return (*found, Text(text)) if text else tuple(found)

    def _take(self) -> str:
        self._position += 1
        return self._source[self._position - 1 : self._position]

    def _parameter(self, character: str) -> Parameter:
        name = _ID.match(self._source, self._position)
        if name is None:
            raise Refusal("a parameter of the path has no name")
        self._position = name.end()
        return Parameter(name.group(), is_rest=character == "*")


def _flatten(groups: Group) -> Iterator[tuple[Token, ...]]:
    """Every choice of optional parts, those with more parts first."""
    for count, variant in enumerate(_choices(groups)):
        if count >= _MOST_VARIANTS:
            raise Refusal("too many optional parts in the path")
        yield variant


def _choices(groups: Group) -> Iterator[tuple[Token, ...]]:
    if not groups:
        yield ()
        return
    first, rest = groups[0], groups[1:]
    if not isinstance(first, tuple):
        for tail in _choices(rest):
            yield (first, *tail)
        return
    for inner in _choices(first):
        for tail in _choices(rest):
            yield (*inner, *tail)
    yield from _choices(rest)


def _old_tokens(source: str) -> Iterator[Token]:
    """Express 4 (path-to-regexp 0.1): names, stars, and regular expressions between them."""
    position, stars = 0, 0
    for match in _OLD_PARAMETER.finditer(source):
        yield from _old_text(source[position : match.start()])
        if match.group(2):
            yield Parameter(str(stars), is_rest=True)
            stars += 1
        else:
            yield Parameter(match.group(1))
        position = match.end()
    yield from _old_text(source[position:])


def _old_text(text: str) -> Iterator[Token]:
    if text:
        yield Raw(text) if re.search(r"[\[\](){}+?|\\]", text) else Text(text)
