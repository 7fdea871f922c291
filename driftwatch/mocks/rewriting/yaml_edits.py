"""Edits of YAML: block and flow style, each kept."""

import re
from collections.abc import Iterable
from typing import Final

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting import yaml_scalars
from driftwatch.mocks.rewriting.brackets import Brackets
from driftwatch.mocks.rewriting.planned import Changes, Op, Plan, Retext, Steps
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.rewriting.yaml_blocks import Block
from driftwatch.mocks.rewriting.yaml_spelling import YamlSpelling, spelling_of
from driftwatch.mocks.text.nodes import Kind, Node

_ANCHOR: Final = re.compile(r"(?:![^\s]*\s+)?&([^\s,\[\]{}]+)")
SHARED: Final = "other places of its file share the value (an anchor, an alias or a merge key)"


def edited(text: str, root: Node, ops: Iterable[Op | Retext], limits: Limits) -> list[Splice]:
    """The splices that make these changes in a YAML text. Raises ``Refusal``."""
    plan = Plan(root).take(ops)
    if plan.whole is not None or plan.whole_text:
        raise Refusal("the whole document cannot be replaced")
    spelling = spelling_of(text)
    found: list[Splice] = []
    # what is put in behind the last line of a list and behind that of its last item stands in this order
    for steps, changes in sorted(plan.containers.items(), key=lambda one: -len(one[0])):
        indent = _own(text, root, steps)
        found += _changed(text, changes, indent, spelling, limits)
    return found


def _own(text: str, root: Node, steps: Steps) -> int:
    """The indentation of the innermost block on the way. Raises ``Refusal`` if something on it is shared."""
    node, indent = root, 0
    for depth in range(len(steps) + 1):
        _refuse_shared(text, node)
        if node.kind in (Kind.OBJECT, Kind.ARRAY) and not _is_flow(text, node):
            indent = _column(text, yaml_scalars.literal_start(text, node))
        if depth == len(steps):
            break
        following = node.step(steps[depth])
        if following is None or not is_within(node, following):
            raise Refusal(SHARED)
        node = following
    return indent


def is_within(above: Node, node: Node) -> bool:
    """Whether a value stands where its container stands: what an alias leads to stands before it."""
    position = above.start
    for name, value in above.members:
        if value is node:
            return name.start >= above.start and value.start >= name.end and value.end <= max(above.end, value.end)
    for item in above.items:
        if item is node:
            return item.start >= position
        position = max(position, item.end)
    return False


def _refuse_shared(text: str, node: Node) -> None:
    anchor = _ANCHOR.match(text, node.start)
    if anchor and re.search(rf"\*{re.escape(anchor.group(1))}(?![^\s,\[\]{{}}])", text[anchor.end() :]):
        raise Refusal(SHARED)


def _is_flow(text: str, node: Node) -> bool:
    return text[yaml_scalars.literal_start(text, node)] in "{["


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _changed(text: str, changes: Changes, indent: int, spelling: YamlSpelling, limits: Limits) -> list[Splice]:
    is_flow = _is_flow(text, changes.node)
    context = yaml_scalars.Context(indent, is_flow, spelling.newline, spelling.is_ascii)
    for position in {*changes.renamed, *changes.replaced, *changes.retexted, *changes.removed}:
        value, name = changes.value(position), changes.name(position)
        if not is_within(changes.node, value) or (name and name.start < changes.node.start):
            raise Refusal(SHARED)
        _refuse_shared(text, value)
    found: list[Splice] = []
    for position, splices in changes.retexted.items():
        found += yaml_scalars.carried(text, changes.value(position), splices, context, limits)
    for position, new in changes.renamed.items():
        old = changes.name(position)
        if old is not None:
            start = yaml_scalars.literal_start(text, old)
            found.append(Splice(start, old.end, spelling.name(new, old)))
    if is_flow:
        flow = spelling.flow()
        node = changes.node
        start = yaml_scalars.literal_start(text, node)
        if start != node.start:
            changes.node = Node(node.kind, start, node.end, node.text, node.members, node.items)
        brackets = Brackets(text, changes, flow)
        found += brackets.splices()
        for position, source in changes.replaced.items():
            old = changes.value(position)
            literal = text[yaml_scalars.literal_start(text, old) : old.end]
            found.append(Splice(yaml_scalars.value_start(text, old), old.end, flow.in_place(source, literal)))
        return found
    return [*found, *Block(text, changes, spelling).splices()]
