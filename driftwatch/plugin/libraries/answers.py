"""What a library tells when one of its mocks has answered."""

from collections.abc import Callable

from driftwatch.model.use import Touch
from driftwatch.plugin.address import cleaned
from driftwatch.plugin.bodies import Bodies, opened
from driftwatch.plugin.companion import Desk


class Answers:
    """Makes touches of answers."""

    def __init__(self, desk: Desk) -> None:
        self._note = desk.recorder.note
        self._files = desk.recorder.files
        self._is_watching = desk.files.is_watching
        self._quiet = desk.files.quiet
        self._bodies = Bodies(self._read)

    def from_file(self, tool: str, file: str, pointer: str, method: str, url: str) -> None:
        """A mock that stands in a file."""
        self._note(Touch(tool, file, pointer, method=method.upper(), url=cleaned(url)))

    def from_code(self, tool: str, method: str, url: str, body: Callable[[], bytes | None]) -> None:
        """A mock that stands in the test's code; its body may have been taken from a file that the test has opened."""
        touch = Touch(tool, method=method.upper(), url=cleaned(url))
        files = self._files() if self._is_watching else []
        content = body() if files else None
        places = tuple(self._bodies.places(content, files)) if content else ()
        for file, pointer in places:
            self._note(Touch(tool, file, pointer, method=touch.method, url=touch.url))
        if not places:
            self._note(touch)

    def _read(self, file: str) -> bytes | None:
        with self._quiet():
            return opened(file)


def as_bytes(body: object) -> bytes | None:
    """A body that is at hand as bytes or text; ``None`` for one that would have to be consumed."""
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else None
