"""In the process that starts workers of xdist: what they send comes together here."""

from collections.abc import Mapping
from typing import Any

import pytest

from driftwatch.plugin.choices import for_worker
from driftwatch.plugin.companion import Companion, Desk
from driftwatch.plugin.gathering import Gathering
from driftwatch.plugin.hooks import LATE
from driftwatch.plugin.wholeness import Wholeness
from driftwatch.plugin.wire import ATTRIBUTE, unpacked


class DistributionHooks:
    """Hears reports as they come, so that a worker that crashes takes nothing with it but the test it ran."""

    def __init__(
        self, desk: Desk, companions: Mapping[str, Companion], gathering: Gathering, wholeness: Wholeness
    ) -> None:
        self._desk = desk
        self._companions = companions
        self._gathering = gathering
        self._wholeness = wholeness

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker is about to start."""
        node.workerinput.update(for_worker(self._desk.choices))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be imported leaves its tests out."""
        if report.failed:
            self._wholeness.break_up()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase is over; what came with its report is taken off before anybody else sees it."""
        with self._desk.troubles.guarded():
            test, touches = vars(report).pop(ATTRIBUTE, None) or (self._crashed(report.nodeid), [])
            self._gathering.report(test, report)
            self._gathering.add(test, unpacked(touches))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended; one that crashed has left nothing, and what its last test met nobody knows."""
        sent = getattr(node, "workeroutput", {}).get(LATE)
        if not sent:
            self._wholeness.break_up()
            return
        with self._desk.troubles.guarded():
            for test, touches in sent["late"]:
                self._gathering.add(test, unpacked(touches))
            self._wholeness.count(sent["collected"])
            if not sent["is_whole"]:
                self._wholeness.break_up()
            for sentence in sent["troubles"]:
                self._desk.troubles.tell(sentence)
        for name, message in sent["sent"].items():
            if name in self._companions:
                with self._desk.troubles.guarded():
                    self._companions[name].receives(message)

    def _crashed(self, name: str) -> str:
        """The test that a worker crashed in, without the ``@group`` of ``--dist loadgroup``."""
        before, _, group = name.rpartition("@")
        is_grouped = self._desk.config.getoption("dist") == "loadgroup"
        return before if is_grouped and before and "]" not in group else name
