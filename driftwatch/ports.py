"""Quiet room: what the use cases ask of the world. Protocols only; ``wiring`` knows who fulfils them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from driftwatch.model.edit import Draft, Mend, Rewritten, Unsaved
from driftwatch.model.interaction import Reading
from driftwatch.model.lifecycle import Event, Life, Turn
from driftwatch.model.memory import (
    Decided,
    Entry,
    MockRecord,
    MockScore,
    ProviderScore,
    Recollection,
    Recorded,
    RunRecord,
    RunStatus,
    Snapshot,
    StoreError,
)
from driftwatch.model.notice import Told
from driftwatch.model.parcel import Parcel, Waiting
from driftwatch.model.probe import Evidence, Probe, Unreachable
from driftwatch.model.proposal import Landmark
from driftwatch.model.rollout import Rollout
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, Share
from driftwatch.model.standing import Standing
from driftwatch.model.summary import Summary
from driftwatch.model.suppression import Suppression
from driftwatch.model.traffic import HeardReading


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


class Store(Protocol):
    """Memory of past audits. What keeps it from working is a value: no report is lost for want of a memory."""

    def begin(self, run: RunRecord) -> tuple[str, ...] | StoreError:
        """Note that a run goes on; the ids of runs whose process ended before they did, marked ``interrupted``."""
        ...

    def beat(self, run_id: str, at: datetime) -> StoreError | None:
        """The run still goes on."""
        ...

    def end(self, run_id: str, status: RunStatus, at: datetime) -> StoreError | None:
        """The run ended without a summary."""
        ...

    def recall(self, providers: Collection[str]) -> Recollection | StoreError:
        """What a run of these providers needs to know of those before it."""
        ...

    def record(self, entry: Entry, step: Callable[[tuple[Life, ...]], Turn]) -> Recorded | StoreError:
        """Keep a run, all of it or nothing.

        ``step`` makes of the lives of its providers what they are after the run. It is called in the transaction that
        writes them, so that no other run and no person's decision comes between; perhaps more than once.
        """
        ...

    def show(self, summary: Summary, at: datetime) -> StoreError | None:
        """Let this run be the last word on its providers, for processes that did not make it."""
        ...

    def snapshots(self, after: int) -> tuple[Snapshot, ...] | StoreError:
        """The last word on every provider, the oldest first; only those with a number higher than ``after``."""
        ...

    def decide(self, fingerprint: str, step: Callable[[Life], Decided]) -> Life | StoreError | None:
        """Keep what a person decided about a finding; ``None`` if there is none of that fingerprint."""
        ...

    def suppressions(self) -> tuple[Suppression, ...] | StoreError:
        """Those made from the terminal, in the order they were made; those that are over, too."""
        ...

    def lives(self, providers: Collection[str] = ()) -> tuple[Life, ...] | StoreError:
        """All findings that are remembered, of these providers or of all, by provider and fingerprint."""
        ...

    def events(self, fingerprint: str) -> tuple[Event, ...] | StoreError:
        """What happened to a finding, the oldest first."""
        ...

    def runs(self, limit: int) -> tuple[RunRecord, ...] | StoreError:
        """The last runs, the newest first."""
        ...

    def scores(self, provider: str, limit: int) -> tuple[ProviderScore, ...] | StoreError:
        """How right a provider's mocks were in the last runs, the oldest first."""
        ...

    def mocks(self, provider: str) -> tuple[MockRecord, ...] | StoreError:
        """The mocks of a provider as the last run saw them, by file and line."""
        ...

    def mock_scores(self, key: str, limit: int) -> tuple[MockScore, ...] | StoreError:
        """How right one mock was in the last runs, the oldest first."""
        ...

    def note(self, rollout: Rollout) -> bool | StoreError:
        """Keep a rollout that somebody tells of; whether it was not known before."""
        ...

    def rollouts(self, providers: Collection[str], since: datetime | None = None) -> tuple[Rollout, ...] | StoreError:
        """Those of these providers that were complete at a moment or later, the oldest first; no more than ``MOST``."""
        ...

    def last_rollouts(self) -> Mapping[str, datetime] | StoreError:
        """When the last one of each provider was complete."""
        ...

    def spend(self, name: str, day: date, wanted: int, most: int) -> int | StoreError:
        """How many of ``wanted`` requests may be sent on a day, where ``most`` may in all; so many are spent by it.

        Less than nothing is given back.
        """
        ...

    def spent(self, name: str, day: date) -> int | StoreError:
        """How many requests were spent on a day."""
        ...

    def standings(self, provider: str, runs: int) -> Mapping[str, Standing] | StoreError:
        """How each mock of a provider fared in so many of its last runs, by ``interaction_key``."""
        ...


class SharedStore(Store, Protocol):
    """A store through which several processes do one run together."""

    def join(self, run: RunRecord, shard: Shard, *, is_named: bool) -> Joined | StoreError:
        """Find the run that this process is to do a share of, or begin it.

        ``is_named`` says that every process of the run gives it the same id. Otherwise it is an open run of the same
        config in which nobody does this share.
        """
        ...

    def leave(self, run_id: str, shard: Shard) -> StoreError | None:
        """This process hands in nothing."""
        ...

    def hand_in(self, run_id: str, share: Share, at: datetime) -> Handed | StoreError:
        """Keep what this process found, and tell whether all is there now."""
        ...

    def shares(self, run_id: str) -> tuple[Share, ...] | StoreError:
        """What was handed in of an open run, by shard."""
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


class Progress(Protocol):
    """Whoever wants to watch long work."""

    def planned(self, probes: int) -> None:
        """So many more probes will be sent."""
        ...

    def advanced(self) -> None:
        """One of them is done."""
        ...
