"""Which of three sides is alone: mock and service, and beside them a specification or the service's production."""

from enum import StrEnum

from msgspec import Struct

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


class InProduction(StrEnum):
    """How mock, staging and production stand to each other at the place of one finding, pair by pair."""

    STAGING_AHEAD = "staging-ahead"
    """Mock and production agree: what staging does is not live yet."""
    MOCK_STALE = "mock-stale"
    """Staging and production agree."""
    PRODUCTION_APART = "production-apart"
    """Mock and staging agree: what tests rest on is not what is live."""
    ALL_DIFFER = "all-differ"


class Agreement(Struct, frozen=True):
    """How the sides stand, and where the side was read that the finding itself is not about."""

    stands: Stands
    third: Origin
    """The operation of the specification; for a finding about a specification, the mock."""


def stands(*, mock_specification: bool, specification_service: bool, mock_service: bool) -> Stands | None:
    """What follows from which pairs agree; ``None`` if nothing does.

    Nothing follows where a mock is silent: it agrees with a specification and a service that differ.
    """
    return _STANDS.get((mock_specification, specification_service, mock_service))


def stands_in_production(*, mock_production: bool, staging_production: bool) -> InProduction | None:
    """What follows for a place at which mock and staging differ; ``None`` if production was seen to do both."""
    return _IN_PRODUCTION.get((mock_production, staging_production))


_STANDS = {
    (True, False, False): Stands.SERVICE_MOVED,
    (False, True, False): Stands.MOCK_STALE,
    (False, False, True): Stands.SPECIFICATION_STALE,
    (False, False, False): Stands.ALL_DIFFER,
    (True, True, False): Stands.BOTH_ALLOWED,
}
_IN_PRODUCTION = {
    (True, False): InProduction.STAGING_AHEAD,
    (False, True): InProduction.MOCK_STALE,
    (False, False): InProduction.ALL_DIFFER,
}
