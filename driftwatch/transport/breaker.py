"""When to leave a failing service alone.

Counted are probes, not samples: a probe failed if *all* its samples did. So an endpoint that fails now and then keeps
being watched, which is the point of sampling it, while a dead service is not asked a thousand times.
"""

from enum import Enum
from typing import Final

THRESHOLD: Final = 3
"""Consecutive failed probes of one target that open its circuit."""


class Circuit(Enum):
    """Whether requests flow."""

    CLOSED = "closed"
    """They do."""
    OPEN = "open"
    """After a cool-down one probe may try; the others wait for what it finds."""
    DEAD = "dead"
    """Not again in this run."""


class Breaker:
    """The circuit of one target. Not locked: its owner is."""

    __slots__ = ("_cool_down", "_had_second_chance", "_in_a_row", "circuit", "opens_at")

    def __init__(self, cool_down: float) -> None:
        self._cool_down = cool_down
        self._had_second_chance = False
        self._in_a_row = 0
        self.circuit = Circuit.CLOSED
        self.opens_at = float("-inf")
        """When the one probe of an open circuit may try."""

    def succeeded(self) -> None:
        """A probe was answered."""
        self._in_a_row = 0
        if self.circuit is Circuit.OPEN:
            self.circuit = Circuit.CLOSED

    def failed(self, now: float, *, was_second_chance: bool) -> bool:
        """All samples of a probe failed; says whether that changed the circuit."""
        self._in_a_row += 1
        if self.circuit is Circuit.DEAD or (self.circuit is Circuit.OPEN and not was_second_chance):
            return False
        if self.circuit is Circuit.CLOSED and self._in_a_row < THRESHOLD:
            return False
        if self._had_second_chance:
            self.circuit = Circuit.DEAD
        else:
            self._had_second_chance = True
            self.circuit = Circuit.OPEN
            self.opens_at = now + self._cool_down
        return True
