"""A request as it would go out, for a reader: with names in place of what must not be shown."""

from collections.abc import Mapping

from msgspec import Struct, field

from driftwatch.model.interaction import Claim, Header
from driftwatch.model.probe import Tier


class Spoken(Struct, frozen=True):
    """One request in the words of HTTP."""

    method: str
    url: str
    headers: tuple[Header, ...]
    """All that are sent but those that frame the message (``Host``, ``Content-Length``)."""
    body: bytes | None = None
    ways: tuple[tuple[str, str], ...] = ()
    """How the service is reached, as options of curl."""


class Foreseen(Struct, frozen=True):
    """One request that an audit would send."""

    spoken: Spoken | None
    """``None`` if it cannot be put into words."""
    tier: Tier
    purpose: str
    """What it is for, in a few words."""
    samples: int
    identity: str = ""
    origin: str = ""
    """The first mock that is asked with it."""
    reason: str = ""
    """Why it cannot be put into words; or what cannot be known before it is sent."""


class Withheld(Struct, frozen=True):
    """A claim that an audit would not ask."""

    claim: Claim
    tier: Tier
    reason: str


class Foresight(Struct, frozen=True):
    """All that an audit would send to one provider."""

    provider: str
    target: str
    requests: tuple[Foreseen, ...]
    withheld: tuple[Withheld, ...]
    notes: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """What stands in requests for credentials, and the shell's words for where they come from."""
