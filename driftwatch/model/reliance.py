"""What rests on what: tests on mocks, with what audits say of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Origin
from driftwatch.model.use import Need, Outcome


class Trust(StrEnum):
    """How far what a mock says may be believed, and so what a green test that rests on it is worth."""

    VERIFIED = "verified"
    """The last audit that could compare it found it true, and that is not long ago."""
    STALE = "stale"
    """It was found true, too long ago."""
    NEVER = "never"
    """No audit ever compared it: nobody knows."""
    DRIFTED = "drifted"
    """It was found to be false."""

    @property
    def rank(self) -> int:
        """0 for what can be trusted most; a test is worth what the worst of its mocks is worth."""
        return _RANK[self]


_RANK: Final = {trust: rank for rank, trust in enumerate(Trust)}


class UsedMock(Struct, frozen=True):
    """A mock that a test rests on, once it is known which one."""

    key: str
    """See ``interaction_key``; of a mock that stands in code alone, or is not known any more, empty."""
    label: str
    """What a person reads: ``GET /orders/{id}``."""
    provider: str = ""
    mock_id: str = ""
    reads: Mapping[str, Need] = field(default_factory=dict)
    """See ``Touch``."""


class KnownUse(Struct, frozen=True):
    """One test and its mocks, as they rest between runs."""

    suite: str
    test: str
    outcome: Outcome
    at: datetime
    mocks: tuple[UsedMock, ...]
    is_watching_reads: bool = False


class Doubt(Struct, frozen=True):
    """A touch of which it is not sure which mock it means."""

    suite: str
    test: str
    label: str
    """What was met."""
    fitting: int
    """How many mocks fit, and all of them count; 0 if it was named and none is called so."""


NOT_DRIFT: Final = frozenset({
    "access-denied", "fixture-missing", "mock-shadowed", "mock-stale", "service-unavailable", "unverifiable",
})  # fmt: skip
"""Kinds that tell of the audit's own trouble, or of the mock alone: they do not say that it is false."""


class Drift(Struct, frozen=True):
    """A finding that speaks against a mock, as far as those hear of it whose tests rest on that mock."""

    fingerprint: str
    kind: str
    severity: Severity
    path: str
    provider: str = ""
    method: str = ""
    path_template: str = ""
    mock_id: str = ""
    origin: Origin = field(default_factory=lambda: Origin(""))
    claim: str = ""
    observed: str = ""
    hint: str = ""
    state: str = "open"
    first_seen: datetime | None = None

    @classmethod
    def of(cls, finding: Finding) -> "Drift":
        """The same, without what nobody asks here."""
        return cls(
            finding.fingerprint, finding.kind, finding.severity, finding.path, finding.provider, finding.method,
            finding.path_template, finding.mock_id, finding.origin, finding.claim, finding.observed, finding.hint,
            finding.state, finding.first_seen,
        )  # fmt: skip

    @property
    def is_alarm(self) -> bool:
        """Whether a mock of which this stands tells an untruth that can do harm."""
        return self.severity >= Severity.WARNING


class Trusted(Struct, frozen=True):
    """One mock with what is known of its truth."""

    mock: UsedMock
    trust: Trust
    origin: Origin | None = None
    """``None`` for one that stands in code alone."""
    verified_at: datetime | None = None
    """When it was last found true."""
    compared_at: datetime | None = None
    severity: Severity | None = None
    """The worst of its findings that stand and nobody suppressed; ``None`` without any."""
    findings: tuple[str, ...] = ()
    """Fingerprints of these, the worst first."""
    reason: str = ""
    """Why nobody knows whether it is true, or what else is to be known of it."""


class Resting(Struct, frozen=True):
    """One test and all that it rests on."""

    suite: str
    test: str
    outcome: Outcome
    mocks: tuple[Trusted, ...]
    blind: int = 0
    """How many of the findings that stand of its mocks it was seen not to notice."""
    tried: int = 0
    """Of how many that was tried."""

    @property
    def trust(self) -> Trust:
        """That of the worst of its mocks."""
        return max((one.trust for one in self.mocks), key=lambda trust: trust.rank)

    @property
    def is_lying(self) -> bool:
        """Green, and resting on a mock that is known to be false."""
        return self.outcome is Outcome.PASSED and self.trust is Trust.DRIFTED


class Reliance(Struct, frozen=True):
    """All tests that rest on mocks, and the mocks that no test rests on."""

    tests: tuple[Resting, ...]
    unused: tuple[Trusted, ...]
    as_of: datetime | None = None
    """When the last audit began that it knows of; ``None`` if there was none."""
    drift: tuple[Drift, ...] = ()
    """What stands of the mocks that tests rest on, the worst first."""
    doubts: tuple[Doubt, ...] = ()

    def counts(self, provider: str = "") -> Mapping[Trust, int]:
        """How many passed tests rest on each trust, zero included; of one provider's mocks alone if it is named."""
        return _counted(
            [one.trust for one in test.mocks if provider in ("", one.mock.provider)]
            for test in self.tests
            if test.outcome is Outcome.PASSED
        )


def _counted(trusts: Iterable[list[Trust]]) -> Mapping[Trust, int]:
    seen = Counter(max(those, key=lambda trust: trust.rank) for those in trusts if those)
    return {trust: seen[trust] for trust in Trust}
