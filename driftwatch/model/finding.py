"""One drift, judged and addressed. A finding knows itself: its fingerprint is made of place, never of wording."""

import hashlib
import math
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from driftwatch.model.agreement import Agreement, InProduction, Stands
from driftwatch.model.interaction import Origin
from driftwatch.model.rollout import Beginning
from driftwatch.model.traffic import RestsOn

CONFIRMED: Final = 0.9
"""The least confidence with which a fact is sure enough to raise an alarm."""
SUSPECT: Final = "suspect"
SUPPRESSED: Final = "suppressed"
"""States of a finding (drift semantics 3.6) that change how it counts; others are told as they are."""


class Severity(StrEnum):
    """The effect on the consumer, never our doubt."""

    INFO = "info"
    """The mock is stale but harmless; nobody is woken."""
    WARNING = "warning"
    """Some real answers take a path no test has exercised, or a human must unblock the check."""
    BREAKING = "breaking"
    """A consumer's test can pass while production fails."""

    @property
    def rank(self) -> int:
        """0 for info, 2 for breaking."""
        return _RANK[self]

    # all four by hand: a StrEnum has str's own, and functools.total_ordering leaves those in place
    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Severity) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, Severity) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, Severity) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, Severity) else NotImplemented

    def raised(self) -> "Severity":
        """One step up; breaking stays."""
        return _LADDER[min(self.rank + 1, 2)]

    def lowered(self) -> "Severity":
        """One step down; info stays."""
        return _LADDER[max(self.rank - 1, 0)]


_LADDER = (Severity.INFO, Severity.WARNING, Severity.BREAKING)
_RANK = {severity: rank for rank, severity in enumerate(_LADDER)}


class Direction(StrEnum):
    """Which side says more."""

    MOCK_ONLY = "promised, not delivered"
    REAL_ONLY = "delivered, not promised"
    CHANGED = "changed"


class Category(StrEnum):
    """The families of kinds."""

    SCHEMA = "schema"
    VALUE = "value"
    STATUS = "status"
    HEADER = "header"
    ERROR = "error"
    AUTH = "auth"
    LATENCY = "latency"
    COVERAGE = "coverage"
    FRESHNESS = "freshness"
    ROLLOUT = "rollout"


class Prevalence(Struct, frozen=True):
    """How often: ``k`` of ``n`` observations, with a 95 % interval (Wilson; rule of three at the ends)."""

    k: int
    n: int

    @property
    def low(self) -> float:
        """Lower bound of the true share."""
        if self.n == 0:
            return 0.0
        if self.k == self.n:
            return float(0.05 ** (1 / self.n))
        return max(0.0, self._centre - self._half) if self.k else 0.0

    @property
    def high(self) -> float:
        """Upper bound of the true share."""
        if self.n == 0:
            return 1.0
        if self.k == 0:
            return float(1 - 0.05 ** (1 / self.n))
        return min(1.0, self._centre + self._half) if self.k < self.n else 1.0

    @property
    def _centre(self) -> float:
        return (self.k + _Z2 / 2) / (self.n + _Z2)

    @property
    def _half(self) -> float:
        share = self.k / self.n
        return _Z * math.sqrt(share * (1 - share) / self.n + _Z2 / (4 * self.n**2)) / (1 + _Z2 / self.n)


_Z = 1.959964
_Z2 = _Z**2


class Explained(Struct, frozen=True):
    """A finding that another one swallowed: one cause, one finding, and what it explains stays readable."""

    kind: str
    path: str


class ReadBy(Struct, frozen=True):
    """What the consumer's tests make of one place of an answer."""

    tests: int
    """How many read it without a default; 0 if none reads it at all."""
    of: int
    """How many were watched while they used the mock."""


class Finding(Struct, frozen=True):
    """One drift: a kind, a place, a severity, both sides in a few words."""

    kind: str
    category: Category
    severity: Severity
    default_severity: Severity
    path: str
    """JSON Pointer with ``*`` for items, or ``status``, ``service``, ``mock``, ``header:<name>`` …"""
    direction: Direction
    claim: str
    """What the mock says, in a few words, without values that could be secret."""
    observed: str
    """What the service does, in a few words, redacted."""
    hint: str
    """How to put the mock right."""
    family: str
    """Kinds of one pair (optional/missing …) share it, so growing evidence changes one finding."""
    detail: str = ""
    """What makes two findings of one kind at one path different; never message text, counts or raw values."""
    prevalence: Prevalence | None = None
    observations: int = 0
    confidence: float = 1.0
    explains: tuple[Explained, ...] = ()
    evidence: tuple[str, ...] = ()
    """Ids of the samples it rests on, and what an independent schema check says of them."""
    provider: str = ""
    method: str = ""
    path_template: str = ""
    mock_id: str = ""
    origin: Origin = field(default_factory=lambda: Origin(""))
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    last_verified: datetime | None = None
    state: str = "open"
    agreement: Agreement | None = None
    """Which side a third one agrees with, where there is one that says something of this place."""
    production: InProduction | None = None
    """How mock, staging and production stand here; ``None`` where production was not asked or says nothing of it."""
    began_with: Beginning | None = None
    """The rollout that it began with; ``None`` where nobody can tell."""
    rests_on: RestsOn | None = None
    """The answers that show it; ``None`` where it rests on the mock alone, or nobody kept the time."""
    read_by: ReadBy | None = None
    """What the consumer's tests make of the place; ``None`` where nobody looked, or nobody can say."""

    @property
    def fingerprint(self) -> str:
        """The finding's stable name across runs (drift semantics 3.5, version 1 of the algorithm)."""
        parts = (
            "v1", self.provider, self.method, self.path_template, self.mock_id, self.family, self.path, self.detail,
        )  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def is_alarm(self) -> bool:
        """Whether a person should look."""
        return self.severity >= Severity.WARNING

    @property
    def is_confirmed(self) -> bool:
        """Whether the fact is sure enough to raise an alarm (drift semantics 3.3)."""
        return self.confidence >= CONFIRMED and self.state != SUSPECT

    @property
    def is_toward_lone_side(self) -> bool:
        """Whether a mock put right would follow a side that stands alone: that one should be settled first.

        Production knows better than a specification which of mock and staging is alone.
        """
        if self.production in (InProduction.STAGING_AHEAD, InProduction.PRODUCTION_APART):
            return True
        is_settled = self.production is InProduction.MOCK_STALE
        return self.agreement is not None and self.agreement.stands is Stands.SERVICE_MOVED and not is_settled

    @property
    def is_suppressed(self) -> bool:
        """Whether a person decided not to be told of it for a while; it is counted and shown apart."""
        return self.state == SUPPRESSED
