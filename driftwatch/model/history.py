"""What earlier audits learnt of one interaction: bounded, and never a payload.

Values that rest in a store are digests, keyed by a salt of the installation and short on purpose: long enough to tell
the members of a small set apart, too short to find out what they were made of, since millions of values share each.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

_BYTES: Final = 3
"""Of sixteen known values, an unknown one is taken for known once in a million times."""


def digest_of(value: str | float | bool, salt: bytes) -> str:
    """The digest of a plain value; numbers that differ by less than a billionth have one and the same."""
    told = f"{value:.9g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    text = f"{type(value) is str}\0{told}"
    return "#" + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=salt, digest_size=_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The values that were seen at one place of a service's answers."""

    values: frozenset[str | int | float | bool]
    """Themselves, or their digests where there is a salt."""
    n: int
    """In how many observations."""
    salt: bytes = field(default=b"", repr=False)

    def has(self, value: str) -> bool:
        """Whether it was seen."""
        return (digest_of(value, self.salt) if self.salt else value) in self.values


class KnownConstant(Struct, frozen=True):
    """A value that holds still at one place and is not the mock's."""

    digest: str
    since: datetime
    """When it was first seen."""
    n: int
    """In how many samples."""


class KnownLatency(Struct, frozen=True):
    """How long answers took, in milliseconds."""

    p50: float
    p95: float
    n: int
    recent: tuple[float, ...] = ()
    """The answers since, in their order: too few yet to be compared with those before."""


class NoiseScope(StrEnum):
    """What differs although nothing changed."""

    VALUE = "value"
    ORDER = "order"


class Noise(Struct, frozen=True):
    """A place at which a service disagrees with itself (drift semantics 3.1)."""

    path: str
    """Exactly this one, with ``*`` for items."""
    scope: NoiseScope
    learned_at: datetime
    expires_at: datetime
    pairs: int
    """Repeats that disagreed: the evidence."""


@dataclass(frozen=True, slots=True)
class History:
    """Earlier audits, as far as a judgement asks for them."""

    verified_at: datetime | None = None
    """When the mock was last really compared."""
    values: Mapping[str, KnownValues] = field(default_factory=dict)
    """By JSON Pointer with ``*``."""
    latency: KnownLatency | None = None
    constants: Mapping[str, KnownConstant] = field(default_factory=dict)
    """By JSON Pointer with ``*``."""
    noise: tuple[Noise, ...] = ()
    unlimited: frozenset[str] = frozenset()
    """Places whose values turned out to be no closed set: nothing of them is kept."""
    counted_at: datetime | None = None
    """When values were last counted: the same record counts once a day."""
    salt: bytes = field(default=b"", repr=False)
    """What the digests in it are keyed with."""

    def is_noise(self, path: str, scope: NoiseScope, now: datetime | None) -> bool:
        """Whether the service is known to disagree with itself here; what has expired is to be learnt again."""
        return any(
            each.path == path and each.scope is scope and (now is None or each.expires_at > now) for each in self.noise
        )
