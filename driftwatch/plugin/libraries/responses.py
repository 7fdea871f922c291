"""``responses``: mocks for requests, in code or loaded from a file of its recorder.

Facts from responses 0.26.3: ``RequestsMock._on_request`` asks ``_find_match`` once for each request, and a match that
does not pass the request through answers it, be it by raising. ``_add_from_file`` adds the entries of the file's list
``responses`` in their order; the module holds a bound copy of it.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from driftwatch.plugin.address import absolute
from driftwatch.plugin.companion import Desk
from driftwatch.plugin.libraries.answers import Answers, as_bytes

_TOOL: Final = "responses"
_PLACE: Final = "_driftwatch_place"
"""Marks a mock with the file and pointer that it was loaded from."""


def install(module: ModuleType, desk: Desk, answers: Answers) -> None:
    """Hear of matches, and of files that are loaded."""

    def matched(found: tuple[Any, object], _: object, request: Any, *__: object) -> None:
        mock = found[0]
        if mock is None or getattr(mock, "passthrough", False):
            return
        place: tuple[str, str] | None = getattr(mock, _PLACE, None)
        if place is None:
            answers.from_code(_TOOL, request.method, request.url, lambda: as_bytes(getattr(mock, "body", None)))
        else:
            answers.from_file(_TOOL, *place, request.method, request.url)

    def loading(original: Callable[..., Any]) -> Callable[..., Any]:
        def add_from_file(mocker: Any, file_path: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            before = {id(one) for one in mocker.registered()}
            with desk.files.quiet():
                answer = original(mocker, file_path, *args, **kwargs)
            with desk.troubles.guarded():
                file = absolute(file_path)
                new = [one for one in mocker.registered() if id(one) not in before]
                for number, mock in enumerate(new):
                    setattr(mock, _PLACE, (file, f"/responses/{number}"))
            return answer

        return add_from_file

    desk.patches.after(module.RequestsMock, "_find_match", matched)
    desk.patches.replace(module.RequestsMock, "_add_from_file", loading)
    desk.patches.rebind(module, "_add_from_file")
