"""Compiled packages that may read past the notes are noticed, whoever loads them and when."""

import builtins
import sys
from collections.abc import Callable
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from driftwatch.plugin.reading.past import HARMLESS, Past


def a_module(name: str, origin: str) -> ModuleType:
    """One that is loaded from there."""
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None, origin=origin)
    return module


COMPILED: Final = EXTENSION_SUFFIXES[0]
ROWS: Final[dict[str, tuple[ModuleType, bool]]] = {
    "an unknown one": (a_module("swift_json", f"/x/swift_json{COMPILED}"), True),
    "a part of an unknown one": (a_module("swift.json._core", f"/x/_core{COMPILED}"), True),
    "one that has nothing to do with answers": (a_module("charset_normalizer.md", f"/x/md{COMPILED}"), False),
    "one of CPython's own": (a_module("_json", f"/x/_json{COMPILED}"), False),
    "one in Python": (a_module("swift_json", "/x/swift_json.py"), False),
    "one without an origin": (ModuleType("swift_json"), False),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_loaded_module(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every compiled package of others counts, but for those that are known to be harmless."""
    module, counts = ROWS[name]
    past = Past()
    before = past.readers()
    monkeypatch.setitem(sys.modules, "tests_past_probe", module)
    found = set(past.readers()) - set(before)
    assert found == ({module.__name__.partition(".")[0]} if counts else set())


UNBOUND: Final[dict[str, bool]] = {
    "functools.reduce(dict.get, steps, order)": True,
    "rows = map(dict.values, orders)": True,
    "dict.get(order, 'total')": True,
    "list.__getitem__(orders, 0)": True,
    "self.__dict__ = order": True,
    "return dict.get(self, name)": False,
    "values = list(order.items())": False,
    "self.__dict__ = self": False,
    "self.__dict__ = dict(order)": False,
    "some_dict.get('total')": False,
    "self.dict.items()": False,
}


@pytest.mark.parametrize("line", UNBOUND)
def test_a_module_that_asks_dict_itself(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reading goes past the notes, and is seen in its source alone."""
    file = tmp_path / "shop.py"
    file.write_text(f"def read(order, orders):\n    {line}\n", encoding="utf-8")
    module = ModuleType("tests_past_shop")
    module.__file__ = str(file)
    past = Past()
    before = past.readers()
    monkeypatch.setitem(sys.modules, "tests_past_shop", module)
    assert set(past.readers()) - set(before) == ({"module tests_past_shop"} if UNBOUND[line] else set())


def test_no_known_reader_is_called_harmless() -> None:
    """What was seen to read past the notes, or could, is not on the list."""
    assert not HARMLESS & {"msgspec", "orjson", "pydantic_core", "ujson", "numpy", "pandas", "rapidjson", "msgpack"}


def _passing(real: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
    """Stands before an import, as pact-python does."""

    def __import__(*args: object, **kwargs: object) -> ModuleType:  # noqa: A001, N807 - as pact calls it
        return real(*args, **kwargs)

    return __import__


def test_who_uses_msgspec_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of this program may; whoever else asks for a name of it is noticed from then on."""
    import msgspec

    past = Past()
    past.watch()
    try:
        past._is_msgspec_used = False  # as the tests use it themselves
        exec("import msgspec; msgspec.convert", {"__name__": "driftwatch.some"})  # noqa: S102 - as a module of ours
        assert "msgspec" not in past.readers()
        monkeypatch.setattr(builtins, "__import__", _passing(builtins.__import__))
        exec("from msgspec import convert", {"__name__": "driftwatch.some"})  # noqa: S102 - as before
        assert "msgspec" not in past.readers()
        exec("from msgspec.json import encode", {"__name__": "shop.client"})  # noqa: S102 - as a module of others
        assert "msgspec" in past.readers()
    finally:
        past.stop()
    assert type(msgspec) is ModuleType


class _Odd:
    """Answers to any name, as some lazy modules do."""

    @property  # type: ignore[misc]  # as some proxies do
    def __class__(self) -> Any:
        raise RuntimeError("outside of a request")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_odd_modules_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands among the modules may be anything, and may refuse to answer."""
    monkeypatch.setitem(sys.modules, "tests_past_odd", _Odd())
    holder = ModuleType("tests_past_holder")
    holder.__dict__["odd"] = _Odd()
    monkeypatch.setitem(sys.modules, "tests_past_holder", holder)
    past = Past()
    past.watch()
    try:
        assert isinstance(past.readers(), tuple)
    finally:
        past.stop()
