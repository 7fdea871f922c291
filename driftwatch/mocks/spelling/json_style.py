"""JSON as the tools' own writers lay it out: which spaces, which escapes."""

import json
import re
from typing import Any, Final

from msgspec import Struct

_HTML: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What Go's ``encoding/json`` writes so that it can stand in a page."""
_HTML_SIGNS: Final = re.compile("[<>&\u2028\u2029]")


class Number(str):
    """A number as it was spelled: ``10.50`` is not ``10.5`` to whoever reads a diff."""

    __slots__ = ()


class Style(Struct, frozen=True):
    """One writer's manner."""

    indent: str = "  "
    colon: str = ": "
    is_jackson: bool = False
    """Items of a list follow its bracket on the same line, and what is empty holds a space (Jackson's
    ``DefaultPrettyPrinter``)."""
    is_for_html: bool = False
    """Signs of HTML are escaped, as Go does."""


JACKSON: Final = Style(colon=" : ", is_jackson=True)
GO: Final = Style(indent="\t", is_for_html=True)
NODE: Final = Style()
"""``JSON.stringify(value, null, 2)``, and serde's pretty printer."""
TABS: Final = Style(indent="\t")


def written(value: object, style: Style) -> str:
    """A value of dictionaries, lists, texts, numbers and ``Number``; without a line end."""
    return _value(value, style, "")


def _value(value: object, style: Style, margin: str) -> str:
    if isinstance(value, dict):
        return _object(value, style, margin)
    if isinstance(value, list | tuple):
        return _list(value, style, margin)
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return _text(value, style)
    return json.dumps(value)


def _object(value: dict[str, Any], style: Style, margin: str) -> str:
    if not value:
        return "{ }" if style.is_jackson else "{}"
    inner = margin + style.indent
    members = (f"{inner}{_text(name, style)}{style.colon}{_value(one, style, inner)}" for name, one in value.items())
    return "{\n" + ",\n".join(members) + f"\n{margin}}}"


def _list(value: "list[Any] | tuple[Any, ...]", style: Style, margin: str) -> str:
    if not value:
        return "[ ]" if style.is_jackson else "[]"
    if style.is_jackson:
        return "[ " + ", ".join(_value(one, style, margin) for one in value) + " ]"
    inner = margin + style.indent
    return "[\n" + ",\n".join(f"{inner}{_value(one, style, inner)}" for one in value) + f"\n{margin}]"


def _text(text: str, style: Style) -> str:
    spelled = json.dumps(text, ensure_ascii=False)
    if any("\ud800" <= sign <= "\udfff" for sign in spelled):  # a lone half of a pair, which no encoding can hold
        spelled = json.dumps(text)
    return _HTML_SIGNS.sub(lambda sign: _HTML[sign.group()], spelled) if style.is_for_html else spelled
