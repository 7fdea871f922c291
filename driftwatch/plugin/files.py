"""Mock files that tests open themselves, by ``open``, ``io.open`` or what rests on these, as ``pathlib`` does.

Both names mean another object while tests run, one that calls the real ``open`` and then tells. An audit hook (PEP
578) would leave them alone, and cost more: it cannot be taken away, and Python calls it at every ``id()``, a hundred
times in a short test, each of which then takes many times as long (measured with Python 3.11); ``copy.deepcopy`` calls
two for each object. Where no folder of mocks is known, nothing is replaced.
"""

import builtins
import functools
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from driftwatch.model.use import Touch
from driftwatch.plugin.address import absolute
from driftwatch.plugin.errors import Troubles
from driftwatch.plugin.notes import FILE
from driftwatch.plugin.patches import Patches

_CHANGING: Final = frozenset("wax+")
"""Signs in the mode of a file that is not, or not only, read."""
_CODE: Final = (".py", ".pyc", ".pyi")
"""No mocks, wherever they stand."""


class MockFiles:
    """Hears of files below some folders that are opened to be read."""

    def __init__(self, places: Iterable[Path], note: Callable[[Touch], None], troubles: Troubles) -> None:
        self._starts: dict[str, str] = {}
        """How paths of mocks begin, as written and with links followed: what they are known by."""
        for place in places:
            end = os.sep if place.is_dir() else ""
            written = os.path.normpath(place.absolute()) + end
            self._starts[written] = written
            self._starts.setdefault(os.path.realpath(place) + end, written)
        self._note = note
        self._troubles = troubles
        self._quiet = threading.local()

    @property
    def is_watching(self) -> bool:
        """Whether there is any folder of mocks."""
        return bool(self._starts)

    def listen(self, patches: Patches) -> None:
        """Begin. Nothing is replaced where there are no mocks."""
        if not self._starts:
            return
        if sys.flags.warn_default_encoding:  # which blames the caller of open, and that would be us
            self._troubles.lose("files that tests open themselves are not noted under -X warn_default_encoding")
            return
        opener = _Open(builtins.open, self._opened, self._troubles)
        patches.put(builtins, "open", opener)
        patches.put(io, "open", opener)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What this thread opens meanwhile is a library's own affair, or ours."""
        before = getattr(self._quiet, "on", False)
        self._quiet.on = True
        try:
            yield
        finally:
            self._quiet.on = before

    def _opened(self, path: object, mode: str) -> None:
        if not isinstance(path, str | bytes | os.PathLike) or not _CHANGING.isdisjoint(mode):
            return
        try:
            whole = absolute(path)
        except OSError:  # the folder one is in is gone
            return
        for start, written in self._starts.items():
            if whole.startswith(start) and (start.endswith(os.sep) or whole == start):
                if not whole.endswith(_CODE) and not getattr(self._quiet, "on", False):
                    self._note(Touch(FILE, written + whole[len(start) :]))
                return


class _Open:
    """Stands for ``open``. No function: as a member of a class, a function would be given the object first."""

    def __init__(self, real: Callable[..., Any], hear: Callable[[object, str], None], troubles: Troubles) -> None:
        functools.update_wrapper(self, real)
        self._real = real
        self._hear = hear
        self._troubles = troubles

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        stream = self._real(*args, **kwargs)
        try:
            path = args[0] if args else kwargs["file"]
            self._hear(path, args[1] if len(args) > 1 else kwargs.get("mode", "r"))
        except Exception as error:
            self._troubles.swallow(error)
        return stream

    def __repr__(self) -> str:
        return repr(self._real)

    def __reduce__(self) -> str:
        return "open"
