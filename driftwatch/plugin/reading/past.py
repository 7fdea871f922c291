"""Compiled packages that read objects and lists past their methods, so that nothing is noted.

CPython's own do not, as far as answers get there (see ``objects``; ``heapq`` aside, which takes a whole list). Others
do: measured with orjson 3.11, ujson 5.11, msgspec 0.22 and pydantic 2.14 (dataclasses, ``from_attributes``,
``model_dump_json``). No list of them is ever whole. So every compiled package counts as one that does, unless it is
known to have nothing to do with answers. Where such a one is loaded, nothing is said to be unread.

Nor is it where Python code asks ``dict`` or ``list`` and not the object: ``reduce(dict.get, steps, answer)`` runs past
the object's own ``get``, as ``self.__dict__ = answer`` does, whose members are attributes from then on. Nothing tells
of that when it happens, so the source of what is loaded is searched for it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any, Final

HARMLESS: Final = frozenset({
    # bytes and text alone
    "Crypto", "_argon2_cffi_bindings", "_brotli", "_cffi_backend", "_zstd", "backports", "bcrypt", "brotli",
    "charset_normalizer", "cryptography", "lz4", "nacl", "regex", "snappy", "yaml", "zstandard",
    # connections, waiting and tracing
    "aiohttp", "coverage", "frozenlist", "gevent", "greenlet", "httptools", "multidict", "propcache", "psutil",
    "setproctitle", "uvloop", "websockets", "yarl", "zope",
    # what they are given they ask by its own methods
    "hypothesis", "jinja2", "markupsafe", "simplejson", "wrapt",
    # of others they load nothing but tests
    "_pytest", "pip", "pkg_resources", "pluggy", "pytest", "setuptools", "xdist",
})  # fmt: skip
"""By the first part of the name. yaml's representers are written in Python."""
MODULE: Final = "module "
"""Stands before the name of a module in Python, so that it is told from a compiled package."""
_UNBOUND: Final = re.compile(
    r"(?<![\w.`])(?:dict|list)\.(?:copy|get|items|keys|pop|popitem|setdefault|values|__(?:getitem|iter|reversed)__)\b"
    r"(?!\s*\(\s*(?:self|cls)?\s*[,)]|`)|\.__dict__ = (?!self\b|state\b)[A-Za-z_]\w*[ \t]*(?:#.*)?$"
)
"""A class of its own that asks ``dict.get(self, …)`` is another object, and ``state`` is what was pickled."""
_SIGNS: Final = (b"dict.", b"list.", b".__dict__ = ")
"""Without one of them there is nothing to search for."""
_LONGEST: Final = 1024 * 1024
"""Bytes of a module's source that are searched; longer ones are tables."""
_MSGSPEC: Final = "msgspec"
_OURS: Final = ("driftwatch", _MSGSPEC)
_IMPORTING: Final = ("__import__", "import_module")
_COMPILED: Final = tuple(EXTENSION_SUFFIXES)


class Past:
    """Looks through what is loaded."""

    def __init__(self) -> None:
        self._seen = 0
        self._found: dict[str, None] = {}
        self._searched: set[str] = set()
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
                    past._is_msgspec_used = _asking(sys._getframe(1)) not in _OURS  # noqa: SLF001 - who is the question
                return ModuleType.__getattribute__(self, name)

        for module in ours:
            if type(module) is ModuleType:
                module.__class__ = Noticed
                self._changed.append((module, ModuleType))

    def readers(self) -> tuple[str, ...]:
        """Those that are loaded now."""
        if len(sys.modules) != self._seen:
            self._seen = len(sys.modules)
            for key, module in tuple(sys.modules.items()):
                if (name := _compiled(module)) and name not in HARMLESS:
                    self._found[name] = None
                if key not in self._searched:
                    self._searched.add(key)
                    if _is_unbound(key, module):
                        self._found[MODULE + key] = None
        if self._is_msgspec_used:
            self._found["msgspec"] = None
        return tuple(self._found)

    def stop(self) -> None:
        """Put everything back."""
        for module, kind in self._changed:
            module.__class__ = kind
        self._changed.clear()


def _asking(frame: FrameType | None) -> str:
    """The package that asks; pact-python stands between it and an import, as whoever replaces ``__import__`` does."""
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package != "importlib" and frame.f_code.co_name not in _IMPORTING:
            return package
        frame = frame.f_back
    return ""


def _compiled(module: object) -> str:
    """The package of a compiled module of others, by the name that it was built under; else empty."""
    spec = _named_in(module).get("__spec__")
    origin = getattr(spec, "origin", None) if isinstance(spec, ModuleSpec) else None
    if not isinstance(origin, str) or not origin.endswith(_COMPILED):
        return ""
    name = str(getattr(spec, "name", "")).partition(".")[0]
    return "" if name in _OURS or name in sys.stdlib_module_names else name


def _is_unbound(key: str, module: object) -> bool:
    """Whether the source of a module of others reads objects by the methods of ``dict`` or ``list``."""
    package = key.partition(".")[0]
    if package in _OURS or package in HARMLESS or package in sys.stdlib_module_names:
        return False
    file = _named_in(module).get("__file__")
    if not isinstance(file, str) or not file.endswith(".py"):
        return False
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - a run of pytest loads a thousand
            source = stream.read(_LONGEST)
    except (OSError, ValueError):
        return False
    return any(_UNBOUND.search(line.decode("utf-8", "replace")) for sign in _SIGNS for line in _lines(source, sign))


def _lines(source: bytes, sign: bytes) -> Iterator[bytes]:
    """The lines that hold a sign; a search for it is ten times as fast as going through all lines."""
    place = source.find(sign)
    while place >= 0:
        begin = source.rfind(b"\n", 0, place) + 1
        end = source.find(b"\n", place)
        end = len(source) if end < 0 else end
        yield source[begin:end].removesuffix(b"\r")
        place = source.find(sign, end)


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
