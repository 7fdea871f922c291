"""What an audit keeps for healing: of claims that parted from their answers, all that it takes to judge them again.

Of other claims it keeps as much as there is room for: a change to one mock may change another one. An ordinary audit
keeps nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.healing import Selection
from driftwatch.model.interaction import Claim, Interaction, Request
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation

_ROOM: Final = 512 * 1024 * 1024
"""Bytes of answers that are kept in all; whoever has more heals provider by provider."""
_ROOM_BESIDE: Final = 64 * 1024 * 1024
"""Bytes of answers from which nothing is to be healed."""


class Look(Struct, frozen=True):
    """One time a claim was asked, and what came back."""

    asked: Request
    """What was really sent."""
    samples: tuple[Observation, ...]
    context: Context
    policy: Policy
    findings: tuple[Finding, ...]


class Kept(Struct, frozen=True):
    """A claim with every look at it: a journey may ask for a mock several times."""

    claim: Claim
    looks: tuple[Look, ...]


class Keeper(Struct):
    """One for a run."""

    selection: Selection
    _kept: dict[int, tuple[Claim, list[Look]]] = field(default_factory=dict)
    """By identity of the claim's first interaction: two mocks may be equal to the letter."""
    _crowded: set[int] = field(default_factory=set)
    """Mocks whose answers found no room, by identity."""
    _held: int = 0
    _held_beside: int = 0

    def keep(
        self, claim: Claim, asked: Claim, samples: Sequence[Observation], context: Context, policy: Policy,
        findings: Iterable[Finding],
    ) -> None:  # fmt: skip
        """A claim was judged by these samples."""
        key, found = id(claim.interactions[0]), tuple(findings)
        size = sum(len(sample.body) for sample in samples)
        if any(map(self.selection.takes, found)):
            self._held += size
        else:
            self._held_beside += size
        if self._held > _ROOM or self._held_beside > _ROOM_BESIDE:
            self._crowded |= set(map(id, claim.interactions))
            return
        look = Look(asked.request, tuple(samples), context, policy, found)
        self._kept.setdefault(key, (claim, []))[1].append(look)

    def is_crowded(self, mocks: Iterable[Interaction]) -> bool:
        """Whether the answers to one of these found no room."""
        return any(id(mock) in self._crowded for mock in mocks)

    def all(self) -> Iterable[Kept]:
        """Every claim that was kept, in the order in which they were answered."""
        return (Kept(claim, tuple(looks)) for key, (claim, looks) in self._kept.items() if key not in self._crowded)
