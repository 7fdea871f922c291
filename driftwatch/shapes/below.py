"""What lies below a place: how nodes are made there, and how often the objects there are counted at all."""

from collections.abc import Callable
from typing import Any, Final

from driftwatch.shapes.depth import DEPTH_LIMIT

SPLITS_NESTED: Final = 3
"""Variants within variants, to this depth: each level counts the objects below it once more."""


class Below:
    """Makes the nodes below a place, which is what genson calls a node class, and knows the places above.

    Raises ``ValueError`` where there would be more levels than ``DEPTH_LIMIT``.
    """

    __slots__ = ("above", "depth", "is_split", "node")

    def __init__(self, node: "Callable[[Below], Any]", above: "Below | None" = None, depth: int = 0) -> None:
        if depth > DEPTH_LIMIT:
            raise ValueError(f"a document has more than {DEPTH_LIMIT} levels")
        self.node = node
        self.above = above
        self.depth = depth
        """How many containers the nodes made here stand in."""
        self.is_split = False

    def __call__(self) -> Any:
        """A node for one more place."""
        return self.node(self)

    def split(self) -> bool:
        """Ask whether the objects here may be counted apart, too; from then on this is a level of variants."""
        if not self.is_split:
            levels, above = 0, self.above
            while above is not None:
                levels, above = levels + above.is_split, above.above
            self.is_split = levels < SPLITS_NESTED
        return self.is_split
