"""What use cases ask of the memory of audits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

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
from driftwatch.model.rollout import Rollout
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, Share
from driftwatch.model.standing import Standing
from driftwatch.model.summary import Summary
from driftwatch.model.suppression import Suppression

if TYPE_CHECKING:  # an audit without tests that rest on mocks, and without incidents, loads none of it
    from driftwatch.model.blindness import Sighting
    from driftwatch.model.presence import Presence
    from driftwatch.model.reliance import KnownUse


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

    def presences(self, provider: str) -> "tuple[Presence, ...] | StoreError":
        """Every mock of a provider that is remembered, those that are gone too, by file and line."""
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

    def keep_uses(self, suite: str, uses: "Sequence[KnownUse]", *, is_whole: bool) -> StoreError | None:
        """Keep which test of a suite rests on which mocks.

        A whole record takes the place of all that was known of the suite; else it takes that of its own tests, and one
        without mocks is forgotten.
        """
        ...

    def uses(self) -> "tuple[KnownUse, ...] | StoreError":
        """Which test rests on which mocks, by suite and test."""
        ...

    def keep_blindness(self, sightings: "Sequence[Sighting]") -> StoreError | None:
        """Keep what tests noticed, each in place of what was known of the same test and finding.

        What was not tried takes the place of nothing that was.
        """
        ...

    def blindness(self) -> "tuple[Sighting, ...] | StoreError":
        """What tests noticed when it was last tried, by suite, test and finding."""
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
