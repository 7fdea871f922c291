"""Objects and lists of mock answers that note what is read of them.

What counts as which reading, and why:

=====================================================  ========  ======================================================
``d["x"]``, ``del d["x"]``, ``d.pop("x")``, ``l[0]``   needed    a member that is not there ends the call
the same of a member that was asked for before         nothing   ``if "x" in d: d["x"]`` cannot fail
the same of a member that is not there                 optional  the code goes on from ``KeyError``, or the test fails
``get``, ``in``, ``setdefault``, ``pop`` with default  optional  there is another way
``match``                                              optional  the next case follows; Python asks ``get`` and ``len``
iteration, ``keys``, ``values``, ``items``, ``copy``,  optional  every member that is there, by ``*``; what stands below
``dict(d)``, ``{**d}``, ``f(**d)``, ``|``, ``dumps``             still notes by itself
iteration, slices, ``list(l)``, ``+``, ``len``,        optional  every item, likewise
``f(*l)``, ``a, b = l``
``len(d)``                                             optional  every member: one that is lost changes it
``bool(d)``                                            optional  of its only member; of several, none decides alone
``==``, ``<``, ``x in l``, ``index``, ``count``,       whole     it goes down to the last leaf, in C
``sort``, ``repr``, ``str``, pickle, ``deepcopy``
handed out, and nothing was noted of it                whole     nobody knows who holds it
=====================================================  ========  ======================================================

Strings, numbers, booleans and ``null`` stay what they are; handing one out is reading it. Facts of CPython 3.11 to 3.13
that this rests on: whatever builds a dict of another one (``dict``, ``**``, ``|``, ``update``) asks ``keys`` and
``__getitem__`` of a subclass that has an ``__iter__`` of its own; ``json``'s encoder in C asks ``items``; lists are
iterated unless they are exactly ``list``. ``tests/plugin/reading`` tries each. Some compiled packages do not ask:
see ``past``.
"""

import copy
from collections.abc import Iterator
from typing import Any, Final, SupportsIndex

from driftwatch.model.use import Need
from driftwatch.plugin.reading.lists import watched_list
from driftwatch.plugin.reading.places import Place

_item: Final = dict.__getitem__
_has: Final = dict.__contains__
_put: Final = dict.__setitem__


def watched(value: Any, place: Place) -> Any:
    """The same value as it is handed to the code under test; what is no object and no list is handed as it is."""
    if type(value) is dict:
        place.hand()
        made: WatchedDict = dict.__new__(WatchedDict)
        dict.update(made, value)
        made._driftwatch_place, made._driftwatch_told = place, {}  # noqa: SLF001 - made here
        return made
    if type(value) is list:
        place.hand()
        return watched_list(value, place)
    return value


class WatchedDict(dict[Any, Any]):  # noqa: PLW1641 - a dict has no hash
    """An object of a mock answer. It is called ``dict``, so that messages of errors are what they would be."""

    __slots__ = ("_driftwatch_place", "_driftwatch_told")
    _driftwatch_place: Place
    _driftwatch_told: dict[object, None]
    """Members whose reading says nothing more. What stood in the answer is watched there already."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A plain one: ``type(d)(…)`` is no answer."""
        return dict(*args, **kwargs)

    def _driftwatch_tell(self, key: object, need: Need) -> None:
        """A member is read, or asked for, by its name."""
        if key in self._driftwatch_told:
            return
        is_there = _has(self, key)
        self._driftwatch_told[key] = None
        if isinstance(key, str):
            place = self._driftwatch_place.child(str.__str__(key))
            place.note(need if is_there else Need.OPTIONAL)
            if is_there:
                value = _item(self, key)
                if type(value) is dict or type(value) is list:
                    _put(self, key, watched(value, place))

    def _driftwatch_list(self) -> None:
        """Every member is handed out."""
        self._driftwatch_place.items.note(Need.OPTIONAL)
        told = self._driftwatch_told
        for key, value in dict.items(self):
            if key not in told:
                told[key] = None
                if (type(value) is dict or type(value) is list) and isinstance(key, str):
                    _put(self, key, watched(value, self._driftwatch_place.child(key)))

    def _driftwatch_walk(self) -> None:
        """All below is read."""
        self._driftwatch_place.note(Need.WHOLE)

    def __getitem__(self, key: Any) -> Any:
        if key not in self._driftwatch_told:
            self._driftwatch_tell(key, Need.NEEDED)
        return _item(self, key)

    def __contains__(self, key: object) -> bool:
        self._driftwatch_tell(key, Need.OPTIONAL)
        return _has(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _put(self, key, value)
        self._driftwatch_told[key] = None

    def __delitem__(self, key: Any) -> None:
        self._driftwatch_tell(key, Need.NEEDED)
        dict.__delitem__(self, key)

    def __iter__(self) -> Iterator[Any]:
        self._driftwatch_list()
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[Any]:
        self._driftwatch_list()
        return dict.__reversed__(self)

    def __len__(self) -> int:
        self._driftwatch_place.items.note(Need.OPTIONAL)
        return dict.__len__(self)

    def __bool__(self) -> bool:
        number = dict.__len__(self)
        if number <= 1:
            self._driftwatch_place.items.note(Need.OPTIONAL)
        return number > 0

    def __eq__(self, other: object) -> bool:
        self._driftwatch_walk()
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        self._driftwatch_walk()
        return dict.__ne__(self, other)

    def __repr__(self) -> str:
        self._driftwatch_walk()
        return dict.__repr__(self)

    def __or__(self, other: Any) -> Any:
        self._driftwatch_list()
        return dict.__or__(self, other)

    def __ror__(self, other: Any) -> Any:
        self._driftwatch_list()
        return dict.__ror__(self, other)

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __copy__(self) -> Any:
        self._driftwatch_list()
        return dict.copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        self._driftwatch_walk()
        memo[id(self)] = made = {}
        for key, value in dict.items(self):
            made[copy.deepcopy(key, memo)] = copy.deepcopy(value, memo)
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        self._driftwatch_walk()
        return dict, (), None, None, iter(list(dict.items(self)))

    def get(self, *args: Any) -> Any:
        """As of a dict."""
        if args:
            self._driftwatch_tell(args[0], Need.OPTIONAL)
        return dict.get(self, *args)

    def pop(self, *args: Any) -> Any:
        """As of a dict."""
        if args:
            self._driftwatch_tell(args[0], Need.NEEDED if len(args) == 1 else Need.OPTIONAL)
        return dict.pop(self, *args)

    def popitem(self) -> tuple[Any, Any]:
        """As of a dict."""
        self._driftwatch_list()
        return dict.popitem(self)

    def setdefault(self, *args: Any) -> Any:
        """As of a dict."""
        if args:
            self._driftwatch_tell(args[0], Need.OPTIONAL)
        return dict.setdefault(self, *args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """As of a dict."""
        own: dict[Any, Any] = {}
        try:
            own.update(*args, **kwargs)
        finally:  # what came before an error is there
            dict.update(self, own)
            self._driftwatch_told.update(dict.fromkeys(own))

    def keys(self) -> Any:
        """As of a dict."""
        self._driftwatch_list()
        return dict.keys(self)

    def values(self) -> Any:
        """As of a dict."""
        self._driftwatch_list()
        return dict.values(self)

    def items(self) -> Any:
        """As of a dict."""
        self._driftwatch_list()
        return dict.items(self)

    def copy(self) -> Any:
        """As of a dict; what stands below is watched still."""
        return self.__copy__()


WatchedDict.__name__ = WatchedDict.__qualname__ = "dict"
WatchedDict.__module__ = "builtins"
