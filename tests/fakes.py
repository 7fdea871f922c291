"""Small fakes of the ports: a clock one can set, mocks from a tuple, a service from a function."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import repeat

from driftwatch.model.interaction import Reading
from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable

Answer = Callable[[Probe], Observation | Sequence[Observation] | Unreachable]
"""What comes of a probe: one answer for all its samples, each sample its own, or nothing."""


@dataclass(slots=True)
class SetClock:
    """Stands still until it is told to go on."""

    moment: datetime = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    seconds: float = 0.0

    def now(self) -> datetime:
        """This moment."""
        return self.moment

    def elapsed(self) -> float:
        """Seconds since the clock was made."""
        return self.seconds

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class ListedMocks:
    """A mock source that needs no folder."""

    readings: tuple[Reading, ...]

    def read(self) -> Iterator[Reading]:
        """All of them, in their order."""
        return iter(self.readings)


@dataclass(slots=True)
class ScriptedProber:
    """A prober that asks a function instead of a network, and remembers what it was asked."""

    answer: Answer
    sent: list[Probe] = field(default_factory=list)

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """One outcome for each probe, in order."""
        for probe in probes:
            self.sent.append(probe)
            came = self.answer(probe)
            if isinstance(came, Unreachable):
                yield came
            else:
                samples = repeat(came, probe.samples) if isinstance(came, Observation) else came
                yield Evidence(probe, tuple(samples))


@dataclass(slots=True)
class NotedProgress:
    """Remembers what a progress bar would have shown."""

    total: int = 0
    done: int = 0

    def planned(self, probes: int) -> None:
        """So many probes will be sent."""
        self.total += probes

    def advanced(self) -> None:
        """One of them is done."""
        self.done += 1
