"""What is kept from one audit for the next, within so many bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

_V = TypeVar("_V")
_ADMITTED: Final = 8
"""Where there is no room, one newcomer in so many takes the place of what was not asked for longest."""


class Cache(Generic[_V]):
    """The values that are asked for again, as long as there is room; what was thrown out has to be made anew.

    An audit asks for all its mocks in the same order each time. If they are more than fit, what was not asked for
    longest is what will be asked for next: were every newcomer let in, nothing would ever be found.
    """

    def __init__(self, room: int) -> None:
        """``room`` is in bytes, by the sizes that ``put`` is told."""
        self._room = room
        self._taken = 0
        self._refused = 0
        self._kept: OrderedDict[Hashable, tuple[_V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> _V | None:
        """What is known, or ``None``."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: _V, size: int) -> None:
        """Keep a value of about so many bytes, if there is room or it is its turn."""
        with self._lock:
            if key in self._kept or size > self._room or not self._is_let_in(size):
                return
            self._kept[key] = value, size
            self._taken += size
            while self._taken > self._room:
                _, (_, freed) = self._kept.popitem(last=False)
                self._taken -= freed

    def _is_let_in(self, size: int) -> bool:
        if self._taken + size <= self._room:
            return True
        self._refused = (self._refused + 1) % _ADMITTED
        return self._refused == 0

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._taken = 0
