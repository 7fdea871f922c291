"""What is left of a text when most of it is cut away."""

from collections.abc import Mapping

from msgspec import Struct, field

from driftwatch.model.shape import escape

Path = tuple[str, ...]
"""The parts of a JSON Pointer, without its escapes."""


class Piece(Struct, frozen=True):
    """A stretch of the whole text that stays, or a ``joint`` that stands between two of them instead."""

    start: int
    end: int
    is_entry: bool = False
    """What may be changed: all else is for everybody."""
    joint: str = ""

    @property
    def size(self) -> int:
        """Characters."""
        return len(self.joint) or self.end - self.start


class Cut(Struct, frozen=True):
    """The pieces as they follow each other, and how places are called in them."""

    pieces: tuple[Piece, ...]
    positions: Mapping[Path, int] = field(default_factory=dict)
    """Of items that stay: their path in the whole, and their position among those that stay."""
    is_alone: bool = False
    """Of a stream one document stays, which then has no position."""

    @property
    def size(self) -> int:
        """Characters."""
        return sum(piece.size for piece in self.pieces)

    def text(self, whole: str) -> str:
        """What is left."""
        return "".join(piece.joint or whole[piece.start : piece.end] for piece in self.pieces)

    def pointer(self, whole: str) -> str:
        """The JSON Pointer of a place by that which it has in the whole."""
        path = path_of(whole)
        if self.is_alone:
            path = path[1:]
        found = [self.positions.get(path[: depth + 1], part) for depth, part in enumerate(path)]
        return "".join(f"/{escape(str(part))}" for part in found)


def path_of(pointer: str) -> Path:
    """The parts of a JSON Pointer."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
