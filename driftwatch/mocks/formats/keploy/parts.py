"""The documents of a Keploy file: a YAML stream, or JSON with a document a line. A broken one costs no other."""

import dataclasses
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text, yaml_text
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.nodes import Kind, Node, to_value
from driftwatch.mocks.text.stream import pieces
from driftwatch.model.interaction import Interaction, Unreadable


class Part(Struct, frozen=True):
    """One document of the stream, and where in the file it begins."""

    document: Document
    """A document of its own: its lines are counted from its own beginning."""
    lines_before: int = 0
    pointer: str = ""
    """The document's position in the stream, as if the stream were a list; empty for the only one."""

    def unreadable(self, format_name: str, refusal: Refusal) -> Unreadable:
        """The refusal with its place in the file."""
        found = self.document.unreadable(format_name, refusal)
        return replace(found, line=found.line + self.lines_before, pointer=f"{self.pointer}{found.pointer}")

    def placed(self, interaction: Interaction) -> Interaction:
        """The interaction with its place in the file."""
        origin = interaction.origin
        moved = replace(
            origin,
            pointer=f"{self.pointer}{origin.pointer}",
            line=origin.line + self.lines_before,
            last_line=origin.last_line + self.lines_before if origin.last_line else 0,
        )
        return dataclasses.replace(interaction, origin=moved)


def parts(document: Document) -> Iterator[Part]:
    """The documents with something in them."""
    if document.syntax is Syntax.JSON:
        yield from _lines(document) if document.problem is not None and "\n" in document.text else [Part(document)]
        return
    stretches = list(pieces(document.text))
    if len(stretches) <= 1:
        yield Part(document)
        return
    lines = counted = 0
    for index, (start, piece) in enumerate(stretches):
        part = _part(document, piece)
        try:
            nodes = yaml_text.parse(piece, document.limits)
            part.tree = nodes[0] if nodes else Node(Kind.NULL, 0, 0)
            part.value = to_value(part.tree)
        except Refusal as refusal:
            part.problem = refusal
        except RecursionError:
            part.problem = Refusal(f"nested deeper than {document.limits.depth} levels")
        lines, counted = lines + document.text.count("\n", counted, start), start
        yield Part(part, lines, f"/{index}")


def _lines(document: Document) -> Iterator[Part]:
    """JSON, a document a line, as Keploy's JSON storage appends them."""
    for number, line in enumerate(document.text.split("\n")):
        if not line.strip():
            continue
        part = _part(document, line)
        try:
            part.value = json_text.decode(line)
            if json_text.is_deeper(part.value, document.limits.depth):
                part.value, part.problem = None, Refusal(f"nested deeper than {document.limits.depth} levels")
        except (ValueError, RecursionError) as error:
            part.problem = Refusal(f"not standard JSON: {getattr(error, 'msg', error)}")
        yield Part(part, number, f"/{number}")


def _part(document: Document, text: str) -> Document:
    return Document(
        document.file, document.path, document.root, text, document.syntax, options=document.options,
        limits=document.limits, encoding=document.encoding,
    )  # fmt: skip
