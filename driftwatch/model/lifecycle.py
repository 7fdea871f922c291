"""One finding across audits: the states it goes through, what people decided about it, and what is worth telling.

The table that moves a life from run to run is drift semantics 3.6; ``drift/timeline.py`` is that table in code.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import SUPPRESSED, SUSPECT, Finding, Severity
from driftwatch.model.rollout import Beginning
from driftwatch.model.suppression import Suppression

ACKNOWLEDGED: Final = "acknowledged"
FLAPPING: Final = "flapping"
OPEN: Final = "open"
"""Words for what lies over a state; see ``Life.word``."""
BY_HAND: Final = "driftwatch findings"
"""Where a suppression was written that stands in no file: it was made from the terminal and rests in the store."""


class State(StrEnum):
    """How sure we are that a finding holds now."""

    SUSPECT = SUSPECT
    """Seen, and not surely enough to alarm anybody."""
    OPEN = OPEN
    RESOLVED = "resolved"
    OBSOLETE = "obsolete"
    """Its mock is not there any more."""

    @property
    def is_current(self) -> bool:
        """Whether the finding still holds, as far as anybody knows."""
        return self in (State.SUSPECT, State.OPEN)


class Change(StrEnum):
    """What happened to a finding, in one word."""

    NEW = "new"
    WORSE = "worse"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    FLAPPING = "flapping"
    """It comes and goes: told once, and nothing more until it holds still."""
    SUPPRESSION_EXPIRED = "suppression-expired"
    """It is told again, since the suppression that hid it is over."""
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement-expired"
    OBSOLETE = "obsolete"
    ACKNOWLEDGED = ACKNOWLEDGED
    """By a person, as are those that follow."""
    SUPPRESSED = SUPPRESSED
    REOPENED_BY_HAND = "reopened-by-hand"


class Acknowledgement(Struct, frozen=True):
    """A person knows of a finding and deals with it until a day; it is void as soon as the finding gets worse."""

    owner: str
    reason: str
    until: date
    """The last day on which it holds, in UTC."""
    severity: Severity
    """The finding's when it was acknowledged."""


class Life(Struct, frozen=True):
    """A finding from its first sighting to its end."""

    finding: Finding
    """As it was last seen."""
    state: State
    first_seen: datetime
    last_seen: datetime
    last_verified: datetime | None = None
    """When its interaction was last really compared, whether or not it was seen then."""
    sightings: int = 1
    """Runs in which it was seen, since it was first seen or came back after long."""
    misses: int = 0
    """Verified runs in a row in which it was not seen."""
    clean: int = 0
    """Observations in those runs: the resolution bound of a rare event counts these and not runs."""
    seen_k: int = 0
    seen_n: int = 0
    """Observations that showed it, of all in the runs in which it was seen; 0 of 0 where nobody counted."""
    turns: tuple[bool, ...] = ()
    """For each of the last verified runs, oldest first: whether it was resolved or came back in it."""
    is_flapping: bool = False
    opened_at: datetime | None = None
    """When people were first to be told of it; ``None`` as long as it is only suspected."""
    resolved_at: datetime | None = None
    acknowledged: Acknowledgement | None = None
    suppressed: Suppression | None = None
    """What hid it when it was last seen, be it of the config or of the store."""
    claim: str = ""
    """Digest of what the mock said when it was last seen; never what it said."""
    incarnation: int = 1
    """How often it was born: one that comes back after long begins anew."""
    began: Beginning | None = None
    """When it was first seen, or came back, where its mock had been verified without it before; else ``None``."""

    @property
    def fingerprint(self) -> str:
        """The finding's stable name."""
        return self.finding.fingerprint

    @property
    def share(self) -> float | None:
        """In what share of the observations it shows; ``None`` for a fact that every answer shows."""
        return self.seen_k / self.seen_n if 0 < self.seen_k < self.seen_n else None

    @property
    def began_with(self) -> Beginning | None:
        """The rollout that it began with, as far as anybody can tell."""
        return self.began if self.began is not None and self.began.rollout is not None else None

    def word(self, today: date) -> str:
        """The one word for where it stands: what a person decided covers what we know, as long as it holds."""
        if not self.state.is_current:
            return self.state.value
        if self.suppressed is not None and self.suppressed.until >= today:
            return SUPPRESSED
        if self.acknowledged is not None and self.acknowledged.until >= today:
            return ACKNOWLEDGED
        return FLAPPING if self.is_flapping else self.state.value


class Event(Struct, frozen=True):
    """Something that happened to a finding, in a run or by a person's hand."""

    change: Change
    fingerprint: str
    at: datetime
    severity: Severity
    run_id: str = ""
    owner: str = ""
    """The person, where it was one."""
    reason: str = ""
    until: date | None = None
    finding: Finding | None = None
    """What it happened to; ``None`` in an event of the past, since the store keeps only how a finding last was."""

    @property
    def is_alarm(self) -> bool:
        """Whether somebody should be told: what is worth knowing only, or was done by hand, is no alarm."""
        return self.severity >= Severity.WARNING and self.change in _TOLD


_TOLD: Final = frozenset({
    Change.NEW, Change.WORSE, Change.RESOLVED, Change.REOPENED, Change.FLAPPING, Change.SUPPRESSION_EXPIRED,
    Change.ACKNOWLEDGEMENT_EXPIRED, Change.OBSOLETE,
})  # fmt: skip


class Turn(Struct, frozen=True):
    """What one run changed."""

    lives: tuple[Life, ...]
    """Those that are new or otherwise than before; all others stand as they did."""
    events: tuple[Event, ...]
    """At most one for each finding."""
