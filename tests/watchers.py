"""Fakes of ``ports.Progress``."""


class Silence:
    """Watches and says nothing."""

    def planned(self, probes: int) -> None:
        """Nobody is told."""

    def advanced(self) -> None:
        """Nobody is told."""
