"""What waits for its delivery, and what comes of an attempt."""

from datetime import datetime

from msgspec import Struct

from driftwatch.model.notice import Alert, Notice


class Parcel(Struct, frozen=True):
    """A notice or alerts on their way to one address."""

    channel: str
    """The address: a channel of the config or a replica of Alertmanager, by name."""
    key: str
    """A later parcel of the same key to the same address takes its place."""
    made_at: datetime
    notice: Notice | None = None
    alerts: tuple[Alert, ...] = ()
    attempts: int = 0
    """Deliveries that failed."""
    due_at: datetime | None = None
    """When the next attempt may be made; at once if ``None``."""

    @property
    def providers(self) -> tuple[str, ...]:
        """What it is about: several installations may share a store, and each has channels of its own."""
        if self.notice is not None:
            return tuple(news.provider for news in self.notice.news)
        return tuple(
            dict.fromkeys(value for alert in self.alerts for name, value in alert.labels if name == "provider")
        )


class Waiting(Struct, frozen=True):
    """How long a queue is."""

    parcels: int = 0
    due_at: datetime | None = None
    """When the next of them may be delivered; ``None`` if there is none."""


class Delivered(Struct, frozen=True):
    """It was accepted."""


class Undelivered(Struct, frozen=True):
    """It was not."""

    reason: str
    """For a log and a person; it holds neither URL nor credential."""
    is_final: bool = False
    """Another attempt would come to the same."""
    retry_after: float | None = None
    """Seconds that the other side asks to wait."""


Outcome = Delivered | Undelivered
