"""Which test is running, and what it meets.

pytest runs one test after the other in a process, so that what happens belongs to the test that runs, in whatever
thread or task it does. A pool that an earlier test began works for the one that uses it now. Three more hear of it:

- a fixture of a wider scope while it is set up or torn down: what it met belongs to every test that uses it, whichever
  of them happened to be the first or the last;
- a module, class or folder while it is collected: what was met by importing it belongs to every test below;
- a test that is over, if somebody who learns late names it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from driftwatch.model.use import Need, Touch
from driftwatch.plugin.address import cleaned
from driftwatch.plugin.notes import Notes

_OWN: Final = "function"


class Recorder:
    """What was met and is not yet told."""

    def __init__(self) -> None:
        self.running = ""
        """The name of the test that runs; empty outside of tests."""
        self.hearers: list[Callable[[Touch], object]] = []
        """Told of each touch in the thread or task in which it is noted."""
        self._item: pytest.Item | None = None
        self._notes = Notes()
        self._told: dict[str, Notes] = {}
        """By test, what is to be told with its next report."""
        self._setting_up: list[tuple[pytest.FixtureDef[Any], Notes]] = []
        self._fixtures: dict[int, tuple[pytest.FixtureDef[Any], Notes]] = {}
        self._users: dict[int, tuple[pytest.FixtureDef[Any], dict[str, None]]] = {}
        self._is_tearing_down = False
        self._torn_down: list[Touch] = []
        """Met since the last fixture was torn down: one is torn down now, and pytest says afterwards which one."""
        self._collecting: list[Notes] = []
        self._collected: dict[str, Notes] = {}
        self._is_open = True

    def note(self, touch: Touch, test: str = "") -> None:
        """A mock was met: by the test that runs, or by the one that is named."""
        if not self._is_open:
            return
        for hear in self.hearers:
            hear(touch)
        if test and test != self.running:
            self._told.setdefault(test, Notes()).add(touch)
        elif self._is_tearing_down:
            self._torn_down.append(touch)
        elif self.running:
            self._notes.add(touch)
            if self._setting_up:
                self._forget_done()
                for fixture, notes in self._setting_up:
                    notes.add(touch)
                    self._fixtures[id(fixture)] = (fixture, notes)
        elif self._collecting:
            self._collecting[-1].add(touch)

    def note_for(self, fixture: pytest.FixtureDef[Any], touch: Touch) -> None:
        """A shared fixture met a mock while it was set up, as somebody learns right after it."""
        if self._is_open:
            _, notes = self._fixtures.setdefault(id(fixture), (fixture, Notes()))
            notes.add(touch)

    def touches(self) -> tuple[Touch, ...]:
        """Of the running test so far, with those of the fixtures that it shares."""
        self._inherit()
        return tuple(self._notes)

    def touch_of(self, method: str, url: str) -> Touch | None:
        """The latest touch of the running test that answered a call, if one did."""
        return self._notes.last(method.upper(), cleaned(url))

    def reads(self, touch: Touch, reads: Mapping[str, Need]) -> None:
        """Join what was read of an answer to a touch of the running test."""
        if self.running and self._is_open:
            self._notes.read(touch, reads)

    def files(self) -> list[str]:
        """The mock files that the running test has opened, itself or by what it shares."""
        self._inherit()
        return self._notes.files()

    def begin(self, test: str, item: pytest.Item) -> None:
        """A test runs from now on."""
        self.running, self._item = test, item
        self._notes = self._told.pop(test, Notes())
        self._is_tearing_down = False
        self._setting_up.clear()
        if self._collected:
            for node in item.listchain():
                if notes := self._collected.get(node.nodeid):
                    self._notes.update(notes)

    def inherit(self) -> None:
        """All fixtures are set up, and nothing is torn down yet: what they met is the test's."""
        self._setting_up.clear()
        self._inherit()
        for fixture in self._used():
            if fixture.scope != _OWN:
                self._users.setdefault(id(fixture), (fixture, {}))[1][self.running] = None
        self._is_tearing_down = True

    def torn_down(self, fixture: pytest.FixtureDef[Any]) -> None:
        """A fixture is torn down: what was met meanwhile belongs to all that used it."""
        users = self._users.pop(id(fixture), None)
        if self._torn_down:
            met, self._torn_down = self._torn_down, []
            for test in users[1] if users else (self.running,):
                notes = self._notes if test == self.running else self._told.setdefault(test, Notes())
                notes.update(met)

    def rest(self) -> None:
        """Everything is torn down, or is about to be set up again."""
        self._is_tearing_down = False
        self._notes.update(self._torn_down)
        self._torn_down.clear()

    def end(self) -> None:
        """No test runs any more; what was noted since its last report waits to be taken."""
        self.rest()
        if len(self._notes):
            self._told.setdefault(self.running, Notes()).update(self._notes)
        self.running, self._item, self._notes = "", None, Notes()
        self._setting_up.clear()

    def take(self, test: str) -> Iterator[Touch]:
        """What is to be told of a test, and was not told yet."""
        if test == self.running:
            self.rest()
            notes, self._notes = self._notes, Notes()
            yield from notes
        if late := self._told.pop(test, None):
            yield from late

    def take_rest(self) -> Iterator[tuple[str, tuple[Touch, ...]]]:
        """What was never taken, by test."""
        rest, self._told = self._told, {}
        for test, notes in rest.items():
            yield test, tuple(notes)

    def set_up(self, fixture: pytest.FixtureDef[Any]) -> None:
        """A fixture begins to be set up."""
        if fixture.scope != _OWN:
            self._forget_done()
            self._fixtures.pop(id(fixture), None)
            self._users.pop(id(fixture), None)
            self._setting_up.append((fixture, Notes()))

    def collect(self, node: str) -> None:
        """A module, class or folder begins to be collected."""
        self._collecting.append(self._collected.setdefault(node, Notes()))

    def collected(self, node: str) -> None:
        """It is."""
        self._collecting.pop()
        if not len(self._collected[node]):
            del self._collected[node]

    def close(self) -> None:
        """Nothing is heard any more."""
        self._is_open = False

    def _inherit(self) -> None:
        for fixture in self._used() if self._fixtures else ():
            if known := self._fixtures.get(id(fixture)):
                self._notes.update(known[1])

    def _used(self) -> tuple[pytest.FixtureDef[Any], ...]:
        """The fixtures of the running test: pytest tells their names alone, and of those that are asked for late."""
        used: Mapping[str, pytest.FixtureDef[Any]] = getattr(getattr(self._item, "_request", None), "_fixture_defs", {})
        return tuple(used.values())

    def _forget_done(self) -> None:
        """A fixture has its result, or its error, as soon as it is set up."""
        while self._setting_up and self._setting_up[-1][0].cached_result is not None:
            self._setting_up.pop()
