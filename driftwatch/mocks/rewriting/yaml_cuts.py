"""Entries of a YAML text without their neighbours: items of a list, documents of a stream, members of an object.

Items and documents are found by their lines, without parsing any; whether they are still those of the interactions
shows when they are read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from driftwatch.mocks.rewriting.cut import Cut, Path, Piece, path_of
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.mocks.text.stream import pieces
from driftwatch.model.interaction import Origin

_DASH: Final = re.compile(r"(?m)^( *)- +(?=\S)")
_BEHIND: Final = re.compile(r"(?m)^[^\s#-][^\n]*:")
_ANCHOR: Final = re.compile(r"(?<![^\s\[{,:-])&([^\s,\[\]{}]+)(?=[ \t\r\n])")
_ALIAS: Final = re.compile(r"(?<![^\s\[{,:-])\*([^\s,\[\]{}]+)")
_TAIL: Final = 4096
Stretch = tuple[int, int]


def cuts(document: Document, origins: Sequence[Origin]) -> Iterator[Cut]:
    """What is left if only these entries stay."""
    for look in (_of_list, _of_stream, _of_object):
        cut = look(document, origins)
        if cut is not None and not _is_shared(document.text, cut):
            yield cut


def _is_shared(text: str, cut: Cut) -> bool:
    """Whether an entry says something by an alias, or something else says the same as an entry by one."""
    entries = [piece for piece in cut.pieces if piece.is_entry]
    shown = [text[piece.start : piece.end] for piece in entries]
    if any(_ALIAS.search(one) for one in shown):
        return True
    names = {name for one in shown for name in _ANCHOR.findall(one)}
    return bool(names) and any(match.group(1) in names for match in _ALIAS.finditer(text))


def _around(text: str, entries: Sequence[Stretch], items: int, behind: int) -> tuple[Piece, ...]:
    """These stretches, what stands before ``items``, and what stands from ``behind`` on."""
    return (
        Piece(0, items), *(Piece(start, end, is_entry=True) for start, end in entries), Piece(behind, len(text))
    )  # fmt: skip


# items


def _of_list(document: Document, origins: Sequence[Origin]) -> Cut | None:
    found = {path_of(origin.pointer): origin for origin in origins}
    above = {path[:-1] for path in found}
    if len(above) != 1 or not all(path and path[-1].isdecimal() for path in found) or _has_numbers(*above):
        return None
    entries: dict[int, Stretch] = {}
    for path, origin in found.items():
        begin = document.line_start(origin.line)
        dash = _DASH.match(document.text, begin)
        if dash is None or dash.end() != begin + origin.column - 1:
            return None
        entries[int(path[-1])] = begin, document.line_start(origin.last_line + 1)
    return _listed(document.text, above.pop(), [(at, entries[at]) for at in sorted(entries)])


def _has_numbers(path: Path) -> bool:
    return any(part.isdecimal() for part in path)


def _listed(text: str, above: Path, entries: Sequence[tuple[int, Stretch]]) -> Cut | None:
    stretches = [stretch for _, stretch in entries]
    dashes = {dash.group(1) for start, _ in stretches if (dash := _DASH.match(text, start))}
    if len(dashes) != 1:
        return None
    (indent,) = dashes
    first = re.compile(rf"(?m)^{indent}- +(?=\S)").search(text)
    if first is None or first.start() > stretches[0][0]:
        return None
    following = _BEHIND.search(text, max(stretches[-1][1], len(text) - _TAIL))
    behind = following.start() if following and not indent else len(text)
    positions = {(*above, str(at)): position for position, (at, _) in enumerate(entries)}
    return Cut(_around(text, stretches, first.start(), behind), positions)


# documents


def _of_stream(document: Document, origins: Sequence[Origin]) -> Cut | None:
    numbers = {path[:1] for path in (path_of(origin.pointer) for origin in origins)}
    stretches = list(pieces(document.text)) if all(one and one[0].isdecimal() for one in numbers) else []
    wanted = sorted(int(number) for (number,) in numbers) if stretches else []
    if len(stretches) < 2 or wanted[-1] >= len(stretches):
        return None
    entries = [(stretches[at][0], stretches[at][0] + len(stretches[at][1])) for at in wanted]
    positions: dict[Path, int] = {(str(at),): position for position, at in enumerate(wanted)}
    kept = tuple(Piece(start, end, is_entry=True) for start, end in entries)
    return Cut(kept, positions, is_alone=len(wanted) == 1)


# members


def _of_object(document: Document, origins: Sequence[Origin]) -> Cut | None:
    """By the values' places: parsing once is the least, where no mark tells one member from another."""
    document.load()
    if document.problem is not None or document.tree is None:
        return None
    paths = {path_of(origin.pointer) for origin in origins}
    for depth in range(min(map(len, paths))):
        if len({path[:depth] for path in paths}) != 1:
            return None
        node = document.tree.find(next(iter(paths))[:depth])
        if node is None or node.kind is not Kind.OBJECT or document.text[node.start] == "{":
            return None
        if len(node.members) > 1 and depth:
            return _membered(document.text, node, {path[depth] for path in paths})
    return None


def _membered(text: str, node: Node, names: set[str]) -> Cut | None:
    starts = [text.rfind("\n", 0, name.start) + 1 for name, _ in node.members]
    end = max(text.find("\n", node.members[-1][1].end - 1) + 1, 0) or len(text)
    entries = [
        (start, behind)
        for (name, _), start, behind in zip(node.members, starts, [*starts[1:], end], strict=True)
        if name.text in names
    ]
    is_in_order = starts == sorted(set(starts))  # a merge key shows members that stand elsewhere
    return Cut(_around(text, entries, starts[0], end)) if is_in_order and len(entries) == len(names) else None
