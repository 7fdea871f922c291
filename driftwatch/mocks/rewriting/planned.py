"""Changes of a tree of values, sorted by the container that they change: neighbours share commas and lines."""

from collections.abc import Iterable

from msgspec import Struct, field

from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.rewriting.splices import Splice
from driftwatch.mocks.text.nodes import Kind, Node
from driftwatch.model.edit import Change, Step

Steps = tuple[Step, ...]


class Op(Struct, frozen=True):
    """One change in a tree of values, as ``model.edit.Edit`` has it."""

    change: Change
    steps: Steps
    value: str = ""
    """JSON text."""
    name: str = ""
    after: str | None = None


class Retext(Struct, frozen=True):
    """A change inside the text that a scalar stands for: splices of that text."""

    steps: Steps
    splices: tuple[Splice, ...]


class Added(Struct, frozen=True):
    """A new child of a container."""

    after: int | None
    """The child that it follows; ``None`` puts it last."""
    name: str | None
    value: str


class Changes(Struct):
    """What changes among the children of one container, told by their positions."""

    node: Node
    steps: Steps
    removed: set[int] = field(default_factory=set)
    renamed: dict[int, str] = field(default_factory=dict)
    replaced: dict[int, str] = field(default_factory=dict)
    retexted: dict[int, tuple[Splice, ...]] = field(default_factory=dict)
    added: list[Added] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many children there are."""
        return len(self.node.members) or len(self.node.items)

    def value(self, position: int) -> Node:
        """A child's value."""
        return self.node.members[position][1] if self.node.members else self.node.items[position]

    def name(self, position: int) -> Node | None:
        """A member's name."""
        return self.node.members[position][0] if self.node.members else None


class Plan:
    """Sorts changes; each is checked against the tree as it is before any of them."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.whole: str | None = None
        """JSON text in the place of the root."""
        self.whole_text: tuple[Splice, ...] = ()
        self.containers: dict[Steps, Changes] = {}

    def take(self, ops: Iterable[Op | Retext]) -> "Plan":
        """Sort these changes in. Raises ``Refusal`` for one that has no place."""
        for op in ops:
            if isinstance(op, Retext):
                self._retext(op)
            elif not op.steps:
                if op.change not in (Change.SET, Change.ADD):
                    raise Refusal("the whole document cannot be taken away")
                self.whole = op.value
            else:
                self._take(op)
        if self.whole is not None and self.containers:
            raise Refusal("a value is replaced and changed at once")
        for steps in self.containers:
            self._check(steps)
        return self

    def _check(self, steps: Steps) -> None:
        """No change inside of what another change takes away."""
        for depth in range(len(steps)):
            above = self.containers.get(steps[:depth])
            if above is None:
                continue
            position = _position(above.node, steps[depth])
            if position in above.removed or position in above.replaced:
                raise Refusal("a value is replaced and changed at once")

    def _container(self, steps: Steps) -> Changes:
        known = self.containers.get(steps)
        if known is None:
            node = self.root.find(steps)
            if node is None or node.kind not in (Kind.OBJECT, Kind.ARRAY):
                raise Refusal("the place of the change is not there any more", steps=steps)
            known = self.containers[steps] = Changes(node, steps)
        return known

    def _retext(self, op: Retext) -> None:
        if not op.steps:
            self.whole_text = (*self.whole_text, *op.splices)
            return
        changes = self._container(op.steps[:-1])
        position = _position(changes.node, op.steps[-1])
        if position is None:
            raise Refusal("the place of the change is not there any more", steps=op.steps)
        changes.retexted[position] = (*changes.retexted.get(position, ()), *op.splices)

    def _take(self, op: Op) -> None:
        changes = self._container(op.steps[:-1])
        step = op.steps[-1]
        position = _position(changes.node, step)
        if op.change is Change.ADD:
            self._add(op, changes, position)
            return
        if position is None:
            raise Refusal("the place of the change is not there any more", steps=op.steps)
        if op.change is Change.SET:
            changes.replaced[position] = op.value
        elif op.change is Change.REMOVE:
            changes.removed.update(_all_positions(changes.node, step, position))
        else:
            changes.renamed[position] = op.name

    def _add(self, op: Op, changes: Changes, position: int | None) -> None:
        step = op.steps[-1]
        if changes.node.kind is Kind.ARRAY:
            changes.added.append(Added(None, None, op.value))
            return
        if position is not None:
            raise Refusal(f"there is a member `{str(step)[:100]}` already", steps=op.steps)
        after = _position(changes.node, op.after) if op.after is not None else None
        changes.added.append(Added(after, str(step), op.value))


def _position(node: Node, step: Step) -> int | None:
    """The position of the child that a step leads to; of members of one name that of the last, as parsers have it."""
    if node.kind is Kind.ARRAY:
        return step if isinstance(step, int) and 0 <= step < len(node.items) else None
    for position in range(len(node.members) - 1, -1, -1):
        if node.members[position][0].text == str(step):
            return position
    return None


def _all_positions(node: Node, step: Step, position: int) -> Iterable[int]:
    """A member that is taken away goes wherever its name stands, else an older one would show."""
    if node.kind is Kind.ARRAY:
        return (position,)
    return (at for at, (name, _) in enumerate(node.members) if name.text == str(step))
