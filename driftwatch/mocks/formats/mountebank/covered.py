"""A config as it is before it is rendered: the values of its own text, in which each tag of EJS counts as one value.

Whoever changes a template needs the places in the file that holds the characters, not those in the rendered text. A
tag is covered with as many other characters: a text outside of quotes, letters inside of them, and blanks where it
prints nothing. Parts that are included may be several values, or members without their braces.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.formats.mountebank import ejs
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import tolerant_json
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.nodes import Kind, Node, to_value

_QUOTE: Final = re.compile(r'(?<!\\)(?:\\\\)*"')
_AROUND: Final = (("", ""), ("[", "]"), ("{", "}"))
"""What a part may lack to be one value."""


def is_rendered(document: Document) -> bool:
    """Whether tags count; where a script steers and the text is JSON as it stands, mountebank has ``--noParse``."""
    if not ejs.has_tags(document.text):
        return False
    if document.problem is not None or document.syntax is not Syntax.JSON:
        return True
    try:
        return all(ejs.parts(document.text, {}))
    except Refusal:
        return False


def covered(document: Document) -> Document:
    """The same file with values and places of its own text. Raises ``Refusal`` if a script puts it together."""
    is_template = is_rendered(document)
    if not is_template and document.problem is None and document.syntax is Syntax.JSON:
        return document
    text = "".join(_pieces(document.text)) if is_template else document.text
    tree = _parsed(text, document.text, document.limits.depth)
    return replace(
        document, syntax=Syntax.JSON, value=to_value(tree), tree=tree, problem=None, is_parsed=True,
        _layout=None, _lines=None, _head=None, _finder=None, _entry=None,
    )  # fmt: skip


def _pieces(text: str) -> Iterator[str]:
    """The text with its tags covered. Between two literals stands one tag, with what its trim marks swallow."""
    position, is_quoted, prints = 0, False, False
    for part in ejs.parts(text, {}):
        if not isinstance(part, ejs.Literal):
            prints = True
            continue
        yield _cover(text[position : part.start], is_quoted=is_quoted, prints=prints)
        literal = text[part.start : part.end]
        yield literal
        is_quoted ^= len(_QUOTE.findall(literal)) % 2 == 1
        position, prints = part.end, False
    yield _cover(text[position:], is_quoted=is_quoted, prints=prints)


def _cover(tag: str, *, is_quoted: bool, prints: bool) -> str:
    if is_quoted:
        return "x" * len(tag)
    return f'"{"x" * (len(tag) - 2)}"' if prints else " " * len(tag)


def _parsed(text: str, source: str, depth: int) -> Node:
    refused: Refusal | None = None
    for opening, closing in _AROUND:
        try:
            return _shown(tolerant_json.parse(f"{opening}{text}{closing}", depth), source, len(opening))
        except Refusal as refusal:
            refused = refused or refusal
    raise Refusal("its template is no JSON before it is rendered") from refused


def _shown(node: Node, source: str, before: int) -> Node:
    """A tree with its places told from the file's beginning, and with the tags as they stand there."""
    start, end = max(node.start - before, 0), min(node.end - before, len(source))
    text = node.text
    if node.kind is Kind.STRING and "<%" in source[start:end]:
        is_bare = source.startswith("<%", start)
        text = source[start:end] if is_bare else tolerant_json.unescape(source[start + 1 : end - 1])
    return Node(
        node.kind,
        start,
        end,
        text,
        tuple((_shown(name, source, before), _shown(value, source, before)) for name, value in node.members),
        tuple(_shown(item, source, before) for item in node.items),
    )


def steps_to(document: Document, line: int, column: int) -> tuple[Step, ...] | None:
    """The steps to the object that begins at a place; ``None`` if none does."""
    offset = _offset(document.text, line) + column - 1
    node, steps = document.node, list[Step]()
    while node.start != offset or node.kind is not Kind.OBJECT:
        inside = next(((step, value) for step, value in _children(node) if value.start <= offset < value.end), None)
        if inside is None:
            return None
        steps.append(inside[0])
        node = inside[1]
    return tuple(steps)


def _offset(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
        if not offset:
            return len(text)
    return offset


def _children(node: Node) -> Iterator[tuple[Step, Node]]:
    yield from enumerate(node.items)
    yield from ((name.text, value) for name, value in node.members)
