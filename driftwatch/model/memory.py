"""What rests between audits: runs, what was learnt of every mock, scores. Shapes, counts and digests, never a body."""

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from driftwatch.model.history import History
from driftwatch.model.interaction import Interaction, Origin
from driftwatch.model.lifecycle import Event, Life
from driftwatch.model.summary import Canary, Summary, Verdict
from driftwatch.model.suppression import Suppression


def interaction_key(provider: str, method: str, path_template: str, mock_id: str) -> str:
    """The stable name of a mock across runs, of the parts that a finding is addressed with; 16 hexadecimal digits."""
    parts = f"{provider}\0{method}\0{path_template}\0{mock_id}"
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def key_of(interaction: Interaction) -> str:
    """The stable name of a mock."""
    request = interaction.request
    return interaction_key(interaction.provider, request.method, request.path_template, interaction.mock_id)


class StoreError(Struct, frozen=True):
    """The store could not be used: what is wrong, where, and what to do. The report is not lost by it."""

    place: str
    """The file, or the database's URL without its password."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"the store {self.place} cannot be used: {self.problem}. {self.remedy}"


class RunStatus(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """Something that should have been checked was not."""
    INTERRUPTED = "interrupted"
    """Its process ended before it did, or a person stopped it."""
    FAILED = "failed"
    """By a mistake of ours."""


class RunRecord(Struct, frozen=True):
    """One audit, as it is remembered."""

    id: str
    started_at: datetime
    version: str
    config_digest: str
    providers: tuple[str, ...]
    status: RunStatus = RunStatus.RUNNING
    ended_at: datetime | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
    """Interactions by verdict, findings by severity, requests sent, suppressed, unreadable."""
    canary: Canary = field(default_factory=Canary)
    shards: int = 1
    """How many processes share it."""
    handed_in: int = 0
    """How many of them have done their share, where they are several."""


class ProviderScore(Struct, frozen=True):
    """How right a provider's mocks were in one run, and how much of them could be checked."""

    run_id: str
    at: datetime
    provider: str
    fidelity: float | None
    verified_share: float
    drift_score: float = 0.0


class MockScore(Struct, frozen=True):
    """The same of one mock."""

    run_id: str
    at: datetime
    verdict: Verdict
    fidelity: float | None
    verified_share: float


class MockRecord(Struct, frozen=True):
    """One mock, as it is remembered: where it stands, what the last run said of it, what all of them learnt."""

    key: str
    """See ``interaction_key``."""
    provider: str
    mock_id: str
    method: str
    path_template: str
    origin: Origin
    claim: str
    """Digest of what it said when it was last really compared; never what it says."""
    verdict: Verdict
    reason: str
    fidelity: float | None
    verified_share: float
    history: History = field(default_factory=History)


class Entry(Struct, frozen=True):
    """Everything that one run leaves behind, but for what it makes of the lives of findings."""

    run: RunRecord
    """As it ended."""
    scores: tuple[ProviderScore, ...]
    mocks: tuple[MockRecord, ...]


class Recorded(Struct, frozen=True):
    """What became of the findings of a run's providers."""

    lives: tuple[Life, ...]
    """All of them, those that ended too, as long as they are remembered."""
    events: tuple[Event, ...]
    is_new: bool = True
    """Another process had not recorded the very same run before; else nothing was changed by this."""


class Decided(Struct, frozen=True):
    """What a person's decision makes of a life."""

    life: Life
    event: Event
    suppression: Suppression | None = None
    """Kept beside the life, where a run asks for it before it knows its findings."""
    lifts: bool = False
    """Suppressions of this finding that were made from the terminal are over."""


@dataclasses.dataclass(frozen=True, slots=True)
class Recollection:
    """What a run needs to know of those before it."""

    histories: Mapping[str, History] = dataclasses.field(default_factory=dict)
    """By ``interaction_key``."""
    suppressions: tuple[Suppression, ...] = ()
    """Those that people made from the terminal; they act like those of the config."""
    salt: bytes = dataclasses.field(default=b"", repr=False)
    """Of this installation: what is hashed here means nothing elsewhere."""
    claims: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """By ``interaction_key``, the digest of what a mock said when it was last really compared."""


class Snapshot(Struct, frozen=True):
    """The last word on one provider, as a process can show it that did not audit it."""

    number: int
    """Higher than that of any snapshot before it."""
    summary: Summary
    """The last run, as far as it is about this provider. Its mocks have names and say nothing."""


class Remembered(Struct, frozen=True):
    """An audit's result, and what became of the findings of all audits by it."""

    summary: Summary
    """Its findings tell since when they are known and where they stand."""
    events: tuple[Event, ...] = ()
    """What is worth telling; none without a store, since nobody knows what is new."""
    lives: tuple[Life, ...] = ()
    """All findings that are remembered of the audited providers, those that ended too."""
    interrupted: tuple[str, ...] = ()
    """Runs that were found to have ended before their time."""
    trouble: StoreError | None = None
    """Why this run is not remembered."""
    earlier: "tuple[Remembered, ...]" = ()
    """Runs of other processes, which nobody put together and this one did."""
    is_left_out: bool = False
    """This is a share of a run that was put together without it."""
