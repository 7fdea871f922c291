"""What the fixture ``driftwatch`` gives to tests and fixtures."""

from collections.abc import Callable

from driftwatch.model.use import Touch
from driftwatch.plugin.address import cleaned
from driftwatch.plugin.recorder import Recorder


class Consumer:
    """Tells of mocks that nobody could see otherwise. No call of it can fail a test."""

    def __init__(self, recorder: Recorder, name_server: Callable[[str, str], None]) -> None:
        self._recorder = recorder
        self._name_server = name_server

    def server(self, kind: str, url: str) -> None:
        """A server of mocks that tests ask from now on: ``wiremock``, ``mountebank`` or ``mockserver``, and where."""
        self._name_server(kind, url)

    def note(
        self, tool: str, *, file: str = "", pointer: str = "", mock_id: str = "", name: str = "", method: str = "",
        url: str = "",
    ) -> None:  # fmt: skip
        """The running test has met a mock of a tool that driftwatch does not know; see ``Touch`` for the fields."""
        self._recorder.note(Touch(tool, file, pointer, mock_id, name, method.upper(), cleaned(url)))
