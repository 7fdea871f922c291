"""VCR.py: cassettes, files of recorded exchanges.

Facts from VCR.py 9.4.2: whatever client asks, ``Cassette.play_response`` hands out the answer, one of ``data``;
``_load`` fills ``data`` from the file in its order, through hooks that may leave entries out or change them; ``append``
is also how a new exchange is recorded. ``_save`` may write other entries than were read (``drop_unused_requests``,
record mode ``all``).
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final
from weakref import WeakKeyDictionary

from driftwatch.plugin.address import absolute
from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers
from driftwatch.plugin.libraries.cassettes import Sections, counted, is_loading

_TOOL: Final = "vcr"

Place = tuple[str, str]
"""A file and a pointer; the pointer is empty where the entry's number in the file is not sure."""


class _Shelf:
    """Where the entries of each open cassette stand."""

    def __init__(self) -> None:
        self._places: WeakKeyDictionary[Any, list[Place]] = WeakKeyDictionary()
        self._files: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def loaded(self, cassette: Any, sections: Sections) -> None:
        """A cassette was read, from one file or several one after the other."""
        self._files[cassette] = file = _path(cassette)
        is_sure = sum(count for _, count in sections) == len(cassette.data)
        if is_sure and not getattr(cassette, "drop_unused_requests", False):
            entries = [(path, number) for path, count in sections for number in range(count)]
            self._places[cassette] = [(path, f"/interactions/{number}") for path, number in entries]
        elif len({path for path, _ in sections}) <= 1:
            self._places[cassette] = [(file, "")] * len(cassette.data)
        else:
            self._places[cassette] = [("", "")] * len(cassette.data)

    def place(self, cassette: Any, response: object) -> Place:
        """Where an answer stands that was just played."""
        places = self._places.get(cassette, ())
        for number, (_, recorded) in enumerate(cassette.data):
            if recorded is response and number < len(places):
                return places[number]
        return self.file(cassette), ""

    def file(self, cassette: Any) -> str:
        """The file that new exchanges are written to."""
        return self._files.get(cassette) or _path(cassette)


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:
    """Hear of what is loaded, played and recorded."""
    shelf = _Shelf()

    def played(response: object, cassette: Any, request: Any, *_: object) -> None:
        answers.from_file(_TOOL, *shelf.place(cassette, response), request.method, request.uri)

    def loading(original: Callable[..., Any]) -> Callable[..., Any]:
        def load(cassette: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with desk.files.quiet(), counted(cassette) as sections:
                answer = original(cassette, *args, **kwargs)
            with desk.troubles.guarded():
                shelf.loaded(cassette, sections)
            return answer

        return load

    def recording(original: Callable[..., Any]) -> Callable[..., Any]:
        def append(cassette: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            if is_loading():
                return original(cassette, request, *args, **kwargs)
            before = len(cassette.data)
            answer = original(cassette, request, *args, **kwargs)
            with desk.troubles.guarded():
                if len(cassette.data) > before:
                    answers.from_file(_TOOL, shelf.file(cassette), "", request.method, request.uri)
            return answer

        return append

    desk.patches.after(module.Cassette, "play_response", played)
    desk.patches.replace(module.Cassette, "_load", loading)
    desk.patches.replace(module.Cassette, "append", recording)


def _path(cassette: Any) -> str:
    return absolute(cassette._path)  # noqa: SLF001 - `path` came later
