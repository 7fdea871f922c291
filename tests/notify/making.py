"""Runs, notices and ways to deliver them, for tests of what is told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from driftwatch.model.finding import Severity
from driftwatch.model.lifecycle import Change
from driftwatch.model.memory import Remembered
from driftwatch.model.notice import Alert, Item, News, Notice, Telling
from driftwatch.model.parcel import Delivered, Outcome, Parcel
from driftwatch.usecases.tell import Readers
from tests.drift.lives import STUB, Story

NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
PROVIDER: Final = STUB.provider
TELLING: Final = Telling(channels=("chat",), interval=timedelta(hours=1))
READERS: Final = Readers({PROVIDER: TELLING}, ("alertmanager:0",), "https://driftwatch.example.com")
HOSTILE: Final = (
    "</p><script>alert(1)</script><img src=x onerror=alert(1)> @everyone <!channel> <@U1|x> [a](https://evil.example) "
    "`code` **bold** _it_ & \x1b[2J\u202e\ud800\x00 https://evil.example\r\nBcc: a@evil.example"
)
"""What a stranger may write into the name of a file or a member."""


def run(story: Story, letter: str) -> Remembered:
    """The next run of a story, an hour after the one before, as a store remembers it."""
    summary = story.summary(letter)
    (events,) = story.goes_on(letter, days=1 / 24)
    return Remembered(summary, events, tuple(story.lives.values()))


def an_item(number: int = 0, change: Change = Change.NEW, severity: Severity = Severity.BREAKING, **more: str) -> Item:
    """A finding in a notice."""
    item = Item(
        change, severity, "field-missing", "a promised member is never delivered", f"GET /v1/things/{number}", "/email",
        f"mappings/things.json:{number}", f"{number:016x}",
    )  # fmt: skip
    return replace(item, **more)


def a_notice(*items: Item, provider: str = "payments", owner: str = "", more: int = 0) -> Notice:
    """News of one provider; ``more`` findings are only counted."""
    changes = {Change.NEW: len(items) + more} if items else {}
    worst = max((item.severity for item in items), default=None)
    news = News(provider, owner, items, changes, worst)
    return Notice("run-1/payments", "run-1", NOW, (news,), "https://driftwatch.example.com")


def a_parcel(channel: str = "chat", key: str = "run-1/payments", provider: str = "payments", **more: object) -> Parcel:
    """A notice on its way."""
    parcel = Parcel(channel, key, NOW, notice=a_notice(an_item(), provider=provider))
    return replace(parcel, **more)


def an_alert(until: timedelta = timedelta(hours=3), at: datetime = NOW, **labels: str) -> Alert:
    """An alert that stands."""
    named = {"alertname": "DriftwatchDrift", "impact": "breaking", "provider": "payments", **labels}
    return Alert(tuple(sorted(named.items())), (("summary", "Mocks have drifted."),), at, at + until)


@dataclass
class Scripted:
    """A way that answers as it is told, and then accepts everything."""

    name: str = "chat"
    outcomes: list[Outcome] = field(default_factory=list)
    got: list[Parcel] = field(default_factory=list)

    def deliver(self, parcel: Parcel) -> Outcome:
        """The next of the outcomes."""
        self.got.append(parcel)
        return self.outcomes.pop(0) if self.outcomes else Delivered()


@dataclass
class Counted:
    """A witness that remembers all it was told."""

    channels: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    waiting: int = 0

    def offer_channels(self, names: object) -> None:
        self.channels = list(names)  # type: ignore[call-overload]

    def delivered(self, channel: str, at: datetime) -> None:
        assert at.tzinfo is not None
        self.told.append((channel, "delivered"))

    def delivery_failed(self, channel: str) -> None:
        self.told.append((channel, "failed"))

    def dropped(self, channel: str) -> None:
        self.told.append((channel, "dropped"))

    def notices_waiting(self, number: int) -> None:
        self.waiting = number
