"""How mock, specification and service stand to each other, in one line for a reader."""

from collections.abc import Mapping
from typing import Final

from driftwatch.model.agreement import Agreement, Stands

_WORDS: Final[Mapping[Stands, str]] = {
    Stands.SERVICE_MOVED: "mock and specification agree, the service moved",
    Stands.MOCK_STALE: "specification and service agree, the mock is stale",
    Stands.SPECIFICATION_STALE: "mock and service agree, the specification is stale",
    Stands.ALL_DIFFER: "all three differ",
    Stands.BOTH_ALLOWED: "the specification allows what the mock says and what the service does",
}


def tell(agreement: Agreement | None) -> str:
    """Which side is alone, and where the third one was read; empty if no third side has a word on it."""
    return "" if agreement is None else f"{_WORDS[agreement.stands]} ({agreement.third})"
