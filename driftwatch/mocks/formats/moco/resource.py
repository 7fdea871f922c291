"""A REST resource of moco's: what stands at ``/targets``, at ``/targets/1``, and below it.

``rest-apis.md``: settings by method, with ``id`` for a single thing, and resources inside a single one.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.mocks.asking.named_paths import SEGMENT, NamedPath, Parameter
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text

_METHODS: Final = ("get", "post", "put", "delete", "head", "patch")
_DEEPEST: Final = 10


class Route(Struct, frozen=True):
    """One setting of a resource."""

    method: str
    path: NamedPath
    request: Object
    """Further matchers."""
    response: Object
    steps: tuple[Step, ...]


def read_resource(
    value: object, context: str, *steps: Step, above: tuple[str | Parameter, ...] = (), depth: int = 0
) -> Iterator[Route]:
    """All settings of a resource and of those below it. Raises ``Refusal``."""
    if depth > _DEEPEST:
        raise Refusal(f"resources nested deeper than {_DEEPEST} levels", steps=steps)
    fields = as_object(value, *steps)
    name = as_text(fields.get("name"), *steps, "name").strip("/")
    if not name:
        raise Refusal("a resource needs a `name`", steps=steps)
    root = (*(above or (context,)), f"/{name}")
    for method in _METHODS:
        for index, one in enumerate(as_list(fields.get(method), *steps, method)):
            place = (*steps, method, index)
            setting = as_object(one, *place)
            if not isinstance(setting.get("response"), dict):
                raise Refusal("a setting of a resource needs a `response`", steps=place)
            path = (*root, "/", *_id(setting["id"], *place, "id")) if setting.get("id") is not None else root
            request = as_object(setting.get("request"), *place, "request")
            yield Route(method.upper(), NamedPath(_joined(path)), request, as_object(setting["response"]), place)
    for index, one in enumerate(as_list(fields.get("resource"), *steps, "resource")):
        place = (*steps, "resource", index)
        inner = as_object(one, *place)
        below = (*root, "/", *_id(inner.get("id"), *place, "id"))
        yield from read_resource(inner, context, *place, above=below, depth=depth + 1)


def _id(value: object, *steps: Step) -> tuple[str | Parameter, ...]:
    """The last part of a path: an identifier, ``*`` for any, or one that matches."""
    if isinstance(value, dict):
        return (Parameter("id", as_text(value.get("match"), *steps, "match") or SEGMENT),)
    text = as_text(value, *steps)
    return (Parameter("id"),) if text in ("*", "") else (text,)


def _joined(parts: tuple[str | Parameter, ...]) -> tuple[str | Parameter, ...]:
    """The parts with neighbouring texts put together."""
    found: list[str | Parameter] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        else:
            found.append(part)
    return tuple(found)
