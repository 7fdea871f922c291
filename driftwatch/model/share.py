"""One run by several processes: which share of it each takes, and what it hands in.

A run by one process is one whose only share is the whole, so both are put together in the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final

from driftwatch.model.history import History
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.summary import Canary, ProductionSummary, Result

MOST: Final = 1000
"""Shards of a run. Each process asks of every question which of so many it belongs to."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Which of how many processes one is; they are numbered from 0, as Kubernetes does in an Indexed Job."""

    index: int = 0
    count: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether there is no other."""
        return self.count == 1

    def takes(self, question: bytes) -> bool:
        """Whether a question is in its share.

        Rendezvous hashing (Thaler and Ravishankar, 1998): each shard draws a number for the question, and the highest
        takes it. So every question has one shard, and one more shard takes from the others only what it draws higher.
        """
        if self.is_whole:
            return True
        asked = blake2b(question, digest_size=8)

        def draw(index: int) -> tuple[bytes, int]:
            mine = asked.copy()
            mine.update(index.to_bytes(4, "big"))
            return mine.digest(), index

        return max(map(draw, range(self.count)))[1] == self.index

    def part_of(self, amount: int) -> int:
        """Its part of a number that all shards have together: the parts differ by one at most."""
        return amount // self.count + (self.index < amount % self.count)

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


WHOLE: Final = Shard()


@dataclass(frozen=True, slots=True)
class ProviderShare:
    """What one process found of one provider's mocks."""

    name: str
    target: str
    """Base URL without user info or query."""
    results: tuple[Result, ...]
    places: tuple[int, ...]
    """For each of them, which of all the provider's interactions it is, in the order of the files from 0."""
    interactions: int
    """How many interactions were read, those of other shares too."""
    mocks: str
    """Digest of their names and places: shards that read the same mocks have the same."""
    delays: tuple[float, ...] = ()
    """Milliseconds that compared mocks claim of latency."""
    production: ProductionSummary | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one process found of a run."""

    shard: Shard
    started_at: datetime
    seconds: float
    providers: tuple[ProviderShare, ...]
    unreadable: tuple[Unreadable, ...] = ()
    """Of the whole run: every shard reads all files."""
    ignored: tuple[Ignored, ...] = ()
    canary: Canary = field(default_factory=Canary)
    requests_sent: int = 0
    histories: Mapping[str, History] = field(default_factory=dict)
    """What was learnt of mocks that were really compared, by ``interaction_key``."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Digests of what these mocks say, by the same."""
