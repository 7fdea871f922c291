"""Whether a test notices a drift of a mock that it rests on; what rests of it between runs."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Sight(StrEnum):
    """What became of one test once its mock had drifted as the service has."""

    NOTICED = "noticed"
    """It failed: it would have told."""
    BLIND = "blind"
    """It passed all the same: it cannot notice this drift."""
    UNTRIED = "untried"
    """Nobody knows; never counted as one of the others."""


class Sighting(Struct, frozen=True):
    """One test and one finding."""

    suite: str
    test: str
    fingerprint: str
    sight: Sight
    at: datetime
    reason: str = ""
    """``UNTRIED``: why, for a person."""
    is_alone: bool = True
    """Whether only this drift was applied to what the test rests on; else all that was observed, at once."""

    @property
    def is_tried(self) -> bool:
        """Whether it counts in the score."""
        return self.sight is not Sight.UNTRIED
