"""Compiled packages that read objects and lists past their methods, so that nothing is noted.

CPython's own do not, as far as answers get there (see ``objects``; ``heapq`` aside, which takes a whole list). Others
do: measured with orjson 3.11, ujson 5.11, msgspec 0.22 and pydantic 2.14 (dataclasses, ``from_attributes``,
``model_dump_json``). No list of them is ever whole. So every compiled package counts as one that does, unless it is
known to have nothing to do with answers. Where such a one is loaded, nothing is said to be unread.
"""

import sys
from collections.abc import Mapping
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

HARMLESS: Final = frozenset({
    # bytes and text alone
    "Crypto", "_argon2_cffi_bindings", "_brotli", "_cffi_backend", "_zstd", "backports", "bcrypt", "brotli",
    "charset_normalizer", "cryptography", "lz4", "nacl", "regex", "snappy", "yaml", "zstandard",
    # connections, waiting and tracing
    "aiohttp", "coverage", "frozenlist", "gevent", "greenlet", "httptools", "multidict", "propcache", "psutil",
    "setproctitle", "uvloop", "websockets", "yarl", "zope",
    # what they are given they ask by its own methods
    "hypothesis", "markupsafe", "simplejson", "wrapt",
})  # fmt: skip
"""By the first part of the name. yaml's representers are written in Python."""
_MSGSPEC: Final = "msgspec"
_OURS: Final = ("driftwatch", _MSGSPEC)
_COMPILED: Final = tuple(EXTENSION_SUFFIXES)


class Past:
    """Looks through what is loaded."""

    def __init__(self) -> None:
        self._seen = 0
        self._found: dict[str, None] = {}
        self._is_msgspec_used = False
        self._changed: list[tuple[ModuleType, type[ModuleType]]] = []

    def watch(self) -> None:
        """Notice whether anybody else uses msgspec, which this program has loaded itself."""
        ours = [module for name, module in tuple(sys.modules.items()) if name.partition(".")[0] == _MSGSPEC]
        self._is_msgspec_used = _is_held()
        past = self

        class Noticed(ModuleType):
            def __getattribute__(self, name: str) -> Any:
                if name[:2] != "__" and not past._is_msgspec_used:
                    asking = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001 - who asks is the question
                    past._is_msgspec_used = str(asking).partition(".")[0] not in _OURS
                return ModuleType.__getattribute__(self, name)

        for module in ours:
            if type(module) is ModuleType:
                module.__class__ = Noticed
                self._changed.append((module, ModuleType))

    def readers(self) -> tuple[str, ...]:
        """Those that are loaded now."""
        if len(sys.modules) != self._seen:
            self._seen = len(sys.modules)
            for module in tuple(sys.modules.values()):
                if (name := _compiled(module)) and name not in HARMLESS:
                    self._found[name] = None
        if self._is_msgspec_used:
            self._found["msgspec"] = None
        return tuple(self._found)

    def stop(self) -> None:
        """Put everything back."""
        for module, kind in self._changed:
            module.__class__ = kind
        self._changed.clear()


def _compiled(module: object) -> str:
    """The package of a compiled module of others, by the name that it was built under; else empty."""
    spec = _named_in(module).get("__spec__")
    origin = getattr(spec, "origin", None) if isinstance(spec, ModuleSpec) else None
    if not isinstance(origin, str) or not origin.endswith(_COMPILED):
        return ""
    name = str(getattr(spec, "name", "")).partition(".")[0]
    return "" if name in _OURS or name in sys.stdlib_module_names else name


def _named_in(module: object) -> Mapping[str, object]:
    """The names of a module. What stands among the modules may be anything, and is never asked itself."""
    if not issubclass(type(module), ModuleType):
        return {}
    found: Mapping[str, object] = ModuleType.__getattribute__(module, "__dict__")
    return found


def _is_held() -> bool:
    """Whether a module of others has any of it under a name, or something that is made of it.

    Objects of others are not asked: some answer to any name, and some raise. A start has some 100,000 of them.
    """
    modules = [module for name, module in tuple(sys.modules.items()) if name.partition(".")[0] == _MSGSPEC]
    own = [value for module in modules for value in _named_in(module).values() if _is_own(value)]
    known, kinds = {id(value) for value in (*modules, *own)}, {value for value in own if isinstance(value, type)}
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] not in _OURS:
            values = tuple(_named_in(module).values())
            if not known.isdisjoint(map(id, values)) or not kinds.isdisjoint(map(type, values)):
                return True
    return False


def _is_own(value: object) -> bool:
    """Whether something that stands in a module of msgspec is its own."""
    is_named = isinstance(value, type | BuiltinFunctionType | FunctionType)
    return is_named and str(getattr(value, "__module__", "")).partition(".")[0] == _MSGSPEC
