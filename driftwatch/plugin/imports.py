"""Waits for libraries to be imported: whatever a suite never imports is never looked for, and costs nothing."""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from driftwatch.plugin.errors import Troubles

Install = Callable[[ModuleType], None]


class ImportWatch:
    """First of ``sys.meta_path``: finds nothing itself, and hears of the modules that it waits for."""

    def __init__(self, troubles: Troubles) -> None:
        self._awaited: dict[str, list[Install]] = {}
        self._troubles = troubles

    def add(self, name: str, install: Install) -> None:
        """Install into a module now if it is there, and again whenever it is executed."""
        self._awaited.setdefault(name, []).append(install)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
        if is_ready(module := sys.modules.get(name)):
            self._install(module, install)

    def close(self) -> None:
        """Hear nothing any more."""
        self._awaited.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders after this one find, with a loader that tells when it is done."""
        if name not in self._awaited:
            return None
        for finder in tuple(sys.meta_path):
            if finder is self:
                continue
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find else None
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _TellingLoader(spec.loader, self)
                return spec
        return None

    def loaded(self, module: ModuleType) -> None:
        """A module that was waited for is executed."""
        for install in tuple(self._awaited.get(module.__name__, ())):
            self._install(module, install)

    def _install(self, module: ModuleType | None, install: Install) -> None:
        if module is not None:
            with self._troubles.guarded():
                install(module)


def is_ready(module: ModuleType | None) -> bool:
    """Whether a module is there and not still being executed."""
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


class _TellingLoader(Loader):
    """The real loader; the module never sees this one, not even while it is executed."""

    def __init__(self, real: Loader, watch: ImportWatch) -> None:
        self._real = real
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the real one does."""
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the real one does; then tell."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._real
        module.__loader__ = self._real
        self._real.exec_module(module)
        self._watch.loaded(module)
