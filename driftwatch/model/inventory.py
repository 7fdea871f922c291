"""Everything that can be read in a team's mocks and what an audit would do with it."""

from typing import Literal

from msgspec import Struct

from driftwatch.model.interaction import Ignored, Interaction, Unreadable
from driftwatch.model.probe import Tier


class Planned(Struct, frozen=True):
    """An interaction and what an audit would do with it."""

    interaction: Interaction
    tier: Tier
    decision: Literal["send", "skip"]
    reason: str = ""
    """Why it would not be sent."""


class Inventory(Struct, frozen=True):
    """What reading some places yields, sorted."""

    planned: tuple[Planned, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[Ignored, ...] = ()
