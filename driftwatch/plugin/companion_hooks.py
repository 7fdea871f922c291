"""Calls the companions of a run; pytest is told of these hooks only where there are any."""

from collections.abc import Generator, Mapping

import pytest

from driftwatch.plugin.companion import Companion, Desk


class CompanionHooks:
    """What pytest calls for them. Their errors are swallowed one by one."""

    def __init__(self, companions: Mapping[str, Companion], desk: Desk) -> None:
        self._companions = companions
        self._recorder = desk.recorder
        self._guarded = desk.troubles.guarded

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A test begins, or begins again."""
        for companion in tuple(self._companions.values()):
            with self._guarded():
                companion.begins(item, self._recorder.running)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A phase is over, and pytest and its plugins have said what came of it."""
        report = yield
        for companion in tuple(self._companions.values()):
            with self._guarded():
                if report.when == "call":
                    companion.called(item, self._recorder.running, report)
                elif report.when == "teardown":
                    companion.ends(item, self._recorder.running)
        return report
