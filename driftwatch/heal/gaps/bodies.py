"""Where the bodies of a service hold what no mock's body holds: null, absence, empty and long lists, content."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from driftwatch.heal.gaps.view import View
from driftwatch.model.likeness import is_map, values
from driftwatch.model.shape import ITEM, JsonType, Shape, join
from driftwatch.model.unshown import Sort, Unshown

_LONG: Final = 10
"""Items from which on a list is long, if it has also ``_TIMES`` as many as any mock shows."""
_TIMES: Final = 5


def missing_in_bodies(view: View) -> Iterator[Unshown]:
    """What successes hold at places that a mock of the endpoint knows under the same status."""
    walk = _Walk(view.loosened())
    for status, delivered in sorted(view.real.shapes.items()):
        promised = view.mocked.shapes.get(status)
        if promised is not None and 200 <= status < 300:
            yield from walk.at("", promised, delivered)


class _Walk(Struct, frozen=True):
    loosened: frozenset[tuple[str, str]]

    def at(self, path: str, promised: Shape, delivered: Shape) -> Iterator[Unshown]:
        """This place, and all below it."""
        if (path, "any") in self.loosened:
            return
        yield from self._null(path, promised, delivered)
        yield from self._content(path, promised, delivered)
        if promised.objects and delivered.objects:
            yield from self._members(path, promised, delivered)
        if promised.arrays is not None and delivered.arrays is not None:
            yield from self._lists(path, promised, delivered)

    def _null(self, path: str, promised: Shape, delivered: Shape) -> Iterator[Unshown]:
        if delivered.nulls and not promised.nulls and not promised.is_empty and (path, "null") not in self.loosened:
            yield Unshown(
                Sort.NULL, path, shown="a value", seen="null", k=delivered.nulls, n=delivered.count,
                advice="Add an answer in which it is null.",
            )  # fmt: skip

    @staticmethod
    def _content(path: str, promised: Shape, delivered: Shape) -> Iterator[Unshown]:
        is_null = bool(promised.nulls) and not promised.families and bool(delivered.families)
        is_empty = _only_empty(promised) and delivered.arrays is not None and delivered.arrays.maximum > 0
        if is_null or is_empty:
            yield Unshown(
                Sort.CONTENT, path, shown="null" if is_null else "an empty list", seen="content",
                k=delivered.count - delivered.nulls - delivered.empty_arrays, n=delivered.count,
                advice="Add an answer with content here.",
            )  # fmt: skip

    def _members(self, path: str, promised: Shape, delivered: Shape) -> Iterator[Unshown]:
        if is_map(promised, delivered):
            yield from self.at(join(path, ITEM), values(promised), values(delivered))
            return
        for name, member in promised.members.items():
            place = join(path, name)
            found = delivered.members.get(name)
            if found is None:
                continue  # never there: the mock is wrong, and `driftwatch heal` puts it right
            missing = delivered.objects - found.present
            if missing > 0 and promised.is_required(name) and not self._may_be_absent(place):
                yield Unshown(
                    Sort.ABSENCE, place, shown="always there", seen="not there", k=missing, n=delivered.objects,
                    advice="Add an answer without it.",
                )  # fmt: skip
            yield from self.at(place, member.shape, found.shape)

    def _may_be_absent(self, place: str) -> bool:
        return (place, "absence") in self.loosened or (place, "any") in self.loosened

    def _lists(self, path: str, promised: Shape, delivered: Shape) -> Iterator[Unshown]:
        mocked, real = promised.arrays, delivered.arrays
        if mocked is None or real is None:
            return
        count = delivered.types.get(JsonType.ARRAY, 0)
        if delivered.empty_arrays and not promised.empty_arrays:
            yield Unshown(
                Sort.EMPTY_LIST, path, shown="always items", seen="an empty list", k=delivered.empty_arrays, n=count,
                advice="Add an answer in which it is empty.",
            )  # fmt: skip
        if real.maximum >= _LONG and mocked.maximum and real.maximum >= _TIMES * mocked.maximum:
            yield Unshown(
                Sort.LONG_LIST, path, shown=_items(mocked.maximum), seen=_items(real.maximum), n=count,
                advice="Add an answer with as many items.",
            )  # fmt: skip
        if promised.items is not None and delivered.items is not None:
            yield from self.at(f"{path}/{ITEM}", promised.items, delivered.items)


def _only_empty(shape: Shape) -> bool:
    return shape.arrays is not None and shape.arrays.maximum == 0


def _items(number: int) -> str:
    return f"up to {number} item{'' if number == 1 else 's'}"
