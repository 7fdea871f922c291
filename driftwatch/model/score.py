"""How right one mock is, and how that number came about (drift semantics 3.4)."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class ScoreAspect(StrEnum):
    """What a score weighs of a mock."""

    STATUS = "status"
    BODY = "body"
    """The form of its documents, but for those of refusals."""
    HEADERS = "headers"
    ERRORS = "errors"
    """The documents of its refusals."""
    BEHAVIOUR = "behaviour"
    """Latency, size, caching, paging, credentials and quotas."""
    FRESHNESS = "freshness"


class Loss(Struct, frozen=True):
    """What one finding takes away from an aspect: where two speak of one place, the graver takes it."""

    finding: str
    """Its fingerprint."""
    held: float
    """What is left of each place: 0 under a breaking finding, 0.5 under a warning."""
    weight: float
    """The weight of those places together, in the units of ``AspectScore.total``."""
    count: int
    """How many places that are."""
    paths: tuple[str, ...]
    """The first of them, in order."""


class Unseen(Struct, frozen=True):
    """Something a mock claims that a run could not look at; it neither lifts nor lowers the score."""

    path: str
    """A place of the body, or empty for the aspect as a whole."""
    reason: str


class AspectScore(Struct, frozen=True):
    """One aspect's part in a score."""

    name: ScoreAspect
    weight: float
    """Its weight among the aspects."""
    value: float | None
    """The share that holds, 0 to 1; ``None`` without a verdict, and then it stands in neither sum."""
    verified: float
    """The share that was looked at, 0 to 1."""
    total: float = 0.0
    """The weight of all places that were looked at, where something was lost."""
    losses: tuple[Loss, ...] = ()
    unseen: tuple[Unseen, ...] = ()


class Cap(Struct, frozen=True):
    """The bound that confirmed findings set, where the aspects alone would come to more."""

    limit: float
    findings: tuple[str, ...]
    """Fingerprints."""


class Score(Struct, frozen=True):
    """How right is what could be checked (0 to 100); no score exists where nothing was verified."""

    fidelity: float
    verified_share: float = 1.0
    """How much of what the mock claims could be checked, by the weights of the aspects, 0 to 1."""
    uncapped: float = 100.0
    """What the aspects alone come to."""
    cap: Cap | None = None
    aspects: tuple[AspectScore, ...] = ()
    """Those of which the mock claims something, in the order of ``ScoreAspect``."""

    def renamed(self, names: Mapping[str, str]) -> "Score":
        """The same score, where findings go by other fingerprints since many of them became one."""

        def renamed(loss: Loss) -> Loss:
            return replace(loss, finding=names.get(loss.finding, loss.finding))

        aspects = tuple(replace(one, losses=tuple(map(renamed, one.losses))) for one in self.aspects)
        cap = self.cap
        if cap is not None:
            cap = replace(cap, findings=tuple(sorted({names.get(finding, finding) for finding in cap.findings})))
        return replace(self, aspects=aspects, cap=cap)

    @property
    def shares(self) -> Mapping[str, float]:
        """Share of each aspect with a verdict that holds, 0 to 1."""
        return {aspect.name.value: aspect.value for aspect in self.aspects if aspect.value is not None}
