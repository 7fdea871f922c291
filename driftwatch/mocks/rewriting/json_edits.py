"""Edits of JSON text, be it standard or as people write it."""

from collections.abc import Iterable, Sequence
from typing import Final

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import json_strings
from driftwatch.mocks.rewriting.brackets import Brackets
from driftwatch.mocks.rewriting.json_style import Speller, Style, style_of
from driftwatch.mocks.rewriting.kept import Kept
from driftwatch.mocks.rewriting.planned import Op, Plan, Retext
from driftwatch.mocks.rewriting.splices import Splice, smallest
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.nodes import Kind, Node

_DEPTH: Final = 200


class JsonSpelling:
    """Spells new names and values as a JSON text does."""

    def __init__(self, text: str, style: Style) -> None:
        self._text = text
        self._style = style
        self._speller = Speller(style)
        self.unit, self.newline, self.comma = style.unit, style.newline, style.comma

    def name(self, text: str, like: Node | None) -> str:
        """In the quotes of its neighbour; without any where the neighbour has none and the name needs none."""
        first = self._text[like.start] if like else '"'
        if first == "'":
            return self._style.escapes.quoted(text, "'")
        if first != '"' and text.replace("_", "a").isalnum() and text.isascii() and not text[0].isdigit():
            return text
        return self._style.escapes.quoted(text)

    def value(self, source: str, indent: str | None) -> str:
        """See ``Speller``."""
        return self._speller.value(source, indent)

    def in_place(self, source: str, indent: str | None, old: Node) -> str:
        """A value in the place of another, of which it may keep parts."""
        return Speller(self._style, Kept(self._text, old)).value(source, indent)

    def colon(self, like: tuple[Node, Node] | None) -> str:
        """As the neighbour has it."""
        between = self._text[like[0].end : like[1].start] if like else ""
        return between if between.strip() == ":" and "\n" not in between else self._style.colon


def edited(text: str, ops: Iterable[Op | Retext], *around: str, root: Node | None = None) -> list[Splice]:
    """The splices that make these changes in a JSON text. Raises ``Refusal``.

    ``around`` are the texts that it stands in, the nearest first: what it does not show of its style is taken from
    them.
    """
    root = root or tolerant_json.parse(text, _DEPTH)
    plan = Plan(root).take(ops)
    style = style_of(text, *around)
    if plan.whole is not None:
        spelled = Speller(style, Kept(text, root)).value(plan.whole, "" if style.is_wide else None)
        return [Splice(root.start, root.end, spelled)]
    if plan.whole_text:
        return _retexted(text, root, plan.whole_text, around)
    spelling = JsonSpelling(text, style)
    found: list[Splice] = []
    for changes in plan.containers.values():
        brackets = Brackets(text, changes, spelling)
        found += brackets.splices()
        for position, name in changes.renamed.items():
            old = changes.name(position)
            if old is not None:
                found.append(Splice(old.start, old.end, spelling.name(name, old)))
        for position, source in changes.replaced.items():
            old = changes.value(position)
            new = _in_place(text, old, source, brackets.indent_of(position), spelling)
            one = Splice(old.start, old.end, new)
            found.append(smallest(text, one) if old.kind is Kind.STRING else one)
        for position, splices in changes.retexted.items():
            found += _retexted(text, changes.value(position), splices, around)
    return found


def _in_place(text: str, old: Node, source: str, indent: str | None, spelling: JsonSpelling) -> str:
    if old.kind is Kind.STRING and text[old.start] == "'":
        new = tolerant_json.parse(source, _DEPTH)
        if new.kind is Kind.STRING:
            return spelling.name(new.text, old)
    return spelling.in_place(source, indent, old)


def _retexted(text: str, node: Node, splices: Sequence[Splice], around: tuple[str, ...]) -> list[Splice]:
    if node.kind is not Kind.STRING:
        raise Refusal("there is no text any more at the place of the change")
    return json_strings.carried(text, node, splices, around)
