"""Guards: assumptions that broke once, each held against the service at every audit by a mock of its own."""

from msgspec import Struct


class Guard(Struct, frozen=True):
    """What the operator wants to have watched by name."""

    name: str
    provider: str
    file: str
    """The file of its mock, as the operator wrote it."""
    mock_id: str = ""
    """Which mock of the file; empty for all of them."""
    sentence: str = ""
    """What it guards."""


class Guarded(Struct, frozen=True):
    """What one run says of a guard."""

    guard: Guard
    verdict: str
    """The verdict on its mock, the worst of several; ``missing`` where no mock of the run is meant."""
    reason: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether the service still does what the guard holds it to."""
        return self.verdict == "verified"

    @property
    def is_answered(self) -> bool:
        """Whether anybody looked at all: else it guards nothing, and the run is incomplete."""
        return self.verdict in ("verified", "drifted")


MISSING = "missing"
"""In the place of a verdict: nobody looked, since the mock is not there."""
