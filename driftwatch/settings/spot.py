"""A place in a config while it is read: what stands there, where that is, and whom to tell of a mistake."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.errors import Mistake
from driftwatch.settings.node import Node, Steps, address
from driftwatch.settings.reference import Surroundings


class Known(Struct, frozen=True):
    """What no document tells, and what stands in one must fit; nothing is checked where it is ``None``."""

    kinds: Collection[str] | None = None
    """The kinds of findings that there are."""
    today: date | None = None
    """In UTC."""


class Reading(Struct):
    """What holds for one reading of one document, and the mistakes found on the way."""

    file: str
    root: Node
    surroundings: Surroundings
    refused: frozenset[Steps] = frozenset()
    """Places the schema has complained of already: they are not read."""
    mistakes: dict[Mistake, int] = field(default_factory=dict)
    """Each with its line; the same one is kept once."""
    known: Known = field(default_factory=Known)

    def complain(self, steps: Steps, found: str, remedy: str) -> None:
        """Note a mistake with its place."""
        line = self.root.line_of(steps)
        self.mistakes[Mistake(address(self.file, line, steps), found, remedy)] = line

    def in_order(self) -> list[Mistake]:
        """The mistakes by line, as a person mends them."""
        return sorted(self.mistakes, key=lambda mistake: self.mistakes[mistake])


class Spot(Struct, frozen=True):
    """One value of the document being read."""

    node: Node
    steps: Steps
    reading: Reading

    @property
    def plain(self) -> object:
        """The value as JSON would have it."""
        return self.node.plain

    @property
    def text(self) -> str:
        """A scalar as it is written: ``1.10`` stays ``1.10``."""
        return self.node.text

    @property
    def surroundings(self) -> Surroundings:
        """Where references and relative paths lead."""
        return self.reading.surroundings

    def children(self) -> Iterator[tuple[str | int, "Spot"]]:
        """The members or items that the schema did not refuse."""
        for key, child in self.node.children.items():
            steps = (*self.steps, key)
            if steps not in self.reading.refused:
                yield key, replace(self, node=child, steps=steps)

    def members(self) -> Mapping[str, "Spot"]:
        """The members by name; empty if this is no mapping."""
        return {key: spot for key, spot in self.children() if isinstance(key, str)}

    def top(self) -> "Spot":
        """The whole document."""
        return Spot(self.reading.root, (), self.reading)

    def complain(self, found: str, remedy: str) -> None:
        """Note a mistake at this place."""
        self.reading.complain(self.steps, found, remedy)
