"""All named servers: each is asked once a test, after the call and before its fixtures are torn down."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from driftwatch.model.use import Touch
from driftwatch.plugin.address import cleaned
from driftwatch.plugin.companion import Companion, Desk
from driftwatch.plugin.servers.admin import Admin
from driftwatch.plugin.servers.attribution import shared_out
from driftwatch.plugin.servers.calls import Call, Calls
from driftwatch.plugin.servers.mockserver import MockServerJournal
from driftwatch.plugin.servers.mountebank import MountebankJournal
from driftwatch.plugin.servers.served import Journal, Unanswered
from driftwatch.plugin.servers.wiremock import WireMockJournal

KINDS: Final[Mapping[str, Callable[[Admin], Journal]]] = {
    "mockserver": MockServerJournal,
    "mountebank": MountebankJournal,
    "wiremock": WireMockJournal,
}
_MOST: Final = 64
"""Servers that are asked; a fixture that names another one for every test shall leave the last ones."""
_MOST_DOUBTFUL: Final = 100_000


class _Server:
    """One of them."""

    def __init__(self, kind: str, url: str, *, is_lasting: bool) -> None:
        """Raises ``ValueError`` with what would be right."""
        self.is_lasting = is_lasting
        """It is there from the beginning to the end; else a fixture starts and stops it."""
        self.admin = Admin(url)
        self.journal = KINDS[kind](self.admin)
        self.label = f"{kind} at {cleaned(url)}"
        self.is_begun = False
        self.has_answered = False
        self.reason = ""
        """Why it did not answer the last time."""
        self.is_left = False
        """It is not asked any more."""
        self.is_seen = False
        """A call of this process was found in its journal."""
        self.doubtful: list[tuple[str, Touch]] = []


class Watch(Companion):
    """Asks the servers, and gives each test its share."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._servers: dict[tuple[str, str], _Server] = {}
        self._is_shared = desk.choices.is_worker and os.environ.get("PYTEST_XDIST_WORKER_COUNT", "2") != "1"
        self._calls = None if desk.is_controller else Calls(desk.patches)
        self._before: list[Call] = []
        self._is_told = False
        """Whether the running test has had its share."""
        if not desk.is_controller:
            desk.config.pluginmanager.register(self, "driftwatch-servers")
        for line in () if desk.is_controller else desk.choices.servers:
            kind, _, url = line.strip().partition(" ")
            self._add(kind, url.strip(), "driftwatch_servers", is_lasting=True)

    def named(self, kind: str, url: str) -> None:
        """A server is up now, and what it served before is nobody's."""
        server = self._add(kind, url, "driftwatch.server()", is_lasting=False)
        if server is not None:
            self._begin(server)

    def begins(self, item: pytest.Item, test: str) -> None:
        """What was called since the last test was looked at belongs to its tear-down."""
        del item, test
        self._is_told = False
        self._before += self._taken()
        for server in self._servers.values():
            self._begin(server)

    def called(self, item: pytest.Item, test: str, report: pytest.TestReport) -> None:
        """The one moment at which the journals are surely there."""
        del item, report
        self._tell(test)

    def ends(self, item: pytest.Item, test: str) -> None:
        """A test whose set-up failed was never called."""
        del item
        if not self._is_told:
            self._tell(test)

    def closes(self) -> None:
        """What could be of several tests is given to all of them, if nothing better has come to be known."""
        for server in self._servers.values():
            for test, touch in server.doubtful:
                self._desk.recorder.note(touch, test)
            if server.doubtful:
                self._desk.troubles.tell(
                    f"{server.label}: workers share it and no call to it was seen in them, so what it answered is told "
                    "of every test that ran meanwhile; give each worker a server of its own to know better"
                )
                server.doubtful.clear()
            if server.reason and not server.has_answered:
                self._complain(server)

    def stops(self) -> None:
        """Leave all of them."""
        for server in self._servers.values():
            server.admin.close()

    def _add(self, kind: str, url: str, where: str, *, is_lasting: bool) -> _Server | None:
        key = (kind.lower(), url)
        known = self._servers.get(key)
        if known is not None and not known.is_left:
            return known
        if key[0] not in KINDS:
            self._desk.troubles.lose(f"{where}: `{kind[:40]}` is no kind of server; write one of {', '.join(KINDS)}")
            return None
        try:
            server = _Server(*key, is_lasting=is_lasting)
        except ValueError as error:
            self._desk.troubles.lose(f"{where}: the URL of {key[0]} cannot be used: {error}")
            return None
        if len(self._servers) >= _MOST:
            oldest = next(iter(self._servers))
            self._servers.pop(oldest).admin.close()
        self._servers[key] = server
        return server

    def _begin(self, server: _Server) -> None:
        """What an older server has served is nobody's. One that is not up yet will have served nothing."""
        if server.is_begun or server.is_left:
            return
        server.is_begun = True
        try:
            server.journal.begin()
        except Unanswered as unanswered:
            self._note_failure(server, unanswered)
        else:
            server.has_answered = True

    def _tell(self, test: str) -> None:
        self._is_told = True
        for touch in self._news(test):
            self._desk.recorder.note(touch, test)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What a shared fixture is seen to ask for while it is set up belongs to every test that uses it."""
        result = yield
        if fixturedef.scope != "function" and self._desk.recorder.running and self._calls:
            with self._desk.troubles.guarded():
                for touch in self._news(self._desk.recorder.running):
                    self._desk.recorder.note_for(fixturedef, touch)
        return result

    def _news(self, test: str) -> Iterator[Touch]:
        """What mocks answered since the last time, as far as it is known to be the test's."""
        before, self._before = self._before, []
        during = self._taken()
        for server in list(self._servers.values()):
            if server.is_left:
                continue
            try:
                served = server.journal.served(during)
            except Unanswered as unanswered:
                self._note_failure(server, unanswered)
                continue
            server.has_answered, server.reason = True, ""
            share = shared_out(served, before, during, is_shared=self._is_shared)
            yield from (one.touch for one in share.own)
            server.is_seen = server.is_seen or share.is_seen
            if server.is_seen:
                server.doubtful.clear()
            elif len(server.doubtful) < _MOST_DOUBTFUL:
                server.doubtful += [(test, one.touch) for one in share.doubtful]

    def _taken(self) -> list[Call]:
        return self._calls.take() if self._calls is not None else []

    def _note_failure(self, server: _Server, unanswered: Unanswered) -> None:
        """A server that is not up yet may come; one that has gone is told of, unless a fixture has stopped it."""
        server.reason = unanswered.reason
        is_final, is_slow = unanswered.is_final, unanswered.is_slow
        is_gone = server.has_answered and not is_final and not is_slow
        server.is_left = is_final or (is_gone and not server.is_lasting)
        # what it could not tell in time must not be told of the next test
        server.is_begun = server.is_begun and not is_slow
        if is_final or is_slow or (is_gone and server.is_lasting):
            self._complain(server)

    def _complain(self, server: _Server) -> None:
        self._desk.troubles.lose(f"{server.label} did not tell which mocks answered: {server.reason}")
