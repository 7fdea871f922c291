"""One endpoint from both sides: everything that its mocks show, everything that the service was seen to do."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.model.finding import Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Interaction, MatcherKind
from driftwatch.model.shape import Shape

_LOOSENING: Final = {
    MatcherKind.OPTIONAL: "absence", MatcherKind.NULLABLE: "null", MatcherKind.ANY: "any", MatcherKind.IGNORE: "any",
    MatcherKind.DYNAMIC: "any",
}  # fmt: skip


class Side(Struct, frozen=True):
    """What one side shows: how often which status, and the shape of the JSON bodies under each."""

    statuses: Mapping[int, int] = field(default_factory=dict)
    shapes: Mapping[int, Shape] = field(default_factory=dict)

    @property
    def succeeds(self) -> bool:
        """Whether there is any success."""
        return any(200 <= status < 300 for status in self.statuses)


class View(Struct, frozen=True):
    """One endpoint."""

    mocks: Sequence[Interaction]
    mocked: Side
    real: Side
    """Empty where nobody was asked."""
    findings: Sequence[Finding] = ()
    """Of this run, and those that are remembered of earlier ones and still hold."""
    remembered: frozenset[str] = frozenset()
    """Fingerprints of those among them that this run did not see."""
    histories: Sequence[History] = ()
    """What earlier runs learnt of these mocks."""
    compared: frozenset[str] = frozenset()
    """Ids of the mocks that an earlier run really compared, where nobody is asked now."""
    tail_ms: float | None = None
    """How long the service's slow answers take (``tail_of``); ``None`` where too few were timed."""

    def loosened(self) -> frozenset[tuple[str, str]]:
        """Places at which a mock's author said that something may vary: path, and what."""
        return frozenset(
            (matcher.path, _LOOSENING[matcher.kind])
            for mock in self.mocks
            for variant in mock.variants
            for matcher in variant.matchers
            if matcher.kind in _LOOSENING
        )
