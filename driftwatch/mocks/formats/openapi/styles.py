"""How a parameter's value is spelt in a request (OpenAPI 3.1.1, 4.8.12: style and explode; 2.0: collectionFormat)."""

from typing import Final

from driftwatch.mocks.formats.openapi.parts import Part
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Query

_DEFAULTS: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|", "ssv": " ", "tsv": "\t", "pipes": "|"}


def style_of(parameter: Part, place: str) -> tuple[str, bool]:
    """A parameter's style, and whether it repeats its name for each value."""
    collection = parameter.text("collectionFormat")
    if collection:
        return (collection, False) if collection != "multi" else ("form", True)
    if parameter.child("type") is not None:
        return "csv", False
    style = parameter.text("style") or _DEFAULTS.get(place, "form")
    explode = parameter.child("explode")
    return style, explode.value is True if explode is not None else style == "form"


def in_query(parameter: Part, name: str, value: Part) -> Query:
    """The pairs of a query parameter. Raises ``Refusal`` for values inside values, which no style can spell."""
    style, explode = style_of(parameter, "query")
    match value.value:
        case list():
            texts = [one.spelt() for one in value.children()]
            if explode:
                return tuple((name, text) for text in texts)
            return ((name, _SEPARATORS.get(style, ",").join(texts)),)
        case dict():
            members = _members(value)
            if style == "deepObject":
                return tuple((f"{name}[{key}]", text) for key, text in members)
            if explode:
                return tuple(members)
            return ((name, ",".join(text for pair in members for text in pair)),)
        case _:
            return ((name, value.spelt()),)


def in_path(parameter: Part, name: str, value: Part) -> str:
    """The text of a path parameter, before it is encoded. Raises ``Refusal``."""
    style, explode = style_of(parameter, "path")
    prefix, separator = {"label": (".", "." if explode else ","), "matrix": (";", ";" if explode else ",")}.get(
        style, ("", ",")
    )
    is_matrix = style == "matrix"
    match value.value:
        case list():
            texts = [f"{name}={one.spelt()}" if is_matrix and explode else one.spelt() for one in value.children()]
        case dict():
            texts = [f"{key}={text}" if explode else f"{key},{text}" for key, text in _members(value)]
            is_matrix = is_matrix and not explode
        case _:
            texts = [value.spelt()]
    joined = separator.join(texts)
    if is_matrix and not (explode and isinstance(value.value, list)):
        joined = f"{name}={joined}"
    return f"{prefix}{joined}"


def in_header(parameter: Part, value: Part) -> str:
    """The value of a header parameter. Raises ``Refusal``."""
    _, explode = style_of(parameter, "header")
    match value.value:
        case list():
            return ",".join(one.spelt() for one in value.children())
        case dict():
            return ",".join(f"{key}={text}" if explode else f"{key},{text}" for key, text in _members(value))
        case _:
            return value.spelt()


def as_json(value: Part) -> str:
    """The value of a parameter that has a media type instead of a style."""
    return value.value if isinstance(value.value, str) else json_text.encode(value.value)


def _members(value: Part) -> list[tuple[str, str]]:
    return [(str(member.steps[-1]), member.spelt()) for member in value.children()]
