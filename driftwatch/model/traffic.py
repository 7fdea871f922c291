"""Real traffic that somebody recorded, and what a finding rests on: on that, or on what the audit asked itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from driftwatch.model.interaction import Header, Ignored, Query, Unreadable


class Medium(StrEnum):
    """How an answer came to us."""

    ASKED = "asked"
    """The audit asked for it."""
    HAR = "har"
    KEPLOY = "keploy"
    ACCESS_LOG = "access-log"
    OTEL = "otel"
    """A span of OpenTelemetry."""


class RestsOn(Struct, frozen=True):
    """Which answers something rests on, and how old they are; never what they said."""

    kind: Medium
    file: str = ""
    """The recording with the newest of them, as the operator named it; empty for what was asked."""
    exchanges: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    others: int = 0
    """Further files that some of them are from."""

    @property
    def is_recorded(self) -> bool:
        """Whether somebody else asked."""
        return self.kind is not Medium.ASKED


class Heard(Struct, frozen=True):
    """One real exchange from a recording. What that does not hold is ``None``, which is not the same as empty."""

    medium: Medium
    file: str
    method: str
    path: str
    """Percent-encoded, with its leading slash, without query."""
    query: Query
    """Without credentials."""
    status: int
    host: str = ""
    """Host and port, in small letters; empty where the recording does not tell."""
    at: datetime | None = None
    """When it began; ``None`` where the recording does not tell."""
    request_body: bytes | None = None
    headers: tuple[Header, ...] | None = None
    body: bytes | None = None
    elapsed_ms: float | None = None
    size: int | None = None
    """Bytes of the answer's body."""
    content_type: str = ""
    """The answer's media type, where the recording holds it and no other header."""
    withheld: tuple[str, ...] = ()
    """Parameters of the query that were credentials: their names."""

    @property
    def is_whole(self) -> bool:
        """Whether it holds an answer's body, and not only the fact that there was one."""
        return self.body is not None


HeardReading = Heard | Unreadable | Ignored
"""What reading recordings yields, in one stream."""


class Listening(Struct, frozen=True):
    """What the operator decided about recorded traffic."""

    samples: int = 20
    """The newest exchanges of a request that stand for it, at most."""
    max_age: timedelta = timedelta(days=30)
    prefers_recorded: bool = False
    """What recordings hold is not asked, though it may be."""


def rests_on(heard: Sequence[Heard]) -> RestsOn | None:
    """What these exchanges are as evidence; ``None`` for none at all."""
    if not heard:
        return None
    dated = [one.at for one in heard if one.at is not None]
    newest = max(heard, key=_moment)
    return RestsOn(
        newest.medium, newest.file, len(heard), max(dated, default=None), min(dated, default=None),
        len({one.file for one in heard}) - 1,
    )  # fmt: skip


def rests_on_asked(moments: Iterable[datetime | None]) -> RestsOn | None:
    """What answers that were asked for at these moments are as evidence; ``None`` where nobody kept the time."""
    known = [moment for moment in moments if moment is not None]
    return RestsOn(Medium.ASKED, "", len(known), max(known), min(known)) if known else None


def _moment(heard: Heard) -> float:
    return heard.at.timestamp() if heard.at is not None else 0.0
