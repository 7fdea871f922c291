"""How a run ends in the process that people see: the file is written, and what is to be said is said."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from driftwatch.plugin.companion import Companion, Desk
from driftwatch.plugin.gathering import Gathering
from driftwatch.plugin.usage_file import write
from driftwatch.plugin.wholeness import Wholeness


class Ending:
    """Not registered in workers of xdist."""

    def __init__(
        self,
        desk: Desk,
        companions: Mapping[str, Companion],
        gathering: Gathering,
        wholeness: Wholeness,
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._companions = companions
        self._gathering = gathering
        self._wholeness = wholeness
        self._now = now
        self._lines: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Everybody has finished: write, and let the companions look at all of it."""
        if session.config.getoption("collectonly", False):
            return
        with self._desk.troubles.guarded():
            is_whole = self._wholeness.of(session, exitstatus, len(self._gathering))
            self._gathering.is_whole = is_whole and not self._desk.troubles.has_lost
            record = self._gathering.record(self._desk.choices, self._now())
            try:
                write(record, self._desk.choices.usage)
            except OSError as error:
                reason = (error.strerror or type(error).__name__).lower()
                self._desk.troubles.tell(f"{self._desk.choices.usage} was not written: {reason}")
            for companion in self._companions.values():
                with self._desk.troubles.guarded():
                    companion.finishes(record)
                    self._lines.extend(companion.tells())
                if exitstatus == pytest.ExitCode.OK and companion.refuses():
                    session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """After pytest's own summary: what the companions say, then what went wrong."""
        for line in self._lines:
            terminalreporter.write_line(line)
        for sentence in self._desk.troubles.told:
            terminalreporter.write_line(f"driftwatch: {sentence}")
