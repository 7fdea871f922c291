"""Everything that can be read in a team's mocks and what an audit would do with it."""

from dataclasses import dataclass
from typing import Literal

from driftwatch.model.interaction import Ignored, Interaction, Unreadable
from driftwatch.model.probe import Tier


@dataclass(frozen=True, slots=True)
class Planned:
    """An interaction and what an audit would do with it."""

    interaction: Interaction
    tier: Tier
    decision: Literal["send", "skip"]
    reason: str = ""
    """Why it would not be sent."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What reading some places yields, sorted."""

    planned: tuple[Planned, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[Ignored, ...] = ()
