"""How mock and service stand to a specification, or to production, in one line for a reader."""

from collections.abc import Mapping
from typing import Final

from driftwatch.model.agreement import Agreement, InProduction, Stands

_WORDS: Final[Mapping[Stands, str]] = {
    Stands.SERVICE_MOVED: "mock and specification agree, the service moved",
    Stands.MOCK_STALE: "specification and service agree, the mock is stale",
    Stands.SPECIFICATION_STALE: "mock and service agree, the specification is stale",
    Stands.ALL_DIFFER: "all three differ",
    Stands.BOTH_ALLOWED: "the specification allows what the mock says and what the service does",
}


_PRODUCTION: Final[Mapping[InProduction, str]] = {
    InProduction.STAGING_AHEAD: "mock and production agree, staging is ahead",
    InProduction.MOCK_STALE: "staging and production agree, the mock is stale",
    InProduction.ALL_DIFFER: "mock, staging and production all differ",
    InProduction.PRODUCTION_APART: "mock and staging agree, production does this",
}


def tell_production(stands: InProduction | None) -> str:
    """Which of mock, staging and production is alone; empty if production has no word on it."""
    return "" if stands is None else _PRODUCTION[stands]


def tell(agreement: Agreement | None) -> str:
    """Which side is alone, and where the third one was read; empty if no third side has a word on it."""
    return "" if agreement is None else f"{_WORDS[agreement.stands]} ({agreement.third})"
