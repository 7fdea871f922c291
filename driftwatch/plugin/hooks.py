"""What pytest calls while tests run. Nothing that goes wrong here reaches a test."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any, Final

import pytest

from driftwatch.plugin.companion import COMPANIONS, Companion, Desk, joined
from driftwatch.plugin.companion_hooks import CompanionHooks
from driftwatch.plugin.consumer import Consumer
from driftwatch.plugin.gathering import Gathering
from driftwatch.plugin.wholeness import Wholeness
from driftwatch.plugin.wire import ATTRIBUTE, packed

LATE: Final = "driftwatch"
"""The key under which a worker of xdist sends what is left at its end."""
_LAST_PHASE: Final = "teardown"


class RunHooks:
    """In every process that runs tests: whose turn it is, and what is sent or gathered of it."""

    def __init__(self, desk: Desk, gathering: Gathering, wholeness: Wholeness) -> None:
        self._desk = desk
        self._recorder = desk.recorder
        self._troubles = desk.troubles
        self._gathering = gathering
        self._wholeness = wholeness
        self.companions: dict[str, Companion] = {}
        self.consumer = Consumer(desk.recorder, desk.troubles, self._name_server)

    def join(self, name: str) -> Companion | None:
        """Let a companion take part from now on; ``None`` if it cannot."""
        with self._troubles.guarded():
            if not self.companions:
                self._desk.config.pluginmanager.register(CompanionHooks(self.companions, self._desk))
            self.companions[name] = joined(name, self._desk)
            in_order = {one: self.companions[one] for one in COMPANIONS if one in self.companions}
            self.companions.clear()
            self.companions.update(in_order)
        return self.companions.get(name)

    def _name_server(self, kind: str, url: str) -> None:
        servers = self.companions.get("servers") or self.join("servers")
        if servers is not None:
            with self._troubles.guarded():
                servers.named(kind, url)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """A module, class or folder is collected."""
        self._recorder.collect(collector.nodeid)
        try:
            return (yield)
        finally:
            self._recorder.collected(collector.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be imported leaves its tests out."""
        if report.failed:
            self._wholeness.break_up()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Some are left out."""
        if items:
            self._wholeness.break_up()

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """A fixture is set up; pytest's own hook does it."""
        try:
            self._recorder.set_up(fixturedef)
        except Exception as error:
            self._troubles.swallow(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """A fixture is torn down, or was never set up."""
        try:
            self._recorder.torn_down(fixturedef)
        except Exception as error:
            self._troubles.swallow(error)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """One test from beginning to end, be it run once or again."""
        try:
            self._recorder.begin(name_of(item), item)
        except Exception as error:
            self._troubles.swallow(error)
        try:
            return (yield)
        finally:
            with self._troubles.guarded():
                self._recorder.end()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """An attempt begins; what an earlier one met stays."""
        try:
            self._recorder.rest()
        except Exception as error:
            self._troubles.swallow(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """The fixtures that were used are known now, and not for much longer."""
        try:
            self._recorder.inherit()
        except Exception as error:
            self._troubles.swallow(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase is over: gather what it tells, or send it with the report."""
        try:
            test = self._recorder.running or report.nodeid
            touches = tuple(self._recorder.take(test)) if report.when == _LAST_PHASE else ()
            if self._desk.choices.is_worker:
                setattr(report, ATTRIBUTE, [test, packed(touches)])
            else:
                self._gathering.report(test, report)
                self._gathering.add(test, touches)
        except Exception as error:
            self._troubles.swallow(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a worker: send what is left. Elsewhere ``Ending`` goes on."""
        for companion in self.companions.values():
            with self._troubles.guarded():
                companion.closes()
        rest = self._recorder.take_rest()
        if not self._desk.choices.is_worker:
            for test, touches in rest:
                self._gathering.add(test, touches)
            return
        sent: dict[str, object] = {}
        for name, companion in self.companions.items():
            with self._troubles.guarded():
                sent[name] = companion.sends()
        output: dict[str, object] = self._desk.config.workeroutput  # type: ignore[attr-defined]  # xdist's, in workers
        output[LATE] = {
            "late": [[test, packed(touches)] for test, touches in rest],
            "collected": session.testscollected,
            "is_whole": not (self._wholeness.is_broken or self._troubles.has_lost),
            "sent": sent,
            "troubles": list(self._troubles.told),
        }

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Put everything back."""
        stop(self._desk, self.companions.values())


def stop(desk: Desk, companions: Iterable[Companion]) -> None:
    """Nothing is heard any more, and what was replaced is put back."""
    desk.recorder.close()
    for companion in companions:
        with desk.troubles.guarded():
            companion.stops()
    with desk.troubles.guarded():
        desk.patches.undo()


def name_of(item: pytest.Item) -> str:
    """A test's node id, without the ``@group`` that xdist appends for ``--dist loadgroup``."""
    if not getattr(item.config.option, "loadgroup", False):
        return item.nodeid
    marks = item.iter_markers("xdist_group")
    groups = {str(mark.args[0] if mark.args else mark.kwargs.get("name", "default")) for mark in marks}
    return item.nodeid.removesuffix(f"@{'_'.join(sorted(groups))}") if groups else item.nodeid
