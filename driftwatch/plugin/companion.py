"""How other parts of the plugin join in: each is loaded only where something asks for it."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Final

import pytest
from msgspec import Struct

from driftwatch.model.use import UseRecord
from driftwatch.plugin.choices import Choices
from driftwatch.plugin.errors import Troubles
from driftwatch.plugin.files import MockFiles
from driftwatch.plugin.patches import Patches
from driftwatch.plugin.recorder import Recorder

SERVERS: Final = "servers"
READING: Final = "reading"
TRUSTING: Final = "trusting"
COMPANIONS: Final = {
    SERVERS: "driftwatch.plugin.servers",
    READING: "driftwatch.plugin.reading",
    TRUSTING: "driftwatch.plugin.trusting",
}
"""In the order in which they are called. Each module has ``join(desk)``, which gives a ``Companion``."""
_TRUSTING_MODES: Final = ("report", "warn", "fail")


class Desk(Struct, frozen=True):
    """All that a part of the plugin has to do with."""

    config: pytest.Config
    choices: Choices
    recorder: Recorder
    troubles: Troubles
    patches: Patches
    files: MockFiles

    @property
    def is_controller(self) -> bool:
        """Whether workers of xdist run the tests, and this process none."""
        return self.choices.is_controller


class Companion:
    """Something that joins in. What it raises is swallowed, and told at the end."""

    def begins(self, item: pytest.Item, test: str) -> None:
        """A test is about to be set up, each time that it is run."""

    def called(self, item: pytest.Item, test: str, report: pytest.TestReport) -> None:
        """The test itself is over, and its fixtures are still up. The report may be changed."""

    def ends(self, item: pytest.Item, test: str) -> None:
        """Everything is torn down: the last moment to note what the test met."""

    def named(self, kind: str, url: str) -> None:
        """A test or fixture names a server of mocks."""

    def closes(self) -> None:
        """All tests of this process are over; what is noted now, by the test's name, still counts."""

    def sends(self) -> object:
        """Of a worker of xdist: plain texts, numbers, lists and mappings for the process that started it."""
        return None

    def receives(self, sent: object) -> None:
        """What the companion of one worker sends."""

    def finishes(self, record: UseRecord) -> None:
        """All tests have run, and the record is written; not called in workers."""

    def tells(self) -> Iterable[str]:
        """Lines to show after pytest's own summary; not called in workers."""
        return ()

    def refuses(self) -> bool:
        """Whether the run may not pass although its tests do; asked after ``finishes``."""
        return False

    def stops(self) -> None:
        """The run is over: put everything back."""


def wanted(choices: Choices) -> Iterator[str]:
    """The names of those who are asked for from the start."""
    if choices.servers:
        yield SERVERS
    if choices.is_reading:
        yield READING
    if choices.mode in _TRUSTING_MODES:
        yield TRUSTING


def joined(name: str, desk: Desk) -> Companion:
    """One of them, loaded now."""
    companion: Companion = import_module(COMPANIONS[name]).join(desk)
    return companion
