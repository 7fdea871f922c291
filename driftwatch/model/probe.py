"""One planned call to a real endpoint, and what came of it."""

from datetime import datetime
from enum import IntEnum, StrEnum

from msgspec import Struct

from driftwatch.model.interaction import Claim, Header, Request


class Tier(IntEnum):
    """How harmful a request could be (RFC 9110, 9.2 and our own deny list). Only ``SAFE`` is sent by default."""

    NEVER = 0
    SAFE = 1
    DECLARED_SAFE = 2
    IDEMPOTENT = 3
    UNSAFE = 4


class Purpose(StrEnum):
    """Why a probe is sent."""

    CLAIM = "claim"
    UNKNOWN_ROUTE = "unknown-route"
    """A path that surely does not exist: teaches what the service says of an unknown route."""
    VIEW = "view"
    """The same question as somebody else asks it: what is there may hang on who asks."""
    BEHAVIOUR = "behaviour"
    """What no mock asks: how the service treats a missing record, an unchanged answer, a broken body."""


class Way(StrEnum):
    """How the samples of a probe are sent."""

    ONE_BY_ONE = ""
    TOGETHER = "together"
    """All at the same moment, each over a connection of its own."""
    CUT = "cut"
    """The first is written, and its connection closed before an answer is read; the others one by one."""


class Stage(StrEnum):
    """Which of a provider's deployments is asked."""

    STAGING = "staging"
    """What an audit is about."""
    PRODUCTION = "production"
    """A witness beside it, only where the config names it."""


def lane_of(provider: str, stage: Stage) -> str:
    """What the deployment is called on the way to it; no provider can be called like another one's production."""
    return provider if stage is Stage.STAGING else f"{provider} ({stage})"


class Probe(Struct, frozen=True):
    """One request to one provider, for all claims that ask it."""

    provider: str
    own: Request | None
    """The request, where it is not that of the claims: a hundred thousand mocks need not be unpacked all at once."""
    claims: tuple[Claim, ...]
    """The claims this answer is judged against; empty for an unknown-route probe."""
    samples: int = 3
    spacing: float = 1.1
    """Seconds between the start of the second sample and that of the last."""
    with_credentials: bool = True
    purpose: Purpose = Purpose.CLAIM
    stage: Stage = Stage.STAGING
    identity: str = ""
    """The credentials profile it is sent with; empty for the default one of its target."""
    session: str = ""
    """Probes of one session share cookies; without a session none are kept or sent."""
    is_apart: bool = False
    """Every sample gets a connection of its own, so that a load balancer may choose another instance for it."""
    is_owed: bool = False
    """It puts right what an earlier one changed: no budget, quiet hour or spent quota keeps it back."""
    said: tuple[Header, ...] = ()
    """Headers that a step of a journey says itself: they overrule all others, and may be what a log-in gave."""
    way: Way = Way.ONE_BY_ONE
    key_header: str = ""
    """The header of the request that is its idempotency key; empty for that of the draft."""
    accept_encoding: str = ""
    """What it may come packed in; empty for all that can be unpacked."""

    @property
    def request(self) -> Request:
        """What is asked."""
        return self.own if self.own is not None else self.claims[0].request

    @property
    def lane(self) -> str:
        """The deployment it goes to, by the name under which the way there is known."""
        return lane_of(self.provider, self.stage)


class Failure(StrEnum):
    """Why a request that was sent got no usable answer."""

    CONNECT_REFUSED = "connect-refused"
    CONNECT_FAILED = "connect-failed"
    """Any other failure to connect: no route, reset during the handshake."""
    UNKNOWN_HOST = "unknown-host"
    TLS = "tls"
    TIMEOUT = "timeout"
    """No connection, no byte, or no end of the answer in time."""
    RESET = "reset"
    """The connection ended before the answer did."""
    MALFORMED = "malformed"
    """What came back is not HTTP, or lies about its length or encoding."""


class Observation(Struct, frozen=True):
    """One sample: what came back, or why nothing did."""

    status: int = 0
    """HTTP status; 0 if ``failure`` is set."""
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    """The body after content-decoding, at most as long as the size limit."""
    is_truncated: bool = False
    """Our own size limit cut the body: nothing may be said about it."""
    elapsed_ms: float | None = None
    """From the first byte sent to the last byte received."""
    at: datetime | None = None
    failure: Failure | None = None
    detail: str = ""
    """A few words on the failure, without host or payload."""
    credentials_sent: bool = True
    size: int | None = None
    """Bytes of the decoded body where that is known otherwise than by ``body``."""
    identity: str = ""
    """The credentials profile it was sent with; empty for the default one."""
    idempotency_key: str = ""
    version: str = ""
    """The release that answered, where the operator said how to know it; empty where nobody knows."""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its spelling; ``None`` if it was not sent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Evidence(Struct, frozen=True):
    """All samples of one probe in the order they were taken."""

    probe: Probe
    samples: tuple[Observation, ...]


class Skipped(Struct, frozen=True):
    """An interaction that policy or a missing value kept from being sent."""

    claim: Claim
    reason: str
    is_policy: bool = True
    """Policy decided (verdict ``skipped``); otherwise the request could not be made (verdict ``unverifiable``)."""


class HeldBack(StrEnum):
    """Which of our manners kept a probe from being sent."""

    BUDGET = "budget"
    """The run's."""
    DAILY_BUDGET = "daily-budget"
    QUIET_HOURS = "quiet-hours"
    QUOTA = "quota"
    """The service's own, most of which is used."""


class Unreachable(Struct, frozen=True):
    """A probe that was planned and then not sent at all: the circuit is open, the budget is spent."""

    probe: Probe
    reason: str
    is_policy: bool = False
    """A budget kept it back, not the service (verdict ``skipped`` rather than ``unreachable``)."""
    held_back: HeldBack | None = None
    """By what, if our manners did."""
    is_unauthorized: bool = False
    """There were no credentials to send it with (verdict ``unauthorized``)."""
