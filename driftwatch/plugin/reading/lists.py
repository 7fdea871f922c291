"""Lists of mock answers that note what is read of them; see ``objects`` for what counts as which reading."""

import copy
from collections.abc import Iterator
from typing import Any, SupportsIndex

from driftwatch.model.use import Need
from driftwatch.plugin.reading.places import Place


class WatchedList(list[Any]):  # noqa: PLW1641 - a list has no hash
    """A list of a mock answer. It is called ``list``, so that messages of errors are what they would be."""

    __slots__ = ("_driftwatch_is_open", "_driftwatch_place")
    _driftwatch_place: Place
    _driftwatch_is_open: bool
    """Whether items may still be as they came: all of the answer, and not watched yet."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A plain one: ``type(l)(…)`` is no answer."""
        return list(*args, **kwargs)

    def _driftwatch_settle(self) -> None:
        """Watch all items, so that what the code adds is told from them."""
        if self._driftwatch_is_open:
            self._driftwatch_is_open = False
            place = None
            for index, value in enumerate(list.__iter__(self)):
                if type(value) is dict or type(value) is list:
                    place = place or self._driftwatch_place.items
                    list.__setitem__(self, index, place.watched(value))

    def _driftwatch_list(self) -> None:
        """Every item is handed out."""
        self._driftwatch_place.items.note(Need.OPTIONAL)
        self._driftwatch_settle()

    def _driftwatch_walk(self) -> None:
        """All below is read."""
        self._driftwatch_place.note(Need.WHOLE)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            self._driftwatch_list()
            return list.__getitem__(self, index)
        try:
            value = list.__getitem__(self, index)
        except IndexError:
            self._driftwatch_place.items.note(Need.OPTIONAL)
            raise
        place = self._driftwatch_place.items
        place.note(Need.NEEDED if self._driftwatch_is_open else Need.OPTIONAL)  # what was added is the code's own
        if self._driftwatch_is_open and (type(value) is dict or type(value) is list):
            value = place.watched(value)
            list.__setitem__(self, index, value)
        return value

    def __iter__(self) -> Iterator[Any]:
        self._driftwatch_list()
        return list.__iter__(self)

    def __reversed__(self) -> Iterator[Any]:
        self._driftwatch_list()
        return list.__reversed__(self)

    def __len__(self) -> int:
        self._driftwatch_place.items.note(Need.OPTIONAL)
        return list.__len__(self)

    def __contains__(self, value: object) -> bool:
        self._driftwatch_walk()
        return list.__contains__(self, value)

    def __eq__(self, other: object) -> bool:
        self._driftwatch_walk()
        return list.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        self._driftwatch_walk()
        return list.__ne__(self, other)

    def __lt__(self, other: Any) -> bool:
        self._driftwatch_walk()
        return list.__lt__(self, other)

    def __le__(self, other: Any) -> bool:
        self._driftwatch_walk()
        return list.__le__(self, other)

    def __gt__(self, other: Any) -> bool:
        self._driftwatch_walk()
        return list.__gt__(self, other)

    def __ge__(self, other: Any) -> bool:
        self._driftwatch_walk()
        return list.__ge__(self, other)

    def __repr__(self) -> str:
        self._driftwatch_walk()
        return list.__repr__(self)

    def __add__(self, other: Any) -> Any:
        self._driftwatch_list()
        return list.__add__(self, other)

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, list):
            return NotImplemented
        self._driftwatch_list()
        return list.__add__(other, self)

    def __mul__(self, number: SupportsIndex) -> list[Any]:
        self._driftwatch_list()
        return list.__mul__(self, number)

    def __rmul__(self, number: SupportsIndex) -> list[Any]:
        self._driftwatch_list()
        return list.__rmul__(self, number)

    def __iadd__(self, values: Any) -> Any:
        self._driftwatch_settle()
        return list.__iadd__(self, values)

    def __imul__(self, number: SupportsIndex) -> Any:
        self._driftwatch_settle()
        return list.__imul__(self, number)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._driftwatch_settle()
        list.__setitem__(self, index, value)

    def __delitem__(self, index: Any) -> None:
        self._driftwatch_settle()
        list.__delitem__(self, index)

    def __copy__(self) -> list[Any]:
        self._driftwatch_list()
        return list.copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        self._driftwatch_walk()
        made: list[Any] = []
        memo[id(self)] = made
        made.extend(copy.deepcopy(value, memo) for value in list.__iter__(self))
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        self._driftwatch_walk()
        return list, (), None, iter(list(list.__iter__(self)))

    def append(self, *args: Any) -> None:
        """As of a list."""
        self._driftwatch_settle()
        list.append(self, *args)

    def extend(self, *args: Any) -> None:
        """As of a list."""
        self._driftwatch_settle()
        list.extend(self, *args)

    def insert(self, *args: Any) -> None:
        """As of a list."""
        self._driftwatch_settle()
        list.insert(self, *args)

    def pop(self, *args: Any) -> Any:
        """As of a list."""
        need = Need.NEEDED if self._driftwatch_is_open and list.__len__(self) else Need.OPTIONAL
        self._driftwatch_place.items.note(need)
        self._driftwatch_settle()
        return list.pop(self, *args)

    def remove(self, *args: Any) -> None:
        """As of a list."""
        self._driftwatch_walk()
        self._driftwatch_settle()
        list.remove(self, *args)

    def reverse(self) -> None:
        """As of a list."""
        self._driftwatch_settle()
        list.reverse(self)

    def sort(self, **kwargs: Any) -> None:
        """As of a list."""
        self._driftwatch_walk()
        self._driftwatch_settle()
        list.sort(self, **kwargs)

    def index(self, *args: Any) -> int:
        """As of a list."""
        self._driftwatch_walk()
        return list.index(self, *args)

    def count(self, *args: Any) -> int:
        """As of a list."""
        self._driftwatch_walk()
        return list.count(self, *args)

    def copy(self) -> list[Any]:
        """As of a list; what stands below is watched still."""
        return self.__copy__()


def watched_list(value: list[Any], place: Place) -> list[Any]:
    """The same list, watched; its items are when they are handed out."""
    made: WatchedList = list.__new__(WatchedList)
    list.extend(made, value)
    made._driftwatch_place, made._driftwatch_is_open = place, True  # noqa: SLF001 - made here
    return made


WatchedList.__name__ = WatchedList.__qualname__ = "list"
WatchedList.__module__ = "builtins"
