"""What changes in a text: stretches of it that are replaced. All that is not in one of them stays as it is."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from driftwatch.mocks.refusal import Refusal


class Splice(Struct, frozen=True, order=True):
    """``text`` in the place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str

    def below(self, offset: int) -> "Splice":
        """The same in a longer text, in which this one begins at ``offset``."""
        return Splice(self.start + offset, self.end + offset, self.text)


def in_order(splices: Iterable[Splice]) -> list[Splice]:
    """Splices as they follow each other; several insertions at one place keep their order. Raises ``Refusal``."""
    found = sorted(splices, key=lambda one: (one.start, one.end))
    if any(one.end > other.start for one, other in pairwise(found)):
        raise Refusal("two changes overlap")
    return found


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all of them made."""
    parts, position = [], 0
    for one in in_order(splices):
        parts += [text[position : one.start], one.text]
        position = one.end
    return "".join([*parts, text[position:]])


def smallest(text: str, splice: Splice) -> Splice:
    """The same change without the characters at both ends that stay the same."""
    old, new = text[splice.start : splice.end], splice.text
    most = min(len(old), len(new))
    front = _common(old, new, most)
    back = _common(old[::-1], new[::-1], most - front)
    return Splice(splice.start + front, splice.end - back, new[front : len(new) - back])


def _common(one: str, other: str, most: int) -> int:
    """How many characters two texts have in common at their beginning, found by halves."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def differing(old: str, new: str) -> Sequence[Splice]:
    """The one splice that makes the new text of the old; none if they are equal."""
    return () if old == new else (smallest(old, Splice(0, len(old), new)),)
