"""What a running driftwatch knows of itself at one moment: its schedule, its requests, its troubles."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from driftwatch.model.probe import HeldBack

DURATION_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds, chosen around decisions: what feels instant, what a client's time limit may be."""


class Fault(StrEnum):
    """Why an audit did not come to its end or not to all it should have checked."""

    CONFIG = "config"
    """A setting, a credential or a certificate could not be used."""
    INCOMPLETE = "incomplete"
    """It ended, and something that should have been checked was not."""
    INTERNAL = "internal"
    """Our own mistake."""
    INTERRUPTED = "interrupted"
    """driftwatch was told to stop."""


class Role(StrEnum):
    """What a process is among those that share its store."""

    ALONE = "alone"
    """It shares it with nobody, and audits."""
    LEADER = "leader"
    """It audits, and the others do not."""
    FOLLOWER = "follower"
    """It shows what the leader found, and stands by."""
    ONLOOKER = "onlooker"
    """It shows what others found, and will never audit."""

    @property
    def is_auditing(self) -> bool:
        """Whether audits begin here."""
        return self in (Role.ALONE, Role.LEADER)


class Wellness(StrEnum):
    """How one part of the process is."""

    WELL = "well"
    IMPAIRED = "impaired"
    """Someone should look, and the work goes on."""
    FAILED = "failed"


class Check(Struct, frozen=True):
    """What one part of the process says of itself."""

    name: str
    wellness: Wellness = Wellness.WELL
    reason: str = ""
    """What is wrong and what to do; empty if nothing is."""


class Missed(StrEnum):
    """Why an audit that was due was not begun."""

    MISFIRE = "misfire"
    """Its time had passed too long ago when its turn came."""
    OVERLAP = "overlap"
    """The one before it was still running or waiting."""


class Exemplar(Struct, frozen=True):
    """One request as an example of its bucket."""

    run_id: str
    seconds: float
    at: datetime | None


class Traffic(Struct, frozen=True):
    """The requests to one provider since the process started."""

    answers: Mapping[str, int] = field(default_factory=dict)
    """By status code; those that no list knows count as ``other``."""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Requests without a usable answer, by reason; every reason is there, zero included."""
    durations: tuple[int, ...] = (0,) * (len(DURATION_BUCKETS) + 1)
    """Answers by duration, one number for each bucket and one for those beyond the last; not cumulated."""
    seconds: float = 0.0
    """The sum of all durations."""
    exemplars: tuple[Exemplar | None, ...] = (None,) * (len(DURATION_BUCKETS) + 1)
    certificate_ends: datetime | None = None
    """When the certificate of the provider expires; ``None`` as long as none was verified."""


class Watch(Struct, frozen=True):
    """The schedule of one provider, and how its audits fare."""

    interval: float = 0.0
    """The longest time between two audits by the schedule, in seconds."""
    next_run: datetime | None = None
    is_running: bool = False
    runs: int = 0
    faults: Mapping[Fault, int] = field(default_factory=dict)
    missed: Mapping[Missed, int] = field(default_factory=dict)
    traffic: Traffic = Traffic()
    rolled_out: datetime | None = None
    """When the last rollout that anybody told of was complete."""
    held_back: Mapping[HeldBack, int] = field(default_factory=dict)
    """Probes that our manners kept from being sent."""
    daily_left: int | None = None
    """Requests that were left of the day's budget after the last audit; ``None`` without one."""


class Channel(Struct, frozen=True):
    """One way to tell people."""

    attempts: int = 0
    failures: int = 0
    dropped: int = 0
    last_success: datetime | None = None


class Vitals(Struct, frozen=True):
    """All of it."""

    version: str = ""
    providers: Mapping[str, Watch] = field(default_factory=dict)
    is_config_good: bool = True
    """Whether the last attempt to load the config succeeded."""
    config_loaded_at: datetime | None = None
    """When the config that holds was loaded."""
    heartbeat: datetime | None = None
    """The last sign of life of the scheduler."""
    interrupted: int = 0
    """Runs that were cut short, those found unfinished at the start among them."""
    queue: int = 0
    """Audits that are due and wait for their turn."""
    store_failures: int = 0
    store_trouble: str = ""
    """Why the last run could not be written to the store; empty if it could."""
    stored_at: datetime | None = None
    log_messages: Mapping[str, int] = field(default_factory=dict)
    collector_errors: int = 0
    channels: Mapping[str, Channel] = field(default_factory=dict)
    notices_waiting: int = 0
    role: Role = Role.ALONE
    role_trouble: str = ""
    """Why it cannot be known who leads; empty if it can."""
    role_changes: int = 0
    """How often this process began or ceased to lead."""
    has_store: bool = False
    """Whether anything is remembered that other processes may have found."""
    read_at: datetime | None = None
    """When the store was last asked what others found."""
    read_trouble: str = ""
    """Why it could not be asked since; empty if it could."""
