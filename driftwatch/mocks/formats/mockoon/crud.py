"""CRUD routes: one data bucket behind a list and its items. The list and its first item are claims.

``crudRoutesBuilder`` (commons 9.9.0) and ``server/crud.js`` (commons-server 9.9.0). A bucket that is parsed is served
as ``application/json``; an item is found by the value at ``crudKey``, in a list of scalars by its position.
"""

from collections.abc import Iterator

from msgspec import Struct

from driftwatch.mocks.answers.script_values import MISSING
from driftwatch.mocks.formats.mockoon.answer import Body, bucket_rendering
from driftwatch.mocks.formats.mockoon.rules import at
from driftwatch.mocks.formats.mockoon.schema import Bucket
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Matcher
from driftwatch.model.shape import ITEM, join


class Operation(Struct, frozen=True):
    """One request that a CRUD route answers from its bucket."""

    name: str
    suffix: str
    """What comes behind the route's path."""
    body: Body
    identifier: str = ""
    """The item's identifier; empty if a template makes it."""


def operations(bucket: Bucket, key: str) -> Iterator[Operation]:
    """The list, and one item of it. An item that is text is left out: Mockoon sends it as JSON, but without quotes."""
    rendering = bucket_rendering(bucket)
    yield Operation("list", "", Body(rendering.text.encode("utf-8", "surrogatepass"), rendering.matchers))
    try:
        value = json_text.decode(rendering.text)
    except (ValueError, RecursionError):
        return
    if not isinstance(value, list) or not value or isinstance(value[0], str):
        return
    matchers = tuple(_inside(rendering.matchers))
    body = Body(json_text.encode(value[0]).encode("utf-8", "surrogatepass"), matchers)
    yield Operation("item", "/:id", body, _identifier(value[0], key, matchers))


def _inside(matchers: tuple[Matcher, ...]) -> Iterator[Matcher]:
    """Statements about the list's items, told from the item."""
    for matcher in matchers:
        if matcher.path == "" or matcher.path == f"/{ITEM}" or matcher.path.startswith(f"/{ITEM}/"):
            path = matcher.path.removeprefix(f"/{ITEM}")
            yield Matcher(path, matcher.kind, is_text=matcher.is_text)


def _identifier(item: object, key: str, matchers: tuple[Matcher, ...]) -> str:
    if not isinstance(item, dict):
        return "0"
    value = at(item, key)
    is_dynamic = any(matcher.path in ("", join("", key)) for matcher in matchers)
    if is_dynamic or value is MISSING or not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return str(value)
