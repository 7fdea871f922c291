"""Laws of watched answers: any program comes to the same, and is noted as an independent reckoning says."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.model.use import Need
from driftwatch.plugin.reading.objects import watched
from driftwatch.plugin.reading.places import Answer

N, O, W = Need.NEEDED, Need.OPTIONAL, Need.WHOLE  # noqa: E741 - short names of three readings
NAMES: Final = st.sampled_from(["a", "b", "c", "~/", "*", ""])
DOCUMENTS: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "é"]),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4),
    max_leaves=20,
)
STEPS: Final = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 60), NAMES, st.integers(-3, 3), DOCUMENTS), max_size=25
)

Step = tuple[int, int, str, int, Any]
Way = Callable[[Any, str, int, Any], object]

OF_OBJECTS: Final[tuple[Way, ...]] = (
    lambda d, name, _, __: d[name],
    lambda d, name, _, __: d.get(name),
    lambda d, name, _, new: d.get(name, new),
    lambda d, name, _, __: name in d,
    lambda d, name, _, new: d.__setitem__(name, new),
    lambda d, name, _, __: d.__delitem__(name),
    lambda d, name, _, __: d.pop(name),
    lambda d, name, _, new: d.pop(name, new),
    lambda d, name, _, new: d.setdefault(name, new),
    lambda d, _, __, ___: list(d),
    lambda d, _, __, ___: list(d.values()),
    lambda d, _, __, ___: list(d.items()),
    lambda d, _, __, ___: dict(d),
    lambda d, _, __, ___: {**d},
    lambda d, _, __, ___: d | {"z": 1},
    lambda d, _, __, ___: {"z": 1} | d,
    lambda d, _, __, ___: len(d),
    lambda d, _, __, ___: bool(d),
    lambda d, _, __, new: d == new,
    lambda d, _, __, new: new != d,
    lambda d, _, __, ___: repr(d),
    lambda d, _, __, ___: d.copy(),
    lambda d, _, __, ___: copy.deepcopy(d),
    lambda d, _, __, ___: pickle.loads(pickle.dumps(d)),  # noqa: S301 - our own
    lambda d, _, __, ___: json.dumps(d),
    lambda d, name, _, new: d.update({name: new}),
    lambda d, _, __, new: d.update(new),
    lambda d, _, __, ___: d.popitem(),
    lambda d, _, __, ___: d.clear(),
    lambda d, _, __, ___: list(reversed(d)),
)
OF_LISTS: Final[tuple[Way, ...]] = (
    lambda v, _, index, __: v[index],
    lambda v, _, index, __: v[index:],
    lambda v, _, __, ___: list(v),
    lambda v, _, __, ___: [*v],
    lambda v, _, __, ___: len(v),
    lambda v, _, __, ___: bool(v),
    lambda v, _, __, new: new in v,
    lambda v, _, __, new: v == new,
    lambda v, _, __, ___: repr(v),
    lambda v, _, __, ___: v + [1],  # noqa: RUF005 - the sign is what is tried
    lambda v, _, __, ___: [1] + v,  # noqa: RUF005 - the sign is what is tried
    lambda v, _, index, ___: v * index,
    lambda v, _, __, ___: copy.copy(v),
    lambda v, _, __, ___: copy.deepcopy(v),
    lambda v, _, __, ___: pickle.loads(pickle.dumps(v)),  # noqa: S301 - our own
    lambda v, _, __, ___: json.dumps(v),
    lambda v, _, __, new: v.append(new),
    lambda v, _, index, new: v.insert(index, new),
    lambda v, _, index, new: v.__setitem__(index, new),
    lambda v, _, index, __: v.__delitem__(index),
    lambda v, _, index, __: v.pop(index),
    lambda v, _, __, new: v.remove(new),
    lambda v, _, __, new: v.index(new),
    lambda v, _, __, new: v.extend(new),
    lambda v, _, __, ___: v.reverse(),
    lambda v, _, __, ___: v.sort(key=str),
    lambda v, _, __, ___: list(reversed(v)),
    lambda v, _, __, ___: sorted(v, key=repr),
    lambda v, _, __, new: v < new,
)


@settings(max_examples=60, deadline=None)
@given(document=DOCUMENTS, steps=STEPS)
def test_any_program_comes_to_the_same(document: Any, steps: list[Step]) -> None:
    """Whatever is done with an answer and with what it hands out, results, errors and what is left are equal."""
    own = [copy.deepcopy(document)]
    seen = Answer((), watched, [])
    theirs = [watched(document, seen.root)]
    for which, way, name, index, new in steps:
        place = which % len(own)
        mine = _done(own[place], way, name, index, copy.deepcopy(new))
        handed = _done(theirs[place], way, name, index, copy.deepcopy(new))
        assert _plain(handed) == _plain(mine)
        for one, other in _parts(mine, handed):
            own.append(one)
            theirs.append(other)
    assert [_plain(one) for one in theirs] == [_plain(one) for one in own]
    assert seen.root.reads() is not None


def _done(value: Any, way: int, name: str, index: int, new: Any) -> object:
    if not isinstance(value, dict | list):
        return None
    ways = OF_OBJECTS if isinstance(value, dict) else OF_LISTS
    try:
        return ways[way % len(ways)](value, name, index, new)
    except Exception as error:
        return type(error).__name__, str(error)


def _parts(mine: object, handed: object) -> list[tuple[object, object]]:
    """What a program has in hand after a step."""
    if isinstance(mine, dict):
        return [(mine, handed), *zip(dict.values(mine), dict.values(handed), strict=True)]  # type: ignore[arg-type]
    if isinstance(mine, list | tuple):
        return [(mine, handed), *zip(iter(mine), iter(handed), strict=True)]  # type: ignore[call-overload]
    return []


def _plain(value: object) -> object:
    """A value without a trace of what it is made of, read past all notes."""
    if isinstance(value, dict):
        return type(value).__name__, [(name, _plain(one)) for name, one in dict.items(value)]
    if isinstance(value, list):
        return type(value).__name__, [_plain(one) for one in list.__iter__(value)]
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return type(value).__name__, value


READS: Final = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(["[]", "get", "in", "items", "len", "bool", "==", "[0]", "iter"]), NAMES
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None)
@given(document=DOCUMENTS, steps=READS)
def test_what_is_noted_is_what_was_read(document: Any, steps: list[tuple[int, str, str]]) -> None:
    """The notes of any program that reads equal those of a reckoning that knows the rules and nothing of places."""
    seen = Answer((), watched, [])
    reckoning = _Reckoning()
    hands = [(watched(copy.deepcopy(document), seen.root), "")]
    reckoning.hand(document, "")
    for which, way, name in steps:
        value, pointer = hands[which % len(hands)]
        if isinstance(value, dict):
            hands += _read_object(value, pointer, way, name, reckoning)
        elif isinstance(value, list):
            hands += _read_list(value, pointer, way, reckoning)
    assert seen.root.reads() == reckoning.reads()


def _read_object(d: Any, pointer: str, way: str, name: str, reckoning: "_Reckoning") -> list[tuple[Any, str]]:
    at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
    raw = dict(dict.items(d))
    match way:
        case "[]" | "get" | "in":
            reckoning.name(d, at, name, raw.get(name), is_there=name in raw, need=N if way == "[]" else O)
            if way == "in":
                assert (name in d) == (name in raw)
                return []
            if way == "get":
                return [(d.get(name), at)]
            return [(d[name], at)] if name in raw else [_missed(d, name)]
        case "items" | "iter":
            reckoning.every(d, pointer, raw)
            told = list(d.items()) if way == "items" else [(one, d[one]) for one in d]
            return [(one, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}") for key, one in told]
        case "len":
            reckoning.note(f"{pointer}/*", O)
            assert len(d) == len(raw)
        case "bool":
            if len(raw) < 2:
                reckoning.note(f"{pointer}/*", O)
            assert bool(d) == bool(raw)
        case "==":
            reckoning.whole.add(pointer)
            assert d != 1
    return []


def _missed(holder: Any, name: object) -> tuple[Any, str]:
    with pytest.raises(LookupError):
        holder[name]
    return None, ""


def _read_list(values: Any, pointer: str, way: str, reckoning: "_Reckoning") -> list[tuple[Any, str]]:
    at, raw = f"{pointer}/*", list(list.__iter__(values))
    match way:
        case "[0]":
            is_first = id(values) not in reckoning.settled
            reckoning.note(at, N if raw and is_first else O)
            if not raw:
                return [_missed(values, 0)]
            reckoning.hand(raw[0], at)
            return [(values[0], at)]
        case "items" | "iter":
            reckoning.note(at, O)
            reckoning.settled[id(values)] = values
            for one in raw:
                reckoning.hand(one, at)
            return [(one, at) for one in values]
        case "len" | "bool":
            reckoning.note(at, O)
            assert bool(values) == bool(raw)
        case "==":
            reckoning.whole.add(pointer)
            assert values != 1
    return []


class _Reckoning:
    """By pointer, the readings; what was handed out; what was walked."""

    def __init__(self) -> None:
        self.noted: dict[str, Need] = {}
        self.handed: set[str] = set()
        self.whole: set[str] = set()
        self.told: dict[int, tuple[Any, set[str]]] = {}
        self.settled: dict[int, Any] = {}

    def note(self, pointer: str, need: Need) -> None:
        if self.noted.get(pointer) is not N:
            self.noted[pointer] = need

    def hand(self, value: object, pointer: str) -> None:
        if isinstance(value, dict | list):
            self.handed.add(pointer)

    def name(self, d: Any, at: str, name: str, value: object, *, is_there: bool, need: Need) -> None:
        _, told = self.told.setdefault(id(d), (d, set()))
        if name not in told:
            told.add(name)
            self.note(at, need if is_there else O)
            self.hand(value, at)

    def every(self, d: Any, pointer: str, raw: dict[str, Any]) -> None:
        _, told = self.told.setdefault(id(d), (d, set()))
        self.note(f"{pointer}/*", O)
        for name, value in raw.items():
            if name not in told:
                told.add(name)
                self.hand(value, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")

    def reads(self) -> dict[str, Need]:
        known = self.noted.keys() | self.handed
        lost = {one for one in self.handed if not any(other.startswith(f"{one}/") for other in known)}
        whole = self.whole | lost
        told: dict[str, Need] = {}
        for pointer in known | whole:
            is_below = any(pointer.startswith(f"{one}/") for one in whole)
            if self.noted.get(pointer) is N:
                told.setdefault(pointer, N)
                if pointer in whole and not is_below:
                    told[f"{pointer}/*"] = W
            elif pointer in whole and not is_below:
                told[pointer] = W
            elif not is_below and pointer in self.noted:
                told.setdefault(pointer, O)
        return told
