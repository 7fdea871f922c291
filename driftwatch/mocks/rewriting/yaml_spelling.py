"""How a YAML file spells new values: quotes, indentation and line ends as the file has them."""

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from driftwatch.mocks.rewriting import yaml_words
from driftwatch.mocks.rewriting.json_style import Escapes, Speller, Style
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.nodes import Kind, Node

_LOOKED_AT: Final = 256 * 1024
_DEPTH: Final = 200
_SEQUENCE: Final = re.compile(r"(?m)^([ ]*)(?:- )*[^\s#-][^\n]*:[ ]*\r?\n([ ]*)-[ ]")
_STEP: Final = re.compile(r"(?m)^([ ]*)[^\s#-][^\n]*:[ ]*\r?\n([ ]+)[^\s#-]")
_VALUE: Final = re.compile(r"(?m)^[ ]*(?:- )*[^\s#:'\"]+:[ ]+(['\"]?)[A-Za-z/]")
_RAW: Final = re.compile(r"[^\x00-\x7f]")


class YamlSpelling:
    """Spells values in block style."""

    def __init__(self, text: str) -> None:
        seen = text[:_LOOKED_AT]
        self.text = text
        self.newline = "\r\n" if "\r\n" in seen else "\n"
        self.unit = self._unit(seen)
        self.dash_indent = self._dash_indent(seen)
        self.quote = self._quote(seen)
        self.is_ascii = not _RAW.search(text) and bool(re.search(r"\\(?:x[89A-F]|u|U)", seen))

    @staticmethod
    def _unit(seen: str) -> int:
        steps = Counter(len(inner) - len(outer) for outer, inner in _STEP.findall(seen) if len(inner) > len(outer))
        return steps.most_common(1)[0][0] if steps else 2

    @staticmethod
    def _dash_indent(seen: str) -> int:
        """How far the dashes of a list stand from the name above them."""
        steps = Counter(len(inner) - len(outer) for outer, inner in _SEQUENCE.findall(seen) if len(inner) >= len(outer))
        return steps.most_common(1)[0][0] if steps else 0

    @staticmethod
    def _quote(seen: str) -> str:
        quotes = Counter(_VALUE.findall(seen))
        return quotes.most_common(1)[0][0] if quotes else ""

    def flow(self) -> "FlowSpelling":
        """The same between brackets."""
        return FlowSpelling(self)

    def name(self, text: str, like: Node | None) -> str:
        """A member's name, in the quotes of its neighbour if it needs any or that has some."""
        first = self.text[like.start] if like and like.start < len(self.text) else ""
        return yaml_words.spelled(text, first if first in ("'", '"') else "", is_ascii=self.is_ascii)

    def scalar(self, node: Node, old: str = "") -> str:
        """A scalar; ``old`` is what stood there, whose quotes are kept for text."""
        if node.kind is not Kind.STRING:
            return "null" if node.kind is Kind.NULL else node.text
        first = old[:1]
        if first and first not in "'\"|>" and yaml_words.is_plain_like(node.text, old):
            return node.text
        quote = first if first in ("'", '"') else "" if old and first not in ("|", ">") else self.quote
        return yaml_words.spelled(node.text, quote, is_ascii=self.is_ascii)

    def value(self, source: str, indent: int, old: str = "") -> str:
        """What follows a name and its colon: a blank and a scalar, or lines.

        ``indent`` is that of the name.
        """
        return self._below(tolerant_json.parse(source, _DEPTH), indent, old)

    def item(self, source: str, indent: int, old: str = "") -> str:
        """What follows a dash and its blanks; ``indent`` is where it begins, ``old`` the scalar that stood there."""
        node = tolerant_json.parse(source, _DEPTH)
        return self._after_dash(node, indent) if node.members or node.items else self.empty_or_scalar(node, old)

    def _below(self, node: Node, indent: int, old: str = "") -> str:
        if node.members:
            return self.newline + self._mapping(node, indent + self.unit, is_started=False)
        if node.items:
            return self.newline + self._sequence(node, indent + self.dash_indent, is_started=False)
        return f" {self.empty_or_scalar(node, old)}"

    def _after_dash(self, node: Node, indent: int) -> str:
        if node.members:
            return self._mapping(node, indent, is_started=True)
        if node.items:
            return self._sequence(node, indent, is_started=True)
        return self.empty_or_scalar(node)

    def empty_or_scalar(self, node: Node, old: str = "") -> str:
        """What needs no line of its own; ``old`` is what stood there."""
        if node.kind is Kind.OBJECT:
            return "{}"
        return "[]" if node.kind is Kind.ARRAY else self.scalar(node, old)

    def _mapping(self, node: Node, indent: int, *, is_started: bool) -> str:
        pad = " " * indent
        lines = [f"{self.name(name.text, None)}:{self._below(value, indent)}" for name, value in node.members]
        return ("" if is_started else pad) + f"{self.newline}{pad}".join(lines)

    def _sequence(self, node: Node, indent: int, *, is_started: bool) -> str:
        pad = " " * indent
        lines = [f"- {self._after_dash(item, indent + 2)}" for item in node.items]
        return ("" if is_started else pad) + f"{self.newline}{pad}".join(lines)


@lru_cache(maxsize=4)
def spelling_of(text: str) -> YamlSpelling:
    """The spelling of a file; the mends of one file ask for it one after the other."""
    return YamlSpelling(text)


class FlowSpelling:
    """Spells values between brackets: on one line, in JSON's way where YAML needs quotes."""

    def __init__(self, block: YamlSpelling) -> None:
        self._block = block
        self._speller = Speller(Style("", block.newline, ": ", ", ", Escapes(), is_wide=False))
        self.unit = ""
        self.newline = block.newline
        self.comma = ", "

    def name(self, text: str, like: Node | None) -> str:
        """As its neighbour's."""
        return self._block.name(text, like)

    def value(self, source: str, indent: str | None) -> str:  # noqa: ARG002 - a bracket's content stays on its line
        """A value on one line."""
        node = tolerant_json.parse(source, _DEPTH)
        if node.kind in (Kind.OBJECT, Kind.ARRAY):
            return self._speller.node(node, None)
        return self._block.scalar(node)

    def in_place(self, source: str, old: str) -> str:
        """A value in the place of another."""
        node = tolerant_json.parse(source, _DEPTH)
        return self.value(source, None) if node.members or node.items else self._block.empty_or_scalar(node, old)

    def colon(self, like: tuple[Node, Node] | None) -> str:
        """As the neighbour has it."""
        between = self._block.text[like[0].end : like[1].start] if like else ""
        return between if between.strip() == ":" and between != ":" and "\n" not in between else ": "
