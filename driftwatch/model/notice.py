"""What people are told of a run: news of providers for a reader, alerts for Alertmanager. No payload, no secret."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.rollout import Rollout

TOLD: Final = (
    Change.NEW, Change.WORSE, Change.REOPENED, Change.RESOLVED, Change.FLAPPING, Change.SUPPRESSION_EXPIRED,
    Change.ACKNOWLEDGEMENT_EXPIRED,
)  # fmt: skip
"""Changes that deserve a notice unless somebody decides otherwise. A finding whose mock is gone needs nobody, and what
a person did by hand that person knows."""


class Ailment(StrEnum):
    """Why an audit proves less than it should. It is told apart from drift: somebody else can mend it."""

    CANARY_MISSED = "canary-missed"
    """It did not catch the mock that is known to be false."""
    NOTHING_VERIFIED = "nothing-verified"
    """No mock of the provider was really compared."""
    UNAUTHORIZED = "unauthorized"
    """Some were not, for want of access."""
    UNREACHABLE = "unreachable"
    """Some were not, for want of an answer."""


class Item(Struct, frozen=True):
    """One finding in a notice: where it is and of what kind, and nothing that a service or a mock says."""

    change: Change
    severity: Severity
    kind: str
    title: str
    """The kind in a few words."""
    operation: str
    """``GET /v1/charges/{id}``."""
    path: str
    origin: str
    """File and line of the mock."""
    fingerprint: str
    rollout: Rollout | None = None
    """What it began with, where somebody can tell."""


class News(Struct, frozen=True):
    """What one run changed for one provider."""

    provider: str
    owner: str = ""
    items: tuple[Item, ...] = ()
    """The worst first; not all, if there are many."""
    changes: Mapping[Change, int] = field(default_factory=dict)
    """How often each happened, those without an item too."""
    worst: Severity | None = None
    """Of what is new, worse or told again; ``None`` if nothing but good news is there."""
    began: tuple[Ailment, ...] = ()
    ended: tuple[Ailment, ...] = ()
    standing: Mapping[Severity, int] = field(default_factory=dict)
    """In a reminder alone: how many findings still stand."""
    since: datetime | None = None
    """In a reminder alone: how long the oldest of them has stood."""

    @property
    def total(self) -> int:
        """How many findings changed."""
        return sum(self.changes.values())


class Notice(Struct, frozen=True):
    """One message."""

    id: str
    """The same for the same news: nobody is told twice of what was put into the queue twice."""
    run_id: str
    at: datetime
    news: tuple[News, ...]
    """One for each provider; several in a digest."""
    link: str = ""
    """Where to look further."""
    is_sample: bool = False
    """Somebody tries a channel."""


class Alarm(Struct, frozen=True):
    """Something that stands, and that Alertmanager is told of as long as it does."""

    provider: str
    since: datetime
    impact: Severity | None = None
    """Of all findings of this severity together; ``None`` for an ailment."""
    ailment: Ailment | None = None
    findings: int = 0
    rollouts: tuple[Rollout, ...] = ()
    """Those that its findings began with, the last first; not all, if there are many."""


class Alert(Struct, frozen=True):
    """An alarm as Alertmanager takes it. Its labels are its identity: the same ones must end it."""

    labels: tuple[tuple[str, str], ...]
    """In the order of their names."""
    annotations: tuple[tuple[str, str], ...]
    starts_at: datetime
    ends_at: datetime
    """In the future as long as it stands; the sender is dead if nobody hears of it until then."""
    generator_url: str = ""
    is_resolved: bool = False


class Told(Struct, frozen=True):
    """What is remembered of what was told of one provider: changes can be seen only against it."""

    ailments: tuple[Ailment, ...] = ()
    alerts: tuple[Alert, ...] = ()
    """Those that stand, and those that were resolved lately: a receiver may have missed that."""
    told_at: datetime | None = None
    """When findings that stand were last spoken of, by news or a reminder."""


class Telling(Struct, frozen=True):
    """Whom to tell what of one provider."""

    channels: tuple[str, ...] = ()
    changes: frozenset[Change] = frozenset(TOLD)
    least: Severity = Severity.WARNING
    """Findings below it are not spoken of."""
    labels: tuple[tuple[str, str], ...] = ()
    """Of its alerts, beside their own; for routing."""
    owner: str = ""
    interval: timedelta = timedelta(hours=1)
    """The longest time between two audits."""
    remind: timedelta | None = None
    """How long findings may stand unspoken of."""
