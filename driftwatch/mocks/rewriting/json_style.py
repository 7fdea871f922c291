"""How a JSON text is spelled, found out from the text itself: indentation, colons, commas, escapes, quotes."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.rewriting.kept import Kept
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.nodes import Kind, Node

_LOOKED_AT: Final = 256 * 1024
"""Characters of a text that say how all of it is spelled."""
_DEEP: Final = 1000
_INDENTED: Final = re.compile(r"[{\[][ \t]*\r?\n([ \t]*)[^\s]")
_LINE: Final = re.compile(r"(?m)^([ \t]*)[^\s]")
_NEWLINE: Final = re.compile(r"\r?\n")
_COLON: Final = re.compile(r'"([ \t]*:[ \t]*)[^\s]')
_COMMA: Final = re.compile(r'["\d}\]el](,[ \t]*)["{\[]')
_UNICODE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_HTML: Final = re.compile(r"\\u00(?:3[cCeE]|26)")
_BARE_SLASH: Final = re.compile(r"(?<!\\)/")
_PLAIN: Final = re.compile(r"[ !#-%(-.0-;=?-\[\]-~]*")
"""Text that is spelled as it is in every manner."""
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Escapes(Struct, frozen=True):
    """Which characters of a string are escaped that need not be, and how."""

    slash: bool = False
    """``\\/`` (PHP)."""
    html: bool = False
    """``\\u003c`` for ``<``, and ``>`` and ``&`` (Go)."""
    ascii: bool = False
    """``\\u00e9`` for what is not ASCII (Python)."""
    upper: bool = False
    """Hexadecimal digits in capitals."""

    def inside(self, text: str, quote: str = '"') -> str:
        """A text as it stands between quotes."""
        if quote == '"' and _PLAIN.fullmatch(text):
            return text
        return "".join([self._character(one, quote) for one in text])

    def quoted(self, text: str, quote: str = '"') -> str:
        """A text with quotes."""
        return f"{quote}{self.inside(text, quote)}{quote}"

    def _character(self, one: str, quote: str) -> str:
        if one == quote or (one in _SHORT and one != '"'):
            return "\\'" if one == "'" else _SHORT[one]
        is_hex = (
            one < " "
            or (self.html and one in "<>&\u2028\u2029")
            or (one > "~" and self.ascii)
            or "\ud800" <= one <= "\udfff"
        )
        if is_hex:
            return self._hex(one)
        return "\\/" if one == "/" and self.slash else one

    def _hex(self, one: str) -> str:
        units = one.encode("utf-16-be", "surrogatepass")
        codes = [units[start : start + 2].hex() for start in range(0, len(units), 2)]
        return "".join(f"\\u{code.upper() if self.upper else code}" for code in codes)


def escapes_of(*texts: str) -> Escapes:
    """The escapes that texts have; what the first shows nothing of is looked for in the next."""
    shown = [_shown_by(text) for text in texts]
    return Escapes(
        slash=next((one.slash for one in shown if one.slash is not None), False),
        html=any(one.html for one in shown),
        ascii=next((one.ascii for one in shown if one.ascii is not None), False),
        upper=any(one.upper for one in shown),
    )


class _Shown(Struct, frozen=True):
    """What a text shows of its escapes; ``None`` where it shows neither."""

    slash: bool | None
    html: bool
    ascii: bool | None
    upper: bool


@lru_cache(maxsize=16)
def _shown_by(text: str) -> _Shown:
    """The mends of one file ask for this of the file one after the other."""
    seen = text[:_LOOKED_AT]
    codes = _UNICODE.findall(seen) if "\\u" in seen else []
    return _Shown(
        slash=True if "\\/" in seen else False if _BARE_SLASH.search(seen) else None,
        html=bool(codes) and _HTML.search(seen) is not None,
        ascii=True if _escapes_letters(codes) else False if not seen.isascii() else None,
        upper=any(code != code.lower() for code in codes),
    )


def _escapes_letters(codes: Iterable[str]) -> bool:
    return any(int(code, 16) > 0x7E for code in codes)


class Style(Struct, frozen=True):
    """How containers are spelled."""

    unit: str
    """One level of indentation; empty where everything stands on one line."""
    newline: str
    colon: str
    comma: str
    """Between neighbours on one line."""
    escapes: Escapes
    is_wide: bool
    """Containers are spread over lines."""


@lru_cache(maxsize=16)
def style_of(text: str, *around: str) -> Style:
    """The style of a text; what it does not show is taken from the texts around it.

    The mends of one file ask for that of the file one after the other.
    """
    seen = text[:_LOOKED_AT]
    is_wide = bool(_INDENTED.search(seen))
    colon = _majority(_COLON, seen)
    for other in around:
        colon = colon or _majority(_COLON, other[:_LOOKED_AT])
    colon = ": " if colon is None else colon
    comma = _majority(_COMMA, seen)
    if comma is None:
        comma = "," if colon.strip(" ") == colon and not is_wide else ", "
    newline = _NEWLINE.search(seen)
    return Style(_unit(seen) if is_wide else "", newline.group() if newline else "\n", colon, comma,
                 escapes_of(text), is_wide)  # fmt: skip


def _majority(pattern: re.Pattern[str], text: str) -> str | None:
    found: dict[str, int] = {}
    for number, match in enumerate(pattern.finditer(text)):
        found[match.group(1)] = found.get(match.group(1), 0) + 1
        if number > _DEEP:
            break
    return max(found, key=lambda one: found[one]) if found else None


def _unit(text: str) -> str:
    """The first indentation that is deeper than the line of the bracket before it."""
    for match in _INDENTED.finditer(text):
        inner = match.group(1)
        begin = text.rfind("\n", 0, match.start()) + 1
        outer = _LINE.match(text, begin)
        above = outer.group(1) if outer else ""
        if len(inner) > len(above) and inner.startswith(above):
            return inner[len(above) :]
    return ""


class Speller(Struct, frozen=True):
    """Spells JSON values in a style."""

    style: Style
    kept: Kept = field(default_factory=Kept)

    def value(self, source: str, indent: str | None, depth: int = 200) -> str:
        """A value of JSON text; ``indent`` is that of its line, and ``None`` puts everything on one line."""
        return self.node(tolerant_json.parse(source, depth), indent)

    def node(self, node: Node, indent: str | None) -> str:
        """A value with the number literals that it has."""
        return "".join(self._tokens(node, indent))

    def _tokens(self, node: Node, indent: str | None) -> Iterator[str]:
        style = self.style
        match node.kind:
            case Kind.OBJECT | Kind.ARRAY:
                known = self.kept.spelled(node, indent)
                yield from (known,) if known is not None else self._container(node, indent)
            case Kind.STRING:
                yield style.escapes.quoted(node.text)
            case Kind.NULL:
                yield "null"
            case _:
                yield node.text

    def _container(self, node: Node, indent: str | None) -> Iterator[str]:
        opening, closing = ("{", "}") if node.kind is Kind.OBJECT else ("[", "]")
        size = len(node.members) or len(node.items)
        deeper = None if indent is None else indent + self.style.unit
        between = self.style.comma if deeper is None else f",{self.style.newline}{deeper}"
        yield opening
        if size and deeper is not None:
            yield f"{self.style.newline}{deeper}"
        for position in range(size):
            yield between if position else ""
            if node.members:
                name, value = node.members[position]
                yield self.style.escapes.quoted(name.text) + self.style.colon
            else:
                value = node.items[position]
            yield from self._tokens(value, deeper)
        if size and deeper is not None:
            yield f"{self.style.newline}{indent}"
        yield closing
