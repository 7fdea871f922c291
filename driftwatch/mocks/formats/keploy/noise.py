"""Keploy's noise: fields of an answer that may differ, and how they become statements about places.

A path is the names of members joined by dots, without positions: every item of ``items`` has the path ``items``. A path
without a dot names a field at any depth. Keploy itself looks for the path anywhere in the field's (``items.id`` also
silences ``items.idempotency_key``); here a path means what it says.

An empty list of patterns: ignore the field. Patterns: its value may be what one of them finds; it must still be there
and be of its type.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import as_list, as_object, as_text
from driftwatch.model.interaction import Header, Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join

_NO_PATTERN: Final = frozenset(["", "*"])
_SECTIONS: Final = ("body", "header")


class Noise(Struct, frozen=True):
    """Which parts of an answer may differ."""

    body: Mapping[str, bool] = field(default_factory=dict)
    """Paths in lower case; true if patterns limit what may stand there."""
    header: Mapping[str, bool] = field(default_factory=dict)
    is_whole_body: bool = False
    is_all_headers: bool = False

    def kept(self, headers: Iterable[Header]) -> tuple[Header, ...]:
        """The headers that are still promised: with patterns a header must come, whatever its value."""
        if self.is_all_headers:
            return ()
        return tuple(header for header in headers if self.header.get(header[0].lower(), True))

    def statements(self, body: bytes | None) -> tuple[Matcher, ...]:
        """What the noise says of places in this body."""
        if self.is_whole_body:
            return (Matcher("", MatcherKind.IGNORE),)
        document = _decode(body) if body and self.body else None
        found: dict[Matcher, None] = {}
        for path, has_patterns in self.body.items():
            found.update(dict.fromkeys(_statements(path, document, has_patterns=has_patterns)))
        return tuple(found)


def merge(*noises: Noise) -> Noise:
    """All of them together; a later one wins at a path."""
    return Noise(
        {path: value for noise in noises for path, value in noise.body.items()},
        {name: value for noise in noises for name, value in noise.header.items()},
        any(noise.is_whole_body for noise in noises),
        any(noise.is_all_headers for noise in noises),
    )


def read_noise(value: object, *steps: Step) -> Noise:
    """The ``noise`` of one test: a map from paths to patterns, or (v1beta2) a list of paths. Raises ``Refusal``."""
    entries: list[tuple[str, list[object]]] = []
    if isinstance(value, list):
        entries = [(as_text(path, *steps, index), []) for index, path in enumerate(value)]
    else:
        entries = [(name, _patterns(one, *steps, name)) for name, one in as_object(value, *steps).items()]
    return merge(*(_entry(path, patterns) for path, patterns in entries))


def _patterns(value: object, *steps: Step) -> list[object]:
    return [value] if isinstance(value, str) else as_list(value, *steps)


def _entry(path: str, patterns: list[object]) -> Noise:
    section, _, rest = path.lower().partition(".")
    if section not in _SECTIONS:
        return Noise()
    limits = [pattern for pattern in patterns if pattern not in _NO_PATTERN]
    if rest:
        place = {rest: bool(limits)}
        return Noise(body=place) if section == "body" else Noise(header=place)
    if not limits:
        return Noise(is_whole_body=section == "body", is_all_headers=section == "header")
    places = {str(limit).lower(): False for limit in limits}
    return Noise(body=places) if section == "body" else Noise(header=places)


def read_global(value: object) -> Noise:
    """The noise of a project or a test set: ``{body: {path: patterns}, header: {name: patterns}}``."""
    if not isinstance(value, dict):
        return Noise()
    found = [
        _entry(section if path == "*" else f"{section}.{path}", patterns if isinstance(patterns, list) else [])
        for section, paths in value.items()
        if isinstance(paths, dict)
        for path, patterns in paths.items()
    ]
    return merge(*found)


def _decode(body: bytes) -> object:
    try:
        return json_text.decode(body.decode())
    except (ValueError, RecursionError):
        return None


def _statements(path: str, document: object, *, has_patterns: bool) -> Iterator[Matcher]:
    """A statement for each place that the path names; a field that the example lacks may still come."""
    places = [(pointer, value) for walked, pointer, value in _walk(document) if _names(path, walked)]
    for pointer, value in places:
        yield _loosened(pointer, value) if has_patterns else Matcher(pointer, MatcherKind.IGNORE)
    if not places and not has_patterns:
        above, _, last = path.rpartition(".")
        for walked, pointer, value in _walk(document):
            if walked == above and isinstance(value, dict):
                yield Matcher(join(pointer, last), MatcherKind.IGNORE)


def _names(path: str, walked: str) -> bool:
    return walked == path if "." in path else walked.rpartition(".")[2] == path


def _walk(document: object) -> Iterator[tuple[str, str, object]]:
    """Every place with Keploy's path and its pointer; the items of a list have the list's own path."""
    stack: list[tuple[str, str, object]] = [("", "", document)]
    while stack:
        path, pointer, value = stack.pop()
        if path or isinstance(value, dict):
            yield path, pointer, value
        if isinstance(value, dict):
            for name, inner in value.items():
                walked = f"{path}.{name}" if path else name
                stack.append((walked.lower(), join(pointer, name), inner))
        elif isinstance(value, list):
            stack.extend((path, join(pointer, ITEM), inner) for inner in value if isinstance(inner, dict | list))


def _loosened(pointer: str, value: object) -> Matcher:
    """Something of the example's type must be there, in whatever form."""
    match value:
        case str():
            return Matcher(pointer, MatcherKind.DYNAMIC, is_text=True)
        case bool():
            return Matcher(pointer, MatcherKind.BOOLEAN)
        case int() | float():
            return Matcher(pointer, MatcherKind.NUMBER)
        case _:
            return Matcher(pointer, MatcherKind.ANY)
