"""Quiet room: what the use cases ask of the world. Protocols only; ``wiring`` knows who fulfils them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from driftwatch.model.edit import Draft, Mend, Rewritten, Unsaved
from driftwatch.model.interaction import Reading
from driftwatch.model.memory import StoreError
from driftwatch.model.notice import Told
from driftwatch.model.parcel import Parcel, Waiting
from driftwatch.model.probe import Evidence, Probe, Unreachable
from driftwatch.model.proposal import Landmark
from driftwatch.model.summary import Summary
from driftwatch.model.traffic import HeardReading
from driftwatch.ports.store import SharedStore as SharedStore  # ports like the others, in a file of their own
from driftwatch.ports.store import Store as Store

if TYPE_CHECKING:  # few commands run a team's tests
    from driftwatch.model.rehearsal import Trial


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


class MockRewriter(Protocol):
    """The way back into a provider's mock files."""

    def rewrite(self, mends: Sequence[Mend], drafts: Sequence[Draft] = ()) -> Rewritten:
        """The files as they would be, by changing no byte but those that must change; nothing is written.

        ``drafts`` are files that have been rewritten already: they stand for those on disk, and what comes back holds
        their changes too, always against the file on disk. A mend whose mock is not as the audit read it any more is
        among the unwritten.
        """
        ...

    def read(self, drafts: Sequence[Draft]) -> Iterator[Reading]:
        """All the provider's mocks, as they would be read with these drafts in place of their files."""
        ...

    def write(self, drafts: Sequence[Draft]) -> tuple[Unsaved, ...]:
        """Put the drafts in the place of their files, each whole or not at all; those that were not, and why.

        A file that is no longer what the draft began with stays as it is.
        """
        ...


class TrafficSource(Protocol):
    """Recordings of a provider's real traffic."""

    def read(self) -> Iterator[HeardReading]:
        """Everything that was found: exchanges, and what could not be read or was ignored."""
        ...


class Instances(Protocol):
    """What runs a provider's instances. What it does not tell, nobody knows: neither raises anything."""

    def is_under_way(self) -> bool:
        """Whether one version is being replaced by another at this moment."""
        ...

    def versions(self, pods: Collection[str]) -> Mapping[str, str]:
        """The versions of these pods by name; those that nobody knows are left out."""
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


class Ledger(Protocol):
    """What was spent of the days' budgets, by all that spend of them. A day is one of UTC."""

    def take(self, name: str, wanted: int, most: int) -> int:
        """How many of ``wanted`` requests may be sent today, where ``most`` may in all; so many are spent by it."""
        ...

    def give_back(self, name: str, number: int) -> None:
        """So many that were taken were not sent."""
        ...

    def left(self, name: str, most: int) -> int:
        """How many requests may still be sent today."""
        ...


class Outbox(Protocol):
    """What was told, and what waits for its delivery; it outlives the process if anything does. Of limited size."""

    def told(self, providers: Collection[str]) -> Mapping[str, Told] | StoreError:
        """What these providers' readers know; nothing of those that were never told of."""
        ...

    def put(self, parcels: Iterable[Parcel], told: Mapping[str, Told]) -> tuple[str, ...] | StoreError:
        """Keep both, or nothing; the channels of older parcels that had to make room."""
        ...

    def take(
        self, channels: Collection[str], providers: Collection[str], now: datetime, hold: timedelta
    ) -> tuple[Parcel, ...] | StoreError:
        """The first parcel of each of these channels, if it is due and about these providers alone.

        For so long nobody else gets it, and whoever took it may die.
        """
        ...

    def remove(self, parcel: Parcel) -> StoreError | None:
        """It was delivered or given up; one that took its place meanwhile stays."""
        ...

    def postpone(self, parcel: Parcel) -> StoreError | None:
        """It is due again as it says, and so many attempts were made."""
        ...

    def waiting(self, channels: Collection[str], providers: Collection[str]) -> Waiting | StoreError:
        """How many parcels wait, and when the next of them may be delivered."""
        ...


class Renderer(Protocol):
    """A summary in words, lines or samples."""

    def __call__(self, summary: Summary) -> str:
        """The whole text, ending in a newline."""
        ...


class TestRunner(Protocol):
    """A team's own tests, run in scratch copies of their files and never in these."""

    @property
    def is_selective(self) -> bool:
        """Whether it can run some tests and not others; else it always runs all of them."""
        ...

    def why_not(self, test: str) -> str:
        """Why a test cannot be run by its name, for a person; empty if it can be."""
        ...

    def parted(self, tests: Sequence[str]) -> Iterable[tuple[str, ...]]:
        """The same tests in as many parts as it takes to run each part at once and tell its tests apart."""
        ...

    def run(self, tests: Sequence[str], drafts: Sequence[Draft], seconds: float) -> "Trial":
        """Run these tests with these drafts in place of their files, and no longer than so many seconds."""
        ...


class Progress(Protocol):
    """Whoever wants to watch long work."""

    def planned(self, probes: int) -> None:
        """So many more probes will be sent."""
        ...

    def advanced(self) -> None:
        """One of them is done."""
        ...
