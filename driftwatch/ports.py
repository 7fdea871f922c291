"""Quiet room: what the use cases ask of the world. Protocols only; ``wiring`` knows who fulfils them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from driftwatch.model.interaction import Reading
from driftwatch.model.probe import Evidence, Probe, Unreachable
from driftwatch.model.proposal import Landmark
from driftwatch.model.summary import Summary


class Clock(Protocol):
    """The time, so that a test can set it."""

    def now(self) -> datetime:
        """This moment, with time zone."""
        ...

    def elapsed(self) -> float:
        """Seconds since an arbitrary start; never runs backwards."""
        ...


class MockSource(Protocol):
    """A team's mock files."""

    def read(self) -> Iterator[Reading]:
        """Everything that was found: interactions, and what could not be read or was ignored."""
        ...


class Landmarks(Protocol):
    """What mock files tell of the service they imitate."""

    def of(self, file: str, format_name: str) -> Landmark:
        """What one file tells, named as its source names it."""
        ...


class Prober(Protocol):
    """The way to the real services."""

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """Take all samples of each probe; results come as they are ready, one for each probe, in any order."""
        ...


class Renderer(Protocol):
    """A summary in words, lines or samples."""

    def __call__(self, summary: Summary) -> str:
        """The whole text, ending in a newline."""
        ...


class Progress(Protocol):
    """Whoever wants to watch long work."""

    def planned(self, probes: int) -> None:
        """So many probes will be sent."""
        ...

    def advanced(self) -> None:
        """One of them is done."""
        ...
