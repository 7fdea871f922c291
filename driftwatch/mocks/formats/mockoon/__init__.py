"""Mockoon environments: one JSON file with routes, their responses and rules, data buckets and folders.

Facts from @mockoon/cli 9.9.0 and mockoon/mockoon @ 2054a046 (``environment-schema.constants``, ``migrations``,
``server``, ``response-rules-interpreter``, ``crud``, ``data-buckets``), from mockoon/mockoon.com @ 4b441865, and from
1,685 responses in public repositories. Every schema version up to 33 is read, and the exports of Mockoon 1, which may
hold several environments. Each environment is a server of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mockoon.schema import lone_route, read_environment
from driftwatch.mocks.formats.mockoon.serving import NAME, serve
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Ignored, Interaction, Unreadable

__all__ = ["NAME", "read", "recognises"]

_MARKS: Final = tuple(
    re.compile(rf'(?<!\\)"{name}"\s*:') for name in ("endpointPrefix", "routes", "lastMigration", "proxyReqHeaders")
)
"""Names that stand together in Mockoon's files only, for files too broken to be parsed."""
_ENOUGH: Final = 3


def recognises(document: Document) -> bool:
    """An environment, an export of several, or the bare list of old; a broken one by its marks."""
    if document.syntax is not Syntax.JSON:
        return False
    if document.problem is not None:
        return sum(mark.search(document.text) is not None for mark in _MARKS) >= _ENOUGH
    return any(_is_environment(value) or _is_route(value) for value, _ in _parts(document.value))


def _is_environment(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("routes"), list):
        return False
    has_prefix = isinstance(value.get("endpointPrefix"), str)
    return has_prefix and sum(name in value for name in ("port", "uuid", "lastMigration")) >= 1


def _is_route(value: object) -> bool:
    """A route exported alone."""
    return isinstance(value, dict) and isinstance(value.get("endpoint"), str) and isinstance(value.get("method"), str)


def _parts(value: object) -> Iterator[tuple[object, tuple[Step, ...]]]:
    """The environments of a file, and routes exported alone, each with its place."""
    if not isinstance(value, dict | list):
        return
    if isinstance(value, dict):
        listed = value.get("data")
        source = value.get("source")
        is_export = isinstance(source, str) and source.startswith("mockoon")
        if not (is_export or value.get("id") == "mockoon_export"):
            if _is_environment(value):
                yield value, ()
            return
        steps: tuple[Step, ...] = ("data",)
    else:
        listed, steps = value, ()
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("item"), dict):
            yield one["item"], (*steps, index, "item")
        elif isinstance(value, dict) or _is_environment(one):
            yield one, (*steps, index)


def read(document: Document) -> Iterator[Reading]:
    """The responses of every environment, in the order in which its routes are tried."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    ids: Counter[str] = Counter()
    is_empty = True
    for value, steps in _parts(document.value):
        for reading in _read_part(value, document, ids, steps):
            is_empty = is_empty and not isinstance(reading, Interaction | Unreadable)
            yield reading
    if is_empty:
        yield Ignored(document.file, "a Mockoon environment without a route that is served")


def _read_part(value: object, document: Document, ids: Counter[str], steps: tuple[Step, ...]) -> Iterator[Reading]:
    try:
        is_lone = _is_route(value) and not _is_environment(value)
        environment = lone_route(value, *steps) if is_lone else read_environment(value, *steps)
    except Refusal as refusal:
        yield document.unreadable(NAME, refusal.below(steps), *steps)
        return
    if environment.switched_off:
        count = environment.switched_off
        are = "s are" if count > 1 else " is"
        yield Ignored(document.file, f"{count} route{are} switched off and not served")
    yield from serve(environment, document, ids)
