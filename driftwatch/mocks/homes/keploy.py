"""Where Keploy's recorded answers stand: ``spec.resp`` of a document in a stream; only that is ever changed.

A file is a stream of YAML documents, or JSON with one a line: steps begin with the position in it. The request,
``curl``, ``noise`` and the times stay. With assertions beside ``noise`` nothing else of the answer counts for Keploy.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.mocks.formats.keploy.parts import Part, parts
from driftwatch.mocks.formats.keploy.templating import PLACE
from driftwatch.mocks.homes import value_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.rewriting.expressions import stand_ins
from driftwatch.mocks.rewriting.home import Body, Headers, Home, Status, Stretch
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object
from driftwatch.mocks.text.nodes import Kind, Node, to_value
from driftwatch.model.interaction import Interaction

_ASSERTED: Final = "its assertions say what counts, and not what was recorded; change `{}` by hand"
_SKIPPED: Final = "its body was too large to be recorded"
_STREAM: Final = "its body is recorded in pieces as they came"
_XML: Final = "its body is recorded as XML taken apart"


def homes(document: Document, interaction: Interaction) -> Sequence[Home | str]:
    """The one answer of a call; several variants are statuses that its assertions allow."""
    position = interaction.origin.pointer.strip("/")
    above: tuple[Step, ...] = (int(position),) if position.isdecimal() else ()
    if above and not isinstance(document.value, list):
        _read_as_stream(document)
    spec = as_object(value_at(document, (*above, "spec")), "spec")
    asserted = [name for name in as_object(spec.get("assertions"), "spec", "assertions") if name != "noise"]
    if asserted:
        return [_ASSERTED.format(f"spec.assertions.{asserted[0][:60]}") for _ in interaction.variants]
    here = (*above, "spec", "resp")
    body = _body(as_object(spec.get("resp"), "spec", "resp"), *here)
    home = Home(
        status=Status((*here, "status_code"), phrase=(*here, "status_message")),
        headers=Headers((*here, "header")),
        body=body if isinstance(body, Body) else None,
        why=body if isinstance(body, str) else "",
        expressions=_kept,
    )
    return [home for _ in interaction.variants]


def _body(answer: Object, *here: Step) -> Body | str:
    if answer.get("body_skipped") is True:
        return _SKIPPED
    if answer.get("body_base64"):
        return Body((*here, "body_base64"), is_base64=True)
    match answer.get("body"):
        case list():
            return _STREAM
        case dict():
            return _XML
        case _:
            return Body((*here, "body"))


def _kept(text: str) -> Iterator[Stretch]:
    """Keploy's own templates, and what somebody put in the place of a value."""
    yield from sorted([*(match.span() for match in PLACE.finditer(text)), *stand_ins(text)])


def _read_as_stream(document: Document) -> None:
    """Give a document the values and places of its whole stream, as a list of them."""
    nodes: list[Node] = []
    position = 0
    for part in parts(document):
        start = document.text.index(part.document.text, position)
        position = start + len(part.document.text)
        nodes.append(_shifted(_node(part), start, {}))
    document.tree = Node(Kind.ARRAY, 0, len(document.text), items=tuple(nodes))
    document.value = to_value(document.tree)


def _node(part: Part) -> Node:
    """A document's values; nothing for one that cannot be read."""
    try:
        return part.document.node if part.document.problem is None else Node(Kind.NULL, 0, 0)
    except Refusal:
        return Node(Kind.NULL, 0, 0)


def _shifted(node: Node, by: int, known: dict[int, Node]) -> Node:
    """The same values further on in a text; an anchor's stay one and the same."""
    if id(node) not in known:
        known[id(node)] = Node(
            node.kind,
            node.start + by,
            node.end + by,
            node.text,
            tuple((_shifted(name, by, known), _shifted(value, by, known)) for name, value in node.members),
            tuple(_shifted(item, by, known) for item in node.items),
            node.content,
        )
    return known[id(node)]
