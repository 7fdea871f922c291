"""What the fixture ``driftwatch`` gives to tests and fixtures."""

from collections.abc import Callable

from driftwatch.model.use import LONGEST, Touch
from driftwatch.plugin.address import cleaned
from driftwatch.plugin.errors import Troubles
from driftwatch.plugin.recorder import Recorder


class Consumer:
    """Tells of mocks that nobody could see otherwise. No call of it can fail a test."""

    def __init__(self, recorder: Recorder, troubles: Troubles, name_server: Callable[[str, str], None]) -> None:
        self._recorder = recorder
        self._troubles = troubles
        self._name_server = name_server

    def server(self, kind: str, url: str) -> None:
        """A server of mocks that tests ask from now on: ``wiremock``, ``mountebank`` or ``mockserver``, and where."""
        self._name_server(kind, url)

    def note(
        self, tool: str, *, file: str = "", pointer: str = "", mock_id: str = "", name: str = "", method: str = "",
        url: str = "",
    ) -> None:  # fmt: skip
        """The running test has met a mock of a tool that driftwatch does not know; see ``Touch`` for the fields."""
        told = [str(text or "") for text in (tool, file, pointer, mock_id, name, method, url)]
        tool, file, pointer, mock_id, name, method, url = told
        if not any(told[1:]):
            self._troubles.tell("`driftwatch.note` was told of no mock: give it a file, a name, or a method and a URL")
        elif max(map(len, told[:-1])) > LONGEST:
            self._troubles.tell(f"`driftwatch.note` was told more than {LONGEST:,} characters of a mock")
        else:
            self._recorder.note(Touch(tool, file, pointer, mock_id, name, method.upper(), cleaned(url)))
