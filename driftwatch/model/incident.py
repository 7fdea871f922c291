"""An incident: what once went wrong in production while the tests were green, and what audits knew of it.

A person writes down what happened and what the suite had taken for granted; everything else is read off the memory of
audits, and said to be.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from driftwatch.model.finding import Severity
from driftwatch.model.guard import Guarded
from driftwatch.model.summary import IncidentMark

SCHEMA: Final = "driftwatch.incident/1"
"""Names the documented YAML form of an incident."""


class Cause(StrEnum):
    """Why no test caught it. The list is closed: a cause is a label of a metric."""

    BETWEEN_AUDITS = "between-audits"
    """The mock was true at the last look, and not any more when it happened."""
    BLIND_TEST = "blind-test"
    """The mock was true, and no test looked at what broke. Only a person can tell."""
    HAPPY_PATH_ONLY = "happy-path-only"
    """The mocks of the endpoint show nothing but success."""
    LIMITS = "limits"
    """Reality has more, larger or faster ones than any mock: pages, sizes, throttling."""
    NO_MOCK = "no-mock"
    """No mock stood for the endpoint."""
    OTHER = "other"
    """Something else. Only a person can tell."""
    RIGHTS = "rights"
    """Whoever asks decides what comes, and the suite asks as one."""
    ROLLOUT = "rollout"
    """Two releases answered side by side."""
    SEQUENCE = "sequence"
    """The order of answers or a repeated request mattered."""
    STALE_MOCK = "stale-mock"
    """The mock had stopped being true, and a finding stood open before it happened."""
    TIMING = "timing"
    """The answer came late, or not at all."""
    UNKNOWN = "unknown"
    """Nobody said, and nothing that is remembered tells."""
    UNVERIFIED_MOCK = "unverified-mock"
    """A mock stood for the endpoint, and no audit had held it against the service."""
    WRONG_VALUE = "wrong-value"
    """The form was right, and a value was none that the suite knew."""


class Relation(StrEnum):
    """How the place of a finding lies to that of an incident."""

    SAME = "same"
    ABOVE = "above"
    """What holds the place is another itself, and so is all below it."""
    BELOW = "below"
    """A part of the place is another."""
    ANYWHERE = "anywhere"
    """The incident names no place, and the finding is about the same endpoint."""


class Unseen(StrEnum):
    """Why no audit saw it."""

    NO_STORE = "no-store"
    """Nothing is remembered, or the memory cannot be read."""
    FORGOTTEN = "forgotten"
    """It happened before all that is remembered."""
    NOT_AUDITED = "not-audited"
    """The first audit of the provider came later."""
    NO_MOCK = "no-mock"
    """No mock of the endpoint was there then: no audit asked."""
    NOT_COMPARED = "not-compared"
    """A mock was there, and had never been held against the service."""
    NO_FINDING = "no-finding"
    """The mocks of the endpoint were compared, and no finding speaks of the place."""

    @property
    def is_sure(self) -> bool:
        """Whether the memory reaches back far enough to tell."""
        return self not in (Unseen.NO_STORE, Unseen.FORGOTTEN)


class Seen(StrEnum):
    """When audits saw it, against when it happened."""

    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"
    UNKNOWN = "unknown"
    """Nothing that is remembered reaches back to it."""


class Kept(Struct, frozen=True):
    """What audits knew on the day it was written into the incident's file: a store forgets, a repository does not."""

    first: datetime | None = None
    """When a finding of it was first seen; ``None`` if it never was."""
    kind: str = ""
    finding: str = ""
    """The finding's fingerprint."""
    unseen: Unseen | None = None
    cause: Cause | None = None
    """The cause as it was derived then."""


class Incident(Struct, frozen=True):
    """What a person wrote down."""

    name: str
    """That of its file, without the ending."""
    file: str
    """Where it stands, for messages."""
    title: str
    happened_at: datetime
    provider: str
    ended_at: datetime | None = None
    method: str = ""
    """Empty for any."""
    path: str = ""
    """Path or template of the endpoint; empty for the whole service."""
    status: int | None = None
    """What the service answered, or what its consumer did not expect."""
    place: str = ""
    """As findings name places: a JSON Pointer with ``*``, ``status``, ``header:…``; empty where it is not known."""
    kind: str = ""
    """The kind of finding that tells of it, where the author knows."""
    cause: Cause | None = None
    assumption: str = ""
    """What the suite took for granted."""
    invariant: str = ""
    """What holds in truth."""
    missing_condition: str = ""
    """The smallest condition that no mock expressed."""
    links: tuple[str, ...] = ()
    guard: str = ""
    """Name of an entry of the config's ``guards``."""
    kept: Kept | None = None

    @property
    def endpoint(self) -> str:
        """For a reader."""
        return f"{self.method} {self.path}".strip()

    @property
    def is_error(self) -> bool:
        """Whether the answer was a refusal or a failure."""
        return self.status is not None and self.status >= 400

    @property
    def told_place(self) -> str:
        """The place; the status itself of an error whose place nobody named."""
        return self.place or ("status" if self.is_error else "")

    @property
    def unfilled(self) -> tuple[str, ...]:
        """Keys that a reader of later years will miss."""
        told = {"path": self.path, "assumption": self.assumption, "invariant": self.invariant,
                "missing_condition": self.missing_condition}  # fmt: skip
        return tuple(key for key, text in told.items() if not text)


class Trace(Struct, frozen=True):
    """What audits saw of it: one finding, under whatever ids its mocks went."""

    kind: str
    path: str
    fingerprint: str
    mock_id: str
    severity: Severity
    relation: Relation
    first_seen: datetime
    last_seen: datetime
    told_at: datetime | None = None
    """When people were first told; ``None`` where it was never sure enough."""
    ended_at: datetime | None = None
    """``None`` as long as it stands."""
    stood: bool = False
    """Whether it stood when the incident happened."""
    explained_by: str = ""
    """The kind of the finding that swallowed it, if one did."""
    hidden: str = ""
    """``suppressed`` or ``acknowledged``: why nobody was told, as far as the memory tells."""


class Watch(Struct, frozen=True):
    """The guard of an incident, by the last run."""

    guarded: Guarded
    probe: str = ""
    """What is asked: ``GET /refunds/{id}``; empty where no mock is meant."""
    at: datetime | None = None
    """When that run began."""

    @property
    def is_fallen(self) -> bool:
        """Whether the service was seen to do otherwise."""
        return self.guarded.verdict == "drifted"


class Answer(Struct, frozen=True):
    """One incident with what audits knew, and know now."""

    incident: Incident
    cause: Cause
    is_derived: bool
    """Nobody wrote the cause down: it is read off history and mocks."""
    trace: Trace | None = None
    others: tuple[Trace, ...] = ()
    """Further findings that speak of it."""
    unseen: Unseen | None = None
    """Why not; ``None`` with a trace."""
    is_kept: bool = False
    """The file remembers what the store has forgotten."""
    compared_at: datetime | None = None
    """When a mock of the endpoint was first held against the service, as far as that is remembered."""
    watch: Watch | None = None

    @property
    def kind(self) -> str:
        """The kind of finding that tells of it; empty where nobody knows."""
        return self.trace.kind if self.trace is not None else self.incident.kind

    @property
    def lead(self) -> timedelta | None:
        """How long before it happened an audit saw it first; negative if later, ``None`` if never."""
        return None if self.trace is None else self.incident.happened_at - self.trace.first_seen

    @property
    def seen(self) -> Seen:
        """When audits saw it."""
        if self.lead is not None:
            return Seen.BEFORE if self.lead > timedelta() else Seen.AFTER
        return Seen.NEVER if self.unseen is not None and self.unseen.is_sure else Seen.UNKNOWN

    @property
    def could_be_seen(self) -> bool | None:
        """Whether a kind of finding tells of such a thing and its mock was there to be audited.

        ``None`` where the memory does not reach back, or nobody knows the kind.
        """
        if self.trace is not None:
            return True
        if self.unseen is Unseen.NO_FINDING:
            return True if self.kind else None
        return False if self.seen is Seen.NEVER else None

    @property
    def mark(self) -> IncidentMark:
        """What metrics tell of it."""
        return IncidentMark(self.cause.value, self.seen.value, None if self.lead is None else self.lead.total_seconds())
