"""What one process found of a run. A run by one process has one share, so all runs are put together in one way."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from driftwatch.model.history import History
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.journey import Trouble
from driftwatch.model.shard import Shard
from driftwatch.model.summary import Canary, ProductionSummary, Result


class ProviderShare(Struct, frozen=True):
    """What one process found of one provider's mocks."""

    name: str
    target: str
    """Base URL without user info or query."""
    results: tuple[Result, ...]
    places: tuple[int, ...]
    """For each of them, which of all the provider's interactions it is, in the order of the files from 0."""
    interactions: int
    """How many interactions were read, those of other shares too."""
    mocks: str
    """Digest of their names and places: shards that read the same mocks have the same."""
    delays: tuple[float, ...] = ()
    """Milliseconds that compared mocks claim of latency."""
    production: ProductionSummary | None = None


class Share(Struct, frozen=True):
    """What one process found of a run."""

    shard: Shard
    started_at: datetime
    seconds: float
    providers: tuple[ProviderShare, ...]
    unreadable: tuple[Unreadable, ...] = ()
    """Of the whole run: every shard reads all files."""
    ignored: tuple[Ignored, ...] = ()
    canary: Canary = field(default_factory=Canary)
    requests_sent: int = 0
    histories: Mapping[str, History] = field(default_factory=dict)
    """What was learnt of mocks that were really compared, by ``interaction_key``."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Digests of what these mocks say, by the same."""
    troubles: tuple[Trouble, ...] = ()
    """What went wrong with journeys."""

    @property
    def is_complete(self) -> bool:
        """Whether all that was its to check was checked; policy may have kept some back."""
        results = (result for provider in self.providers for result in provider.results)
        is_checked = not any(result.verdict.is_failure_to_check for result in results)
        return is_checked and not self.unreadable and self.canary.is_alive


class Handed(StrEnum):
    """What became of a share that was handed in."""

    WAITING = "waiting"
    """Others are still to come."""
    LAST = "last"
    """All are there: whoever handed in this one puts the run together."""
    LATE = "late"
    """The run was put together without it."""


class Joined(Struct, frozen=True):
    """What a process finds that is to do one share of a run."""

    run_id: str
    shards: int
    """Of the run, as the first of its processes said."""
    is_handed_in: bool = False
    """This share is there already, from a process before this one."""
    is_complete: bool = False
    """That one checked all that was its to check; another look could find more otherwise."""
    is_over: bool = False
    """The run is put together."""
    lost: tuple[str, ...] = ()
    """Earlier runs of the same providers that are not, and whose missing shares will not come any more."""
    interrupted: tuple[str, ...] = ()
    """Runs of one process that were found to have ended before their time."""


class Idle(Struct, frozen=True):
    """Why a process that was to do a share had nothing to do."""

    reason: str
    """In a whole sentence."""
    is_fine: bool = False
    """What it was to do is done."""
