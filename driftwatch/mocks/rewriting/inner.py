"""Edits of a body that is text: JSON in it keeps its style, and what a template makes is not touched."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import json_edits
from driftwatch.mocks.rewriting.home import Stretch
from driftwatch.mocks.rewriting.json_style import Speller, Style, escapes_of, style_of
from driftwatch.mocks.rewriting.kept import Kept
from driftwatch.mocks.rewriting.planned import Op
from driftwatch.mocks.rewriting.splices import Splice, differing, smallest
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.json_text import Layout
from driftwatch.mocks.text.nodes import Node
from driftwatch.model.edit import Change, Edit

Expressions = Callable[[str], Iterable[Stretch]]
TEMPLATED = "a template of the mock writes what would have to change"
_DEPTH = 200


class Templates(Struct, frozen=True):
    """What the tool evaluates in a text."""

    expressions: Expressions | None = None
    silent: Expressions | None = None

    def stretches(self, text: str) -> list[Stretch]:
        """The stretches that write something, and those that do not."""
        silent = list(self.silent(text)) if self.silent else []
        loud = self.expressions(text) if self.expressions else ()
        return sorted([*silent, *(one for one in loud if not any(_meet(one, other) for other in silent))])

    def masked(self, text: str) -> str:
        """The text with other characters in the place of expressions: blanks where nothing is written."""
        silent = set(self.silent(text)) if self.silent else set()
        parts, position = [], 0
        for start, end in self.stretches(text):
            parts += [text[position:start], (" " if (start, end) in silent else "1") * (end - start)]
            position = end
        return "".join([*parts, text[position:]])

    def guard(self, text: str, edits: Sequence[Edit], splices: Iterable[Splice]) -> None:
        """Raises ``Refusal`` if a change takes away what a template writes, or would be taken for a template."""
        stretches = self.stretches(text)
        if any(one.start < end and start < one.end for one in splices for start, end in stretches):
            raise Refusal(TEMPLATED)
        new = (part for edit in edits for part in (edit.value, edit.name))
        if self.expressions and any(next(iter(self.expressions(part)), None) for part in new):
            raise Refusal("the new value would be taken for a template")


def _meet(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def body_splices(text: str, edits: Sequence[Edit], templates: Templates, *around: str) -> Sequence[Splice]:
    """The splices of a body's text. Raises ``Refusal``."""
    whole = next((edit for edit in edits if not edit.steps), None)
    has_template = bool(templates.stretches(text))
    if whole is not None:
        if has_template:
            raise Refusal(TEMPLATED)
        found = differing(text, "" if whole.change is Change.REMOVE else _whole(text, whole, around))
    elif (plain := None if has_template else _of_scalars(text, edits)) is not None:
        found = plain
    else:
        root = tolerant(text, templates)
        ops = [Op(edit.change, edit.steps, edit.value, edit.name, edit.after) for edit in edits]
        try:
            found = json_edits.edited(text, ops, *around, root=root)
        except Refusal as refusal:  # what is not there may be inside of a block
            if has_template:
                raise Refusal(TEMPLATED) from refusal
            raise
    templates.guard(text, edits, found)
    return found


def _of_scalars(text: str, edits: Sequence[Edit]) -> Sequence[Splice] | None:
    """Single values in the place of others, in standard JSON: no other value needs to be looked at.

    ``None`` where more changes than that, or something is not as usual.
    """
    if any(edit.change is not Change.SET or edit.is_text or edit.value[:1] in "{[" for edit in edits):
        return None
    layout = Layout(text)
    try:
        spans = [layout.span(edit.steps) for edit in edits]
    except (LookupError, ValueError, TypeError, RecursionError):
        return None
    if len(set(spans)) < len(spans) or any(text[start] in "{[" for start, _ in spans):
        return None
    speller = Speller(Style("", "", "", "", escapes_of(text), is_wide=False))
    found = [
        Splice(start, end, speller.value(edit.value, None)) for edit, (start, end) in zip(edits, spans, strict=True)
    ]
    return [smallest(text, one) if text[one.start] == '"' else one for one in found]


def _whole(text: str, edit: Edit, around: tuple[str, ...]) -> str:
    if edit.is_text:
        return edit.value
    if not text.strip():
        return on_one_line(edit.value, around)
    style = style_of(text, *around)
    try:
        kept = Kept(text, tolerant_json.parse(text, _DEPTH))
    except Refusal:
        kept = Kept()
    spelled = Speller(style, kept).value(edit.value, "" if style.is_wide else None)
    return text[: len(text) - len(text.lstrip())] + spelled + text[len(text.rstrip()) :]


def on_one_line(source: str, around: tuple[str, ...] = ()) -> str:
    """A value on one line, in the escapes of what is around it."""
    return Speller(style_of("{}", *around)).value(source, None)


def tolerant(text: str, templates: Templates) -> Node:
    """The values of a body with their places; what a template writes counts as some number. Raises ``Refusal``."""
    masked = templates.masked(text)
    for attempt in (masked, _without_ends(text, masked)):
        try:
            return tolerant_json.parse(attempt, _DEPTH)
        except Refusal as refusal:
            problem = refusal
    raise Refusal("the body is not JSON as the mock stores it" if masked == text else TEMPLATED) from problem


def _without_ends(text: str, masked: str) -> str:
    """Without what templates write before and behind a document: assignments that print nothing."""
    changed = [at for at in range(len(text)) if text[at] != masked[at]] if masked != text else []
    core = [at for at, one in enumerate(masked) if one in "{[}]" and text[at] == one]
    if not changed or not core:
        return masked
    start, end = core[0], core[-1] + 1
    return " " * start + masked[start:end] + " " * (len(masked) - end)
