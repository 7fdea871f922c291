"""Which of three sides is alone: a mock, the specification beside it, the service that both are about."""

from dataclasses import dataclass
from enum import StrEnum

from driftwatch.model.interaction import Origin


class Stands(StrEnum):
    """How mock, specification and service stand to each other at the place of one finding, pair by pair."""

    SERVICE_MOVED = "service-moved"
    """Mock and specification agree."""
    MOCK_STALE = "mock-stale"
    """Specification and service agree."""
    SPECIFICATION_STALE = "specification-stale"
    """Mock and service agree."""
    ALL_DIFFER = "all-differ"
    BOTH_ALLOWED = "both-allowed"
    """The specification has room for what the mock says and for what the service does."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the sides stand, and where the side was read that the finding itself is not about."""

    stands: Stands
    third: Origin
    """The operation of the specification; for a finding about a specification, the mock."""


def stands(*, mock_specification: bool, specification_service: bool, mock_service: bool) -> Stands | None:
    """What follows from which pairs agree; ``None`` if nothing does.

    Nothing follows where a mock is silent: it agrees with a specification and a service that differ.
    """
    return _STANDS.get((mock_specification, specification_service, mock_service))


_STANDS = {
    (True, False, False): Stands.SERVICE_MOVED,
    (False, True, False): Stands.MOCK_STALE,
    (False, False, True): Stands.SPECIFICATION_STALE,
    (False, False, False): Stands.ALL_DIFFER,
    (True, True, False): Stands.BOTH_ALLOWED,
}
