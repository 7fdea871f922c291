"""Objects and lists of answers: what is noted of each way to read them, and that nobody can tell them from others."""

import bisect
import collections
import contextlib
import copy
import csv
import dataclasses
import functools
import io
import itertools
import json
import operator
import pickle
import sqlite3
import string
import types
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from driftwatch.model.use import Need
from driftwatch.plugin.reading.objects import watched
from driftwatch.plugin.reading.places import Answer

N, O, W = Need.NEEDED, Need.OPTIONAL, Need.WHOLE  # noqa: E741 - a table is read by columns


def answer(value: object) -> tuple[Any, Answer]:
    """A value as the code under test gets it, and where it is noted what becomes of it."""
    seen = Answer((), watched, [])
    return watched(value, seen.root), seen


ORDER: dict[str, Any] = {
    "id": 7,
    "note": None,
    "customer": {"name": "Ada", "city": "Bath"},
    "lines": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}],
    "tags": ["x", "y"],
}


def _swallow(call: Callable[[], object]) -> None:
    with contextlib.suppress(LookupError):
        call()


def _match(order: Any) -> object:
    match order:
        case {"id": number, "customer": {"name": str(name)}}:
            return number, name
    return None


def _match_rest(order: Any) -> object:
    match order:
        case {"id": _, **rest}:
            return rest
    return None


def _unpack(order: Any) -> None:
    first, *others = order["lines"]
    assert first["sku"]
    assert others


def _bound(order: Any) -> object:
    with sqlite3.connect(":memory:") as database:
        return database.execute("select :id", order).fetchall()


READINGS: dict[str, tuple[Callable[[Any], object], dict[str, Need]]] = {
    "a member by its name is needed": (lambda o: o["id"], {"/id": N}),
    "a member below a member": (lambda o: o["customer"]["name"], {"/customer": N, "/customer/name": N}),
    "a member with a way out": (lambda o: o.get("id"), {"/id": O}),
    "a member that is asked for": (lambda o: "id" in o, {"/id": O}),
    "a member that was asked for before": (lambda o: "id" in o and o["id"], {"/id": O}),
    "a member that was got before": (lambda o: o.get("id") and o["id"], {"/id": O}),
    "a member that is not there": (lambda o: _swallow(lambda: o["nope"]), {"/nope": O}),
    "pop": (lambda o: o.pop("id"), {"/id": N}),
    "pop with a default": (lambda o: o.pop("id", 1), {"/id": O}),
    "setdefault": (lambda o: o.setdefault("id", 1), {"/id": O}),
    "del": (lambda o: operator.delitem(o, "id"), {"/id": N}),
    "what was put there is no answer": (lambda o: [operator.setitem(o, "id", 3), o["id"]], {"": W}),
    "what is added is no answer": (lambda o: [o.update(new={}), o["new"]["x"] if o["new"] else 0], {"": W}),
    "an object that goes nobody knows where": (lambda o: o["customer"], {"/customer": N, "/customer/*": W}),
    "iteration": (list, {"/*": O, "/customer": W, "/lines": W, "/tags": W}),
    "after iteration nothing is a surprise": (
        lambda o: [o[name] for name in o if name == "id"], {"/*": O, "/customer": W, "/lines": W, "/tags": W}),
    "items, and what is below notes by itself": (
        lambda o: [value["name"] for name, value in o.items() if name == "customer"],
        {"/*": O, "/customer/name": N, "/lines": W, "/tags": W}),
    "the only member decides whether there is one": (lambda o: bool(o["customer"]), {"/customer": N, "/customer/*": W}),
    "two stars": (lambda o: dict(**o["customer"]), {"/customer": N, "/customer/*": O}),
    "dict": (lambda o: dict(o["customer"]), {"/customer": N, "/customer/*": O}),
    "merged": (lambda o: {"a": 1} | o["customer"], {"/customer": N, "/customer/*": O}),
    "merged into": (lambda o: o["customer"] | {"a": 1}, {"/customer": N, "/customer/*": O}),
    "update of another": (lambda o: {}.update(o["customer"]), {"/customer": N, "/customer/*": O}),
    "an object's length": (lambda o: len(o["customer"]), {"/customer": N, "/customer/*": O}),
    "a copy notes below": (lambda o: o.copy()["customer"]["name"],
        {"/*": O, "/customer/name": N, "/lines": W, "/tags": W}),
    "copy.copy": (lambda o: copy.copy(o["customer"]), {"/customer": N, "/customer/*": O}),
    "copy.deepcopy": (lambda o: copy.deepcopy(o["customer"]), {"/customer": N, "/customer/*": W}),
    "pickle": (lambda o: pickle.dumps(o["customer"]), {"/customer": N, "/customer/*": W}),
    "equality": (lambda o: o["customer"] == {}, {"/customer": N, "/customer/*": W}),
    "equality from the other side": (lambda o: operator.eq({}, o["customer"]), {"/customer": N, "/customer/*": W}),
    "equality inside of a list": (lambda o: operator.eq([{}], [o["customer"]]), {"/customer": N, "/customer/*": W}),
    "repr": (lambda o: repr(o["customer"]), {"/customer": N, "/customer/*": W}),
    "a message": (lambda o: f"{o['customer']}", {"/customer": N, "/customer/*": W}),
    "json": (json.dumps, {"/*": O, "/customer/*": O, "/lines/*": O, "/lines/*/*": O, "/tags/*": O}),
    "json, pretty": (
        lambda o: json.dumps(o, indent=1, sort_keys=True),
        {"/*": O, "/customer/*": O, "/lines/*": O, "/lines/*/*": O, "/tags/*": O}),
    "match": (_match, {"/*": O, "/id": O, "/customer": O, "/customer/name": O, "/customer/*": O}),
    "match with the rest": (_match_rest, {"/*": O, "/id": O, "/customer": W, "/lines": W, "/tags": W}),
    "an item": (lambda o: o["lines"][0]["sku"], {"/lines": N, "/lines/*": N, "/lines/*/sku": N}),
    "the last item": (lambda o: o["lines"][-1]["sku"], {"/lines": N, "/lines/*": N, "/lines/*/sku": N}),
    "an item that is not there": (lambda o: _swallow(lambda: o["lines"][9]), {"/lines": N, "/lines/*": O}),
    "every item": (lambda o: [line["sku"] for line in o["lines"]], {"/lines": N, "/lines/*": O, "/lines/*/sku": N}),
    "a slice": (lambda o: o["lines"][:1][0]["sku"], {"/lines": N, "/lines/*": O, "/lines/*/sku": N}),
    "unpacked": (_unpack, {"/lines": N, "/lines/*": O, "/lines/*/sku": N}),
    "reversed": (lambda o: next(reversed(o["lines"]))["n"], {"/lines": N, "/lines/*": O, "/lines/*/n": N}),
    "sorted by a member": (
        lambda o: sorted(o["lines"], key=operator.itemgetter("n")), {"/lines": N, "/lines/*": O, "/lines/*/n": N}),
    "sorted in place": (lambda o: o["lines"].sort(key=operator.itemgetter("n")),
        {"/lines": N, "/lines/*": W, "/lines/*/n": N}),
    "a list's length": (lambda o: len(o["lines"]), {"/lines": N, "/lines/*": O}),
    "whether there are any": (lambda o: bool(o["lines"]), {"/lines": N, "/lines/*": O}),
    "joined": (lambda o: "".join(o["tags"]), {"/tags": N, "/tags/*": O}),
    "one of": (lambda o: "x" in o["tags"], {"/tags": N, "/tags/*": W}),
    "lists added": (lambda o: [1] + o["tags"], {"/tags": N, "/tags/*": O}),
    "a list added": (lambda o: o["tags"] + [1], {"/tags": N, "/tags/*": O}),
    "extended by": (lambda o: [].extend(o["tags"]), {"/tags": N, "/tags/*": O}),
    "what is appended is no answer": (lambda o: [o["tags"].append({}), len(o["tags"][2])], {"/tags": N, "/tags/*": O}),
    "a popped item": (lambda o: o["lines"].pop()["sku"], {"/lines": N, "/lines/*": N, "/lines/*/sku": N}),
    "a format": (lambda o: "%(id)s" % o, {"/id": N}),  # noqa: UP031 - the sign is what is tried
    "a format map": ("{id}".format_map, {"/id": N}),
    "a template": (lambda o: string.Template("$id").substitute(o), {"/id": N}),
    "itemgetter": (operator.itemgetter("id", "note"), {"/id": N, "/note": N}),
    "a mapping proxy": (lambda o: types.MappingProxyType(o)["id"], {"/id": N}),
    "a chain": (lambda o: collections.ChainMap({}, o)["id"], {"/id": N}),
    "a namespace": (lambda o: types.SimpleNamespace(**o["customer"]), {"/customer": N, "/customer/*": O}),
    "a partial": (lambda o: functools.partial(dict, **o["customer"]), {"/customer": N, "/customer/*": O}),
    "an ordered dict": (lambda o: collections.OrderedDict(o["customer"]), {"/customer": N, "/customer/*": O}),
    "a default dict": (lambda o: collections.defaultdict(int, o["customer"]), {"/customer": N, "/customer/*": O}),
    "a data class": (
        lambda o: dataclasses.make_dataclass("C", ["name", "city"])(**o["customer"]),
        {"/customer": N, "/customer/*": O}),
    "SQL by name": (_bound, {"/id": N}),
    "SQL by place": (
        lambda o: sqlite3.connect(":memory:").execute("select ?, ?", o["tags"]).close(), {"/tags": N, "/tags/*": N}),
    "a row of CSV": (lambda o: csv.writer(io.StringIO()).writerow(o["tags"]), {"/tags": N, "/tags/*": O}),
    "a query": (lambda o: urllib.parse.urlencode(o["customer"]), {"/customer": N, "/customer/*": O}),
    "a set": (lambda o: set(o["tags"]), {"/tags": N, "/tags/*": O}),
    "a tuple": (lambda o: tuple(o["tags"]), {"/tags": N, "/tags/*": O}),
    "chained": (lambda o: list(itertools.chain(o["tags"])), {"/tags": N, "/tags/*": O}),
    "a place in order": (lambda o: bisect.bisect(o["tags"], "x"), {"/tags": N, "/tags/*": N}),
    "eval": (lambda o: eval("id", {}, o), {"/id": N}),  # noqa: S307 - how code reads names
    "the largest": (lambda o: max(o["tags"]), {"/tags": N, "/tags/*": O}),
    "whether there are any members": (bool, {"": W}),
}  # fmt: skip


@pytest.mark.parametrize("name", READINGS)
def test_what_is_noted(name: str) -> None:
    """Each way to read is noted as the table says, and by itself leaves no trace elsewhere."""
    read, expected = READINGS[name]
    order, seen = answer(copy.deepcopy(ORDER))
    read(order)
    assert seen.root.reads() == expected


TWINS: dict[str, Callable[[Any], object]] = {
    **{name: read for name, (read, _) in READINGS.items() if name not in ("a partial", "a data class", "SQL by place")},
    "hash of an object": hash,
    "hash of a list": lambda o: hash(o["tags"]),
    "a wrong index": lambda o: o["tags"]["x"],
    "a list as a name": lambda o: o[[]],
    "a list as a name that is asked for": lambda o: [] in o,
    "no such attribute": lambda o: o.nope,
    "an attribute cannot be set": lambda o: setattr(o, "nope", 1),
    "no variables": vars,
    "called": lambda o: o(),
    "compared by size": lambda o: o < o,
    "lists compared": lambda o: [o["tags"] < ["z"], o["tags"] <= [], o["tags"] > [], o["tags"] >= ["x"]],
    "added to a number": lambda o: o + 1,
    "a list added to a number": lambda o: o["tags"] + 1,
    "a tuple and a list": lambda o: (1,) + o["tags"],
    "a number and a list": lambda o: 1 + o["tags"],
    "a list many times": lambda o: [o["tags"] * 2, 2 * o["tags"]],
    "type's name": lambda o: [type(o).__name__, type(o["tags"]).__name__, repr(type(o)), type(o).__module__],
    "is an instance": lambda o: [isinstance(o, dict), isinstance(o["tags"], list), issubclass(type(o), dict)],
    "made anew": lambda o: [type(type(o)([("a", 1)])), type(type(o["tags"])("ab")), type(type(o).fromkeys("ab"))],
    "identity": lambda o: [o["customer"] is o["customer"], o["lines"][0] is o["lines"][0], o.get("tags") is o["tags"]],
    "identity of values": lambda o: [value is o[name] for name, value in o.items()],
    "changed below": lambda o: [operator.setitem(o["customer"], "name", 1), o["lines"][0].clear(), o],
    "get without a name": lambda o: o.get(),
    "pop of nothing": lambda o: o.pop(),
    "too many": lambda o: o.get(1, 2, 3),
    "changed while iterated": lambda o: [o.pop(name) for name in o],
    "views": lambda o: [o.keys() & {"id"}, str(o.keys()), len(o.values()), ("id", 7) in o.items()],
    "asdict": lambda o: dataclasses.asdict(dataclasses.make_dataclass("C", ["order"])(o)),
    "weak references": lambda o: __import__("weakref").ref(o),
    "pickled": lambda o: pickle.loads(pickle.dumps(o)),  # noqa: S301 - our own
    "pickled by the oldest protocol": lambda o: pickle.loads(pickle.dumps(o, 0)),  # noqa: S301 - our own
    "type of what was pickled": lambda o: type(pickle.loads(pickle.dumps(o))["customer"]),  # noqa: S301 - our own
    "type of a deep copy": lambda o: [type(copy.deepcopy(o)), type(copy.deepcopy(o)["lines"][0])],
    "a deep copy of a circle": lambda o: [operator.setitem(o, "o", o), (c := copy.deepcopy(o))["o"] is c],
    "inserted and removed": lambda o: [o["tags"].insert(0, "z"), o["tags"].remove("y"), o["tags"]],
    "extended and reversed": lambda o: [o["tags"].extend("ab"), o["tags"].reverse(), o["tags"]],
    "added in place": lambda o: [o["tags"].__iadd__(["q"]), o["tags"].__imul__(2), o["tags"]],
    "merged in place": lambda o: [o.__ior__({"q": {}}), o],
    "merged in place with a number": lambda o: o.__ior__(1),
    "an item replaced": lambda o: [operator.setitem(o["tags"], slice(0, 1), "ab"), operator.delitem(o["tags"], 0), o],
    "sorted": lambda o: [o["tags"].sort(reverse=True), o["tags"].index("x"), o["tags"].count("x"), o["tags"].copy()],
    "popitem": lambda o: [o.popitem(), o],
    "cleared": lambda o: [o.clear(), o, bool(o), o.setdefault("id", {"x": 1})["x"], o["id"]],
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_nobody_can_tell(name: str) -> None:
    """Results and errors, with their messages, are those of plain objects and lists."""
    plain = _come_to(TWINS[name], copy.deepcopy(ORDER))
    order, _ = answer(copy.deepcopy(ORDER))
    assert _come_to(TWINS[name], order) == plain


def _come_to(read: Callable[[Any], object], order: Any) -> tuple[str, object]:
    try:
        result = read(order)
    except Exception as error:
        return type(error).__name__, str(error)
    shown = _shown(result)
    if isinstance(shown, type) and issubclass(shown, dict | list):
        shown = shown.__mro__[-2]
    return "result", shown


def _shown(result: object) -> object:
    """Deep, and by the names of types, so that only what a program can see is compared."""
    if isinstance(result, dict):
        return type(result).__name__, [(name, _shown(value)) for name, value in dict.items(result)]
    if isinstance(result, list | tuple):
        return type(result).__name__, [_shown(value) for value in list(result)]
    return result if isinstance(result, str | int | bool | type(None) | set) else type(result).__name__


def test_nothing_of_a_place_that_has_no_room_is_claimed() -> None:
    """Beyond the number of places that are told apart, all of the answer counts as read."""
    big, seen = answer({f"n{number}": number for number in range(3000)})
    for number in range(2500):
        assert big[f"n{number}"] == number
    reads = seen.root.reads()
    assert reads[""] is W
    assert len(reads) <= 2001


@pytest.mark.parametrize("name", ["\ud800", "x" * 300])
def test_a_name_that_cannot_be_told(name: str) -> None:
    """A member whose name cannot be written or is endless makes all of its object count as read."""
    odd, seen = answer({name: 1, "id": 2})
    assert odd[name] == 1
    assert seen.root.reads() == {"": W}


def test_steps_are_escaped() -> None:
    """A pointer's steps are spelled as RFC 6901 wants them."""
    odd, seen = answer({"a/b~c": 1})
    assert odd["a/b~c"] == 1
    assert seen.root.reads() == {"/a~1b~0c": N}


def test_a_deep_answer_ends_in_whole() -> None:
    """Nesting beyond all reason is noted as read to the end, and breaks nothing."""
    deep: Any = 1
    for _ in range(500):
        deep = {"a": deep}
    handed, seen = answer(deep)
    for _ in range(500):
        handed = handed["a"]
    assert handed == 1
    reads = seen.root.reads()
    assert W in reads.values()
    assert len(reads) < 100
