"""Functions of other libraries, replaced while tests run and put back afterwards."""

import functools
import inspect
from collections.abc import Callable
from types import MethodType, ModuleType
from typing import Any, Final

from driftwatch.plugin.errors import Troubles
from driftwatch.plugin.imports import ImportWatch

Function = Callable[..., Any]
Hear = Callable[..., object]
"""Told the answer and then all that the function was called with."""
_MISSING: Final = object()


class Patches:
    """What was replaced, in order."""

    def __init__(self, troubles: Troubles) -> None:
        self._troubles = troubles
        self._replaced: list[tuple[Any, str, object, object]] = []
        self._imports = ImportWatch(troubles)

    def replace(self, owner: Any, name: str, wrap: Callable[[Function], Function]) -> None:
        """Put ``wrap(original)`` in the place of a function of a class or module.

        Its name, documentation and signature remain. Nothing is done where there is no such function.
        """
        original = inspect.getattr_static(owner, name, None)
        if not inspect.isfunction(original):
            self._troubles.lose(f"{getattr(owner, '__module__', '')} {owner.__name__} has no `{name}` that is known")
            return
        self.put(owner, name, functools.wraps(original)(wrap(original)))

    def put(self, owner: Any, name: str, value: object) -> None:
        """Put a value in the place of any attribute of a class or module, a property, say."""
        self._replaced.append((owner, name, vars(owner).get(name, _MISSING), value))
        setattr(owner, name, value)

    def after(self, owner: Any, name: str, hear: Hear) -> None:
        """Tell ``hear`` of every call of a function that returns, with what it returned."""
        troubles = self._troubles

        def wrap(original: Function) -> Function:
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True  # pytest shows failures as if this were not here
                answer = original(*args, **kwargs)
                try:
                    hear(answer, *args, **kwargs)
                except Exception as error:
                    troubles.swallow(error)
                return answer

            return wrapper

        self.replace(owner, name, wrap)

    def rebind(self, module: ModuleType, name: str) -> None:
        """Let a module's own name for a method that was replaced, bound when the module was made, mean the new one."""
        bound = vars(module).get(name)
        for _, _, original, wrapper in tuple(self._replaced):
            if isinstance(bound, MethodType) and bound.__func__ is original:
                new = MethodType(wrapper, bound.__self__)  # type: ignore[arg-type]  # a function, as it was wrapped
                self._replaced.append((module, name, bound, new))
                setattr(module, name, new)

    def when_imported(self, name: str, install: Callable[[ModuleType], None]) -> None:
        """Call ``install`` with a module now or, if it is not imported yet, right after it is."""
        self._imports.add(name, install)

    def undo(self) -> None:
        """Put everything back. Where somebody has replaced ours since, theirs stays; ours then only calls on."""
        self._imports.close()
        for owner, name, original, wrapper in reversed(self._replaced):
            if vars(owner).get(name) is not wrapper:
                continue
            if original is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
        self._replaced.clear()
