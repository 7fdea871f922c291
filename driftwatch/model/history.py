"""What earlier audits learnt of one interaction: bounded, and never a payload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The values that were seen at one place of a service's answers."""

    values: frozenset[str | int | float | bool]
    n: int
    """In how many observations."""


@dataclass(frozen=True, slots=True)
class KnownLatency:
    """How long answers took, in milliseconds."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class History:
    """Earlier audits, as far as a judgement asks for them."""

    verified_at: datetime | None = None
    """When the mock was last really compared."""
    values: Mapping[str, KnownValues] = field(default_factory=dict)
    """By JSON Pointer with ``*``."""
    latency: KnownLatency | None = None
