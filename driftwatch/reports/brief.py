"""A shape on one line: ``{id: integer, lines: [{sku: string}]}``. Names and types, never a value."""

from typing import Final

from driftwatch.model.shape import JsonType, Shape, describe

_DEEPEST: Final = 3
_MEMBERS: Final = 8
"""Members that are named at one place."""


def brief(shape: Shape, depth: int = 0) -> str:
    """Members in their order, optional ones with a question mark; what is deeper, or more, in dots."""
    words = []
    if shape.objects:
        words.append(_object(shape, depth))
    if JsonType.ARRAY in shape.types:
        words.append("[…]" if depth >= _DEEPEST else f"[{brief(shape.items, depth + 1) if shape.items else ''}]")
    plain = {seen: number for seen, number in shape.types.items() if not _is_container(seen)}
    if plain:
        words.append(describe(Shape(types=plain, formats=shape.formats)))
    return " or ".join(words) or "nothing"


def _is_container(seen: JsonType) -> bool:
    return seen in (JsonType.OBJECT, JsonType.ARRAY)


def _object(shape: Shape, depth: int) -> str:
    if depth >= _DEEPEST and shape.members:
        return "{…}"
    names = list(shape.members)
    shown = [f"{name}{'' if _is_always(shape, name) else '?'}: {brief(shape.members[name].shape, depth + 1)}"
             for name in names[:_MEMBERS]]  # fmt: skip
    if len(names) > _MEMBERS:
        shown.append(f"… {len(names) - _MEMBERS} more")
    return "{" + ", ".join(shown) + "}"


def _is_always(shape: Shape, name: str) -> bool:
    return shape.is_collapsed or shape.is_required(name)
