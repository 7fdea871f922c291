"""Where ``Location`` leads: a route, whatever the host, the way it is written and the resource it names."""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads
from driftwatch.model.interaction import Request
from driftwatch.model.route import path_of, path_template

_OPAQUE: Final = re.compile(r"(?!v[0-9])(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_-]{6,}")
"""Letters and digits mixed, and no version: the name of one resource, in a spelling of the service's own."""
_LONGEST: Final = 32
_MOST: Final = 3
_DEEPEST: Final = 64
"""Segments that are looked at: each may be looked up in a whole body."""
ID: Final = "{id}"

Route = tuple[str, ...]


def compare_locations(heads: Heads, asked: Request, base_path: str) -> Iterator[Difference]:
    """Answers that lead where no variant leads. ``base_path`` is the path below which the target serves the mocks."""
    if "location" not in heads.names:
        return
    said = [
        (there, variant.body or b"")
        for variant, values in heads.said("location")
        if (there := route(values[0], asked, base_path)) is not None
    ]
    others = [
        (sample, there)
        for sample, values in heads.heard("location")
        if (there := route(values[0], asked, base_path)) is not None
        and not any(_is_same(mocked, body, there, sample.body) for mocked, body in said)
    ]
    if said and others:
        yield heads.differs(
            Aspect.HEADER_VALUE,
            "location",
            (sample for sample, _ in others),
            _in_words(said),
            _in_words([(there, sample.body) for sample, there in others]),
        )


def route(location: str, asked: Request, base_path: str) -> Route | None:
    """The segments of the path, identifiers as ``{id}``; ``None`` for a reference that names none.

    A relative reference is resolved against the request (RFC 9110, 10.2.2; RFC 3986, 5.2).
    """
    path = path_of(location)
    if not path:
        return () if "//" in location else None
    if not path.startswith("/"):
        path = f"{asked.path.rpartition('/')[0]}/{path}"
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    base = [segment for segment in base_path.split("/") if segment]
    if base and segments[: len(base)] == base:
        segments = segments[len(base) :]
    return tuple(path_template(segment) for segment in segments[:_DEEPEST])


def _is_same(mocked: Route, mocked_body: bytes, real: Route, real_body: bytes) -> bool:
    """Whether two routes differ in nothing but what they call a resource."""
    return len(mocked) == len(real) and all(
        one == other or (_is_name(one, mocked_body) and _is_name(other, real_body))
        for one, other in zip(mocked, real, strict=True)
    )


def _is_name(segment: str, body: bytes) -> bool:
    """An identifier, something that looks like one, or a text that the answer's own document calls itself by."""
    return segment == ID or bool(_OPAQUE.fullmatch(segment)) or f'"{segment}"'.encode("utf-8", "replace") in body


def _in_words(routes: list[tuple[Route, bytes]]) -> str:
    """The routes for a reader; a segment that names a resource, or may be a token, is not shown."""
    shown = {
        "/" + "/".join(ID if len(segment) > _LONGEST or _is_name(segment, body) else segment for segment in one)
        for one, body in routes[:_MOST]
    }
    return " or ".join(sorted(shown))
