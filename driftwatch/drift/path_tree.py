"""Places by the steps of their paths, so that many can be held against many quickly."""

from collections.abc import Iterable

from msgspec import Struct, field

from driftwatch.model.shape import ITEM


class PathTree(Struct):
    """Which of some numbered places a path is at or below.

    ``*`` in a planted path stands for every name, since the members of a map are mocked by name.
    """

    number: int | None = None
    below: dict[str, "PathTree"] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Iterable[str]) -> "PathTree":
        """The places numbered in their order; of two at one path the first counts."""
        root = cls()
        for number, path in enumerate(paths):
            tree = root
            for step in path.split("/")[1:]:
                tree = tree.below.setdefault(step, cls())
            tree.number = number if tree.number is None else tree.number
        return root

    def first(self, path: str) -> int | None:
        """The lowest number of a place that this path is at or below; ``None`` if it is below none."""
        trees, found = [self], [self.number]
        for step in path.split("/")[1:]:
            trees = [tree.below[key] for tree in trees for key in dict.fromkeys((step, ITEM)) if key in tree.below]
            if not trees:
                break
            found += [tree.number for tree in trees]
        return min((number for number in found if number is not None), default=None)
