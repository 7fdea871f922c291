"""How a mock fared in the last runs, as far as it decides who is asked next."""

from datetime import datetime

from msgspec import Struct


class Standing(Struct, frozen=True):
    """Of one mock."""

    asked_at: datetime | None = None
    """When the last run began that asked for it, whatever came of it; ``None`` if none of the last ones did."""
    looks: int = 0
    """Runs that really compared it."""
    drifted: int = 0
    """Runs of these in which it had drifted."""
