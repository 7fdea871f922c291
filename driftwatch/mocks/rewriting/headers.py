"""Edits of headers as changes of values, in each of the spellings that formats have for headers."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.home import Headers, Spelling
from driftwatch.mocks.rewriting.planned import Op, Retext, Steps
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.edit import Change, Edit


def header_ops(home: Headers, node: Node | None, edits: Sequence[Edit]) -> Iterator[Op | Retext]:
    """The changes that make these edits. Raises ``Refusal`` for a header that is not there."""
    if node is None or node.kind is Kind.NULL:
        added = [edit for edit in edits if edit.change is Change.ADD or (home.is_over and edit.change is Change.SET)]
        if len(added) < len(edits):
            raise _missing(next(edit for edit in edits if edit not in added))
        change = Change.ADD if node is None else Change.SET
        yield Op(change, home.steps, json.dumps(_MAKERS[home.spelling](home, added), ensure_ascii=False))
        return
    for edit in edits:
        is_added = edit.change is Change.SET and home.is_over and not stands(home, node, edit.name)
        yield from _OPS[home.spelling](home, node, replace(edit, change=Change.ADD) if is_added else edit)


def stands(home: Headers, node: Node, name: str) -> bool:
    """Whether there is a header of that name."""
    wanted = name.lower()
    if node.kind is Kind.STRING:
        return any(line.partition(":")[0].strip().lower() == wanted for line in node.text.splitlines())
    if node.members:
        return any(one.text.lower() == wanted for one, _ in node.members)
    match home.spelling:
        case Spelling.FLAT:
            return any(item.text.lower() == wanted for item in node.items[::2])
        case Spelling.LINES:
            return any(item.text.partition(":")[0].strip().lower() == wanted for item in node.items)
        case _:
            at = 0 if home.spelling is Spelling.ROWS else home.name
            names = (item.step(at) for item in node.items if not _is_off(item))
            return any(one is not None and one.text.lower() == wanted for one in names)


def _missing(edit: Edit) -> Refusal:
    return Refusal(f"the header {edit.name} does not stand in the file")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


# a map


def _map(home: Headers, node: Node, edit: Edit) -> Iterator[Op]:
    found = [name.text for name, _ in node.members if name.text.lower() == edit.name.lower()]
    if edit.change is Change.ADD:
        if found:  # a further value of a name that is there
            yield from _further(home, node, found[-1], edit)
            return
        yield Op(Change.ADD, (*home.steps, edit.name), _listed(edit.value, is_list=_has_lists(home, node)))
        return
    if not found:
        raise _missing(edit)
    for name in found[1:] if edit.change is Change.SET else found:
        yield Op(Change.REMOVE, (*home.steps, name))
    if edit.change is Change.SET:
        yield from _new_value(node.step(found[0]), (*home.steps, found[0]), edit.value)


def _further(home: Headers, node: Node, name: str, edit: Edit) -> Iterator[Op]:
    value = node.step(name)
    if value is None or value.kind is not Kind.ARRAY:
        raise Refusal(f"the header {edit.name} stands in the file already, with one value")
    yield Op(Change.ADD, (*home.steps, name, len(value.items)), _text(edit.value))


def _has_lists(home: Headers, node: Node) -> bool:
    kinds = [value.kind is Kind.ARRAY for _, value in node.members]
    return sum(kinds) * 2 > len(kinds) if kinds else home.is_list


def _listed(value: str, *, is_list: bool) -> str:
    return json.dumps([value] if is_list else value, ensure_ascii=False)


def _new_value(old: Node | None, steps: Steps, value: str) -> Iterator[Op]:
    if old is None:
        raise Refusal("the header has no value in the file")
    if old.kind is Kind.ARRAY and len(old.items) == 1:
        yield Op(Change.SET, (*steps, 0), _spelled(old.items[0], value))
    elif old.kind is Kind.ARRAY:
        yield Op(Change.SET, steps, _listed(value, is_list=True))
    else:
        yield Op(Change.SET, steps, _spelled(old, value))


def _spelled(old: Node, value: str) -> str:
    """A number stays one: ``Content-Length: 12`` without quotes."""
    return value if old.kind is Kind.NUMBER and value.isdecimal() and str(int(value)) == value else _text(value)


# a list of objects, or of rows


def _pairs(home: Headers, node: Node, edit: Edit) -> Iterator[Op]:
    yield from _items(home, node, edit, home.name, home.value)


def _rows(home: Headers, node: Node, edit: Edit) -> Iterator[Op]:
    yield from _items(home, node, edit, 0, 1)


def _items(home: Headers, node: Node, edit: Edit, name_at: str | int, value_at: str | int) -> Iterator[Op]:
    found = [
        position
        for position, item in enumerate(node.items)
        if not _is_off(item) and (name := item.step(name_at)) is not None and name.text.lower() == edit.name.lower()
    ]
    if edit.change is Change.ADD:
        yield Op(Change.ADD, (*home.steps, len(node.items)), json.dumps(_item(home, node, edit), ensure_ascii=False))
        return
    if not found:
        raise _missing(edit)
    for position in found[1:] if edit.change is Change.SET else found:
        yield Op(Change.REMOVE, (*home.steps, position))
    if edit.change is Change.SET:
        steps = (*home.steps, found[0], value_at)
        yield from _new_value(node.items[found[0]].step(value_at), steps, edit.value)


def _is_off(item: Node) -> bool:
    disabled, enabled = item.step("disabled"), item.step("enabled")
    return (disabled is not None and disabled.text.lower() == "true") or (
        enabled is not None and enabled.text.lower() == "false"
    )


def _item(home: Headers, node: Node | None, edit: Edit) -> object:
    if home.spelling is Spelling.ROWS:
        return [edit.name, edit.value]
    last = node.items[-1].step(home.value) if node is not None and node.items else None
    is_list = last.kind is Kind.ARRAY if last is not None else home.is_list
    return {home.name: edit.name, home.value: [edit.value] if is_list else edit.value}


# a list in which names and values take turns


def _flat(home: Headers, node: Node, edit: Edit) -> Iterator[Op]:
    names = range(0, len(node.items) - 1, 2)
    found = [at for at in names if node.items[at].text.lower() == edit.name.lower()]
    if edit.change is Change.ADD:
        yield Op(Change.ADD, (*home.steps, len(node.items)), _text(edit.name))
        yield Op(Change.ADD, (*home.steps, len(node.items)), _text(edit.value))
        return
    if not found:
        raise _missing(edit)
    for at in found[1:] if edit.change is Change.SET else found:
        yield Op(Change.REMOVE, (*home.steps, at))
        yield Op(Change.REMOVE, (*home.steps, at + 1))
    if edit.change is Change.SET:
        yield Op(Change.SET, (*home.steps, found[0] + 1), _text(edit.value))


# lines


def _lines(home: Headers, node: Node, edit: Edit) -> Iterator[Op | Retext]:
    if node.kind is Kind.ARRAY:
        yield from _list_of_lines(home, node, edit)
        return
    from driftwatch.mocks.rewriting.header_lines import line_splices  # noqa: PLC0415 - few formats have them

    yield Retext(home.steps, tuple(line_splices(node.text, edit)))


def _list_of_lines(home: Headers, node: Node, edit: Edit) -> Iterator[Op]:
    found = [
        at for at, item in enumerate(node.items) if item.text.partition(":")[0].strip().lower() == edit.name.lower()
    ]
    if edit.change is Change.ADD:
        yield Op(Change.ADD, (*home.steps, len(node.items)), _text(f"{edit.name}: {edit.value}"))
        return
    if not found:
        raise _missing(edit)
    for at in found[1:] if edit.change is Change.SET else found:
        yield Op(Change.REMOVE, (*home.steps, at))
    if edit.change is Change.SET:
        name = node.items[found[0]].text.partition(":")[0]
        yield Op(Change.SET, (*home.steps, found[0]), _text(f"{name}: {edit.value}"))


def _made_map(home: Headers, added: Sequence[Edit]) -> object:
    return {edit.name: [edit.value] if home.is_list else edit.value for edit in added}


def _made_items(home: Headers, added: Sequence[Edit]) -> object:
    return [_item(home, None, edit) for edit in added]


def _made_flat(_: Headers, added: Sequence[Edit]) -> object:
    return [text for edit in added for text in (edit.name, edit.value)]


def _made_lines(home: Headers, added: Sequence[Edit]) -> object:
    lines = [f"{edit.name}: {edit.value}" for edit in added]
    return lines if home.is_list else "\n".join(lines)


_OPS: Final[dict[Spelling, Callable[[Headers, Node, Edit], Iterator[Op | Retext]]]] = {
    Spelling.MAP: _map,
    Spelling.PAIRS: _pairs,
    Spelling.ROWS: _rows,
    Spelling.FLAT: _flat,
    Spelling.LINES: _lines,
}
_MAKERS: Final[dict[Spelling, Callable[[Headers, Sequence[Edit]], object]]] = {
    Spelling.MAP: _made_map,
    Spelling.PAIRS: _made_items,
    Spelling.ROWS: _made_items,
    Spelling.FLAT: _made_flat,
    Spelling.LINES: _made_lines,
}
