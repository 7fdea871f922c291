"""Runs of tests within a budget: whoever no report tells of is run again with fewer others, until it is known why.

A test that hangs, or ends its whole process, takes the reports of all others with it; it is found by halving.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.model.blind import Tried
from driftwatch.model.edit import Draft
from driftwatch.model.rehearsal import Test, Trial
from driftwatch.ports import Clock, Progress, TestRunner

OVER: Final = "the budget was spent before it was its turn"
_SIGNAL: Final = 128
_LEAST: Final = 0.5
"""Seconds below which no run is begun: nothing starts in less."""


class Limits(Struct, frozen=True):
    """How long it may take, in seconds."""

    budget: float
    """All runs together."""
    each: float
    """One run."""


class Runs(Struct):
    """All runs of one trial."""

    runner: TestRunner
    clock: Clock
    limits: Limits
    progress: Progress
    started: float = 0.0
    done: list[Tried] = field(default_factory=list)
    read: set[str] | None = field(default_factory=set)
    """Paths of drafts that were read in any run; ``None`` where nobody can tell."""
    words: str = ""
    """The last lines that a run printed of which no report tells anything."""

    def settle(self, what: str, tests: Sequence[str], drafts: Sequence[Draft], findings: int) -> dict[str, Test | str]:
        """What became of each of these tests, or why nobody knows."""
        found: dict[str, Test | str] = {}
        waiting = deque(self.runner.parted(tests))
        while waiting:
            some = waiting.popleft()
            seconds = min(self.limits.each, self.limits.budget - (self.clock.elapsed() - self.started))
            if seconds < _LEAST:
                found |= dict.fromkeys(some, OVER)
                continue
            self.progress.planned(1)
            trial = self.runner.run(some, drafts, seconds)
            self.progress.advanced()
            missing = tuple(test for test in some if test not in trial.fates)
            self._note(Tried(what, len(some), findings, trial.performance.seconds, trial.performance.code,
                             _trouble(trial, missing)), trial)  # fmt: skip
            found |= trial.fates
            for part in self._again(some, missing, trial):
                waiting.appendleft(part)
            if missing and (len(some) == 1 or not self.runner.is_selective):
                found |= dict.fromkeys(missing, _why(trial, seconds))
        return found

    def _again(self, some: Sequence[str], missing: tuple[str, ...], trial: Trial) -> Sequence[tuple[str, ...]]:
        """What is to be run once more, the last first."""
        if not missing or len(some) == 1 or not self.runner.is_selective:
            return ()
        if len(missing) < len(some):
            return (missing,)
        suspects = _suspects(missing, trial)
        others = tuple(test for test in missing if test not in suspects)
        if suspects and others:
            return suspects, others
        half = len(missing) // 2
        return missing[half:], missing[:half]

    def _note(self, run: Tried, trial: Trial) -> None:
        self.done.append(run)
        if self.read is not None:
            self.read = None if trial.read is None else self.read | trial.read
        if not trial.fates and trial.performance.words:
            self.words = trial.performance.words


def _suspects(missing: Sequence[str], trial: Trial) -> tuple[str, ...]:
    """Tests that what was printed speaks of: only a guess, which saves most of the halving.

    pytest names at its end what it does not find, and with ``-v`` each test that it begins.
    """
    performance = trial.performance
    places = {test: place for test in missing if (place := performance.words.rfind(test)) >= 0}
    if performance.code is None or performance.code > _SIGNAL:
        return (max(places, key=lambda test: places[test]),) if places else ()
    return tuple(places)


def _trouble(trial: Trial, missing: Sequence[str]) -> str:
    if trial.performance.trouble:
        return trial.performance.trouble
    if trial.performance.code is None:
        return "it was stopped after its time"
    return f"no report tells of {len(missing)} of its tests" if missing else ""


def _why(trial: Trial, seconds: float) -> str:
    code = trial.performance.code
    if code is None:
        return f"it did not end within {seconds:.0f} s"
    if trial.performance.trouble:
        return trial.performance.trouble
    if code > _SIGNAL:
        return f"its run was ended by signal {code - _SIGNAL}"
    return f"its run ended with {code}, and no report tells of it"
