"""What the operator decided, in terms of the domain: what may be called, what deserves attention."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.finding import ReadBy, Severity
from driftwatch.model.identity import Identities
from driftwatch.model.probe import Tier

if TYPE_CHECKING:
    from driftwatch.model.consent import Consent  # few consent to anything
    from driftwatch.model.interaction import Claim
    from driftwatch.model.reading import MockReads  # few heed what tests read

DENY_WORDS: Final = (
    "logout", "signout", "unsubscribe", "confirm", "verify-token", "activate", "reset", "delete", "remove", "send",
    "export", "generate", "run",
)  # fmt: skip
"""Words in a path or query that make even a GET unsafe (drift semantics 3.8)."""


class Usage(StrEnum):
    """What the consumer does with a path of the answer."""

    UNUSED = "unused"
    CRITICAL = "critical"


class Behaviour(StrEnum):
    """What is asked beyond the mocks' own requests, where the operator wants it."""

    MISSING_ID = "missing_id"
    """A record that surely does not exist: the service's real 404."""
    CONDITIONAL = "conditional"
    """Whether an unchanged answer is 304 to whoever knows it already."""
    COMPRESSION = "compression"
    """What comes packed, for callers who can and who cannot unpack."""
    WRONG_MEDIA_TYPE = "wrong_media_type"
    """A body under a media type that the service cannot know (tier 2 and above)."""
    MALFORMED_BODY = "malformed_body"
    """A body that breaks off (tier 2 and above)."""


class ProbingPolicy(Struct, frozen=True):
    """Which requests may be made, and how many."""

    tiers: frozenset[Tier] = frozenset({Tier.SAFE})
    samples: int = 3
    spacing: float = 1.1
    """Seconds before the last sample: time stamps of one-second resolution look stable within one second."""
    deny_words: tuple[str, ...] = DENY_WORDS
    declared_safe: tuple[str, ...] = ()
    """``METHOD /path-glob`` of requests that only read although their method does not say so (tier 2)."""
    never: tuple[str, ...] = ()
    """``METHOD /path-glob`` of requests that are never sent."""
    important: tuple[str, ...] = ()
    """``METHOD /path-glob`` of requests that are asked sooner where a budget is too small for all."""
    identities: Identities = field(default_factory=Identities)
    consents: "tuple[Consent, ...]" = ()
    """Requests that change the service and may be sent in a sandbox (tiers 3 and 4)."""
    is_production: bool = False
    """The target is a production host that the operator named: nothing there is ever changed, or asked wrongly."""
    behaviours: frozenset[Behaviour] = frozenset()
    latency_samples: int = 0
    """How often safe requests are sent at least, so that their times are a distribution; 0 if nobody asks for that."""

    @property
    def is_further(self) -> bool:
        """Whether anything is asked beyond the mocks' own safe requests."""
        return bool(self.consents or self.behaviours)


class Consumer(Struct, frozen=True):
    """What is known of the team that believes the mocks."""

    is_strict: bool = False
    """Its deserialiser throws on unknown members."""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """By JSON Pointer of the answer."""
    timeout_ms: float | None = None
    by_mock: "Mapping[str, MockReads]" = field(default_factory=dict)
    """What its tests were seen to read, by ``interaction_key``; empty unless the operator wants that heeded."""
    read: "tuple[MockReads | None, ...]" = ()
    """The same of the mocks in question: see ``of``."""

    def of(self, claim: "Claim") -> "Consumer":
        """The same as the believer of one claim alone."""
        if not self.by_mock:
            return self
        from driftwatch.model.memory import key_of  # noqa: PLC0415 - few configs want it

        return replace(self, read=tuple(self.by_mock.get(key_of(one)) for one in claim.interactions))

    def read_by(self, path: str) -> ReadBy | None:
        """What its tests make of a place, where the config does not say what it does with it."""
        if not self.read or path in self.usage:
            return None
        from driftwatch.model.reading import read_by  # noqa: PLC0415 - few configs want it

        return read_by(self.read, path)

    def usage_of(self, path: str) -> Usage | None:
        """What it does with a place; ``None`` if nobody knows, or it has a default."""
        if path in self.usage:
            return self.usage[path]
        by = self.read_by(path)
        if by is None:
            return None
        return Usage.CRITICAL if by.tests else Usage.UNUSED

    @property
    def may_leave_some(self) -> bool:
        """Whether there may be places that it does not use."""
        return Usage.UNUSED in self.usage.values() or any(one is not None and one.may_be_unread for one in self.read)


class Override(Struct, frozen=True):
    """A severity the operator set, by kind and optionally provider and path glob."""

    kind: str
    severity: Severity
    provider: str = "*"
    path: str = "*"


class Policy(Struct, frozen=True):
    """Everything that ``plan`` and ``judge`` need to know of the operator's mind."""

    probing: ProbingPolicy = field(default_factory=ProbingPolicy)
    consumer: Consumer = field(default_factory=Consumer)
    profile: str = "default"
    """``default`` or ``strict`` (occasional absence and null are breaking)."""
    overrides: tuple[Override, ...] = ()
