"""The places of one answer, and how each was read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from driftwatch.model.shape import ITEM
from driftwatch.model.use import Need, Touch

_MOST: Final = 2000
"""Places of one answer that are told apart; of one with more it is noted that all of it was read."""
_DEEPEST: Final = 60
_LONGEST: Final = 200
"""Characters of a member's name; a longer one is hardly a name."""


Watch = Callable[[Any, "Place"], Any]
"""Makes of a value that stands at a place what the code under test gets: see ``objects.watched``."""


class Answer:
    """One answer that mocks gave, and all that is read of it."""

    __slots__ = ("_changed", "_is_changed", "left", "root", "touches", "watch")

    def __init__(self, touches: Iterable[Touch], watch: "Watch", changed: "list[Answer]") -> None:
        self.touches = tuple(touches)
        self.watch = watch
        self.left = _MOST
        self.root = Place(self)
        self._changed = changed
        """Where it enters itself whenever there is news of it."""
        self._is_changed = False

    def change(self) -> None:
        """Something is to be told of it."""
        if not self._is_changed:
            self._is_changed = True
            self._changed.append(self)

    def take(self) -> dict[str, Need]:
        """All that was read of it so far."""
        self._is_changed = False
        return self.root.reads()


class Place:
    """One place, for all objects that stand there: a list's items share theirs.

    Three facts are kept apart. How the place itself was read; whether all below was (``is_whole``); and whether an
    object was handed out that stood here (``is_handed``). Of an object in hand that nothing was noted of nobody knows
    what became of it, so all below counts as read.
    """

    __slots__ = ("_answer", "_below", "_depth", "is_handed", "is_whole", "need")

    def __init__(self, answer: Answer, depth: int = 0) -> None:
        self._answer = answer
        self._depth = depth
        self._below: dict[str, Place] = {}
        self.need: Need | None = None
        self.is_whole = False
        self.is_handed = False

    def note(self, need: Need) -> None:
        """It was read so. What is needed once is needed."""
        if need is Need.WHOLE:
            if not self.is_whole:
                self.is_whole = True
                self._answer.change()
        elif self.need is not need and self.need is not Need.NEEDED:
            self.need = need
            self._answer.change()

    def hand(self) -> None:
        """An object that stands here is in the hands of the code under test."""
        if not self.is_handed:
            self.is_handed = True
            self._answer.change()

    def watched(self, value: Any) -> Any:
        """A value that stands here, as the code under test gets it."""
        return self._answer.watch(value, self)

    def child(self, name: str) -> "Place":
        """The place of a member."""
        found = self._below.get(name)
        if found is None:
            found = Place(self._answer, self._depth + 1)
            if self._answer.left > 0 and self._depth < _DEEPEST and len(name) <= _LONGEST and _is_text(name):
                self._answer.left -= 1
                found = self._below.setdefault(name, found)  # another thread may have been faster
            else:  # nobody will ask this one; what is noted here covers it
                self.note(Need.WHOLE)
        return found

    @property
    def items(self) -> "Place":
        """The place of a list's items, or of all members of an object."""
        return self.child(ITEM)

    def reads(self) -> dict[str, Need]:
        """What was read, by JSON Pointer.

        A place that is needed and of which all below was read is told as both: ``/a`` needed, ``/a/*`` whole.
        """
        told: dict[str, Need] = {}
        for pointer, need in self._walk("", is_covered=False):
            if told.get(pointer) is not Need.WHOLE:
                told[pointer] = need
        return told

    def _walk(self, pointer: str, *, is_covered: bool) -> Iterator[tuple[str, Need]]:
        is_whole = self.is_whole or (self.is_handed and not self._below)
        if self.need is Need.NEEDED:
            yield pointer, Need.NEEDED
        elif self.need is not None and not is_whole and not is_covered:
            yield pointer, self.need
        if is_whole and not is_covered:
            yield f"{pointer}/{ITEM}" if self.need is Need.NEEDED else pointer, Need.WHOLE
        for name, place in self._below.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from place._walk(f"{pointer}/{step}", is_covered=is_covered or is_whole)  # noqa: SLF001 - its own kind


def _is_text(name: str) -> bool:
    """Whether it can be written: JSON allows halves of characters in names."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
