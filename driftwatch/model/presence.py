"""Since when a mock is known to audits, and how far: whether there was one on a day long ago."""

from datetime import datetime

from msgspec import Struct

from driftwatch.model.memory import MockRecord


class Presence(Struct, frozen=True):
    """One mock in all the runs that are remembered of it, which need not be all there were."""

    mock: MockRecord
    """As the last run saw it that did."""
    first: datetime | None
    """When the first of these runs began; ``None`` if only the mock itself is remembered."""
    last: datetime | None
    compared: datetime | None
    """When the first of them began that really compared it; ``None`` if none did."""
    is_current: bool
    """Whether the last run of its provider found it."""
