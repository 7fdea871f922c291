"""A document under repair: every value in it knows where it stood, so that what was done to it can be told as edits.

Several rounds of mending may change one document, and what comes of them is still the difference to the document as it
was read: a member that was renamed and then changed inside is one rename and one change.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.model.edit import Change, Edit, Part, Step

Steps = tuple[Step, ...]


class FixedError(Exception):
    """What a template or a scrubber wrote would have to be written anew."""


class Node(Struct, eq=False):
    """One value. An object has ``members``, an array has ``items``, anything else is its ``scalar``."""

    home: Steps | None = None
    """Where it stood in the document as it was read; ``None`` if it is new."""
    scalar: object = None
    members: "dict[str, Node] | None" = None
    items: "list[Node] | None" = None
    before: "tuple[Node, ...]" = ()
    """The members or items that it had."""
    was: object = None
    """The value as it was read."""
    is_other: bool = False
    """Something else was put in its place."""
    is_fixed: bool = False
    """A template writes it, or a scrubber did: it may go or be renamed, and is never written anew."""

    @property
    def value(self) -> object:
        """The value as it is now."""
        if self.members is not None:
            return {name: member.value for name, member in self.members.items()}
        if self.items is not None:
            return [item.value for item in self.items]
        return self.scalar

    @property
    def is_scalar(self) -> bool:
        """Whether it is neither an object nor an array."""
        return self.members is None and self.items is None

    @property
    def holds_fixed(self) -> bool:
        """Whether it, or anything in it, is fixed."""
        inside = self.items if self.items is not None else (self.members or {}).values()
        return self.is_fixed or any(node.holds_fixed for node in inside)

    def put(self, value: "object | Node") -> None:
        """Another value in this place. What is given as a node keeps the nodes in it.

        Raises ``FixedError`` if something fixed would have to be written anew, or would be overwritten.
        """
        other = _free(value)
        if self.holds_fixed:
            raise FixedError
        self.scalar, self.members, self.items = other.scalar, other.members, other.items
        self.before = ()
        self.is_other = True

    def rename(self, old: str, new: str) -> None:
        """A member gets another name and keeps its place among its neighbours."""
        if self.members is not None and old in self.members and new not in self.members:
            self.members = {new if name == old else name: member for name, member in self.members.items()}

    def remove(self, name: str) -> "Node | None":
        """Take a member out."""
        return self.members.pop(name, None) if self.members is not None else None

    def add(self, name: str, value: "object | Node", after: Sequence[str] = ()) -> None:
        """A new member, behind the last of those it follows that there is, else at the end. Raises ``FixedError``."""
        if self.members is None:
            return
        fresh = _free(value)
        anchor = next((known for known in reversed(after) if known in self.members), None)
        if anchor is None or name in self.members:
            self.members[name] = fresh
            return
        pairs = [*self.members.items()]
        place = [known for known, _ in pairs].index(anchor) + 1
        self.members = dict([*pairs[:place], (name, fresh), *pairs[place:]])

    def append(self, value: object) -> None:
        """A new item at the end."""
        if self.items is not None:
            self.items.append(planted(value))


def _free(value: "object | Node") -> Node:
    if not isinstance(value, Node):
        return planted(value)
    if value.holds_fixed:
        raise FixedError
    return value


def planted(value: object, home: Steps | None = None) -> Node:
    """A value with all that is in it; ``home`` is where it stands, if it was read."""

    def below(step: Step) -> Steps | None:
        return None if home is None else (*home, step)

    if isinstance(value, dict):
        members = {name: planted(inner, below(name)) for name, inner in value.items()}
        return Node(home, members=members, before=tuple(members.values()) if home is not None else (), was=value)
    if isinstance(value, list):
        items = [planted(inner, below(place)) for place, inner in enumerate(value)]
        return Node(home, items=items, before=tuple(items) if home is not None else (), was=value)
    return Node(home, scalar=value, was=value)


def edits_of(root: Node) -> Iterator[Edit]:
    """What was done to a document, from the root down, by places of the document as it was read."""
    if root.is_other:
        yield from _set(root)
    elif root.members is not None:
        yield from _in_object(root, root.members)
    elif root.items is not None:
        yield from _in_array(root, root.items)


def _in_object(node: Node, members: dict[str, Node]) -> Iterator[Edit]:
    names = {id(member): name for name, member in members.items()}
    for child in node.before:
        old, now = _name_of(child), names.get(id(child))
        if now is not None:
            if now != old:
                yield Edit(Part.BODY, Change.RENAME, _home(child), name=now)
            yield from edits_of(child)
        elif old in members and members[old].home is None:
            yield Edit(Part.BODY, Change.SET, _home(child), value=text_of(members[old].value))
        else:
            yield Edit(Part.BODY, Change.REMOVE, _home(child))
    known = {id(child) for child in node.before}
    replaced = {_name_of(child) for child in node.before if id(child) not in names}
    after: str | None = None
    for name, member in members.items():
        if id(member) in known:
            after = _name_of(member)
        elif name not in replaced:
            steps = (*_home(node), name)
            yield Edit(Part.BODY, Change.ADD, steps, value=text_of(member.value), after=after)
            after = name


def _in_array(node: Node, items: list[Node]) -> Iterator[Edit]:
    present = {id(item) for item in items}
    kept = [child for child in node.before if id(child) in present]
    known = {id(child) for child in kept}
    places = [place for place, item in enumerate(items) if id(item) in known]
    in_order = [item for item in items if id(item) in known] == kept
    if not in_order or places != list(range(len(kept))):
        yield from _set(node)
        return
    for child in node.before:
        if id(child) in known:
            yield from edits_of(child)
        else:
            yield Edit(Part.BODY, Change.REMOVE, _home(child))
    for number, item in enumerate(items[len(kept) :]):
        steps = (*_home(node), len(node.before) + number)
        yield Edit(Part.BODY, Change.ADD, steps, value=text_of(item.value))


def _set(node: Node) -> Iterator[Edit]:
    text = text_of(node.value)
    if text != text_of(node.was):
        yield Edit(Part.BODY, Change.SET, _home(node), value=text)


def _home(node: Node) -> Steps:
    return node.home or ()


def _name_of(node: Node) -> str:
    return str(_home(node)[-1])


_PLAIN: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def text_of(value: object) -> str:
    """A value as JSON text; half of a surrogate pair, which no file can hold, as its escape."""
    text = _PLAIN.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False)
    return text
