"""All tests of a run, from whichever process: what became of each, what it met, and whether all have run."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch import __version__
from driftwatch.model.use import Outcome, TestUse, Touch, UseRecord, named
from driftwatch.plugin.choices import Choices
from driftwatch.plugin.notes import Notes, settled
from driftwatch.plugin.wire import LYING

_RERUN: Final = "rerun"
"""The outcome that pytest-rerunfailures gives to the reports of an attempt that does not count."""
_SUBTEST: Final = "context"
"""Only reports of subtests have it; the test's own report sums them up."""


class Gathering:
    """What is known so far."""

    def __init__(self) -> None:
        self._outcomes: dict[str, Outcome] = {}
        self._notes: dict[str, Notes] = {}
        self.is_whole = True

    def add(self, test: str, touches: Iterable[Touch]) -> None:
        """A test met these."""
        for touch in touches:
            self._notes.setdefault(test, Notes()).add(touch)

    def report(self, test: str, report: pytest.TestReport) -> None:
        """One phase of a test is over."""
        outcome = "passed" if vars(report).pop(LYING, False) else str(report.outcome)
        if outcome == _RERUN:
            self._outcomes.pop(test, None)
        elif outcome == "failed":
            self._outcomes[test] = Outcome.FAILED
        elif hasattr(report, _SUBTEST):
            return
        elif outcome == "skipped":
            self._outcomes.setdefault(test, Outcome.SKIPPED)
        elif report.when == "call":
            self._outcomes.setdefault(test, Outcome.PASSED)

    def __len__(self) -> int:
        return len(self._outcomes)

    def record(self, choices: Choices, now: datetime) -> UseRecord:
        """All of it. A run of all tests names those that met mocks; a run of some, all that ran."""
        root = str(choices.root)
        uses = (
            TestUse(named(test), outcome, _below(root, settled(self._notes.get(test, ()))))
            for test, outcome in sorted(self._outcomes.items())
        )
        return UseRecord(
            suite=choices.suite,
            uses=tuple(use for use in uses if use.touches or not self.is_whole),
            finished_at=now,
            is_whole=self.is_whole,
            made_by=f"driftwatch {__version__} (pytest {pytest.__version__})",
            root=_root(choices.root, choices.usage.parent),
            is_watching_reads=choices.is_reading,
        )


def _below(root: str, touches: tuple[Touch, ...]) -> tuple[Touch, ...]:
    """Files named from the root on, whatever machine it is on."""
    start = root.rstrip("/") + "/"
    return tuple(
        replace(touch, file=touch.file[len(start) :]) if touch.file.startswith(start) else touch for touch in touches
    )


def _root(root: Path, folder: Path) -> str:
    """The root as seen from where the file stands, so that both can move; absolute where it is not above."""
    try:
        depth = len(folder.relative_to(root).parts)
    except ValueError:
        return str(root)
    return "/".join([".."] * depth)
