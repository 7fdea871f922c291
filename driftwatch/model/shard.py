"""Which share of a run one of several processes takes."""

from hashlib import blake2b
from typing import Final

from msgspec import Struct

MOST: Final = 1000
"""Shards of a run. Each process asks of every question which of so many it belongs to."""


def shard_of(question: bytes, count: int) -> int:
    """Which of ``count`` shards a question belongs to.

    Rendezvous hashing (Thaler and Ravishankar, 1998): each shard draws a number for the question, and the highest
    takes it. So every question has one shard, and one more shard takes from the others only what it draws higher.
    """
    asked = blake2b(question, digest_size=8)

    def draw(index: int) -> tuple[bytes, int]:
        mine = asked.copy()
        mine.update(index.to_bytes(4, "big"))
        return mine.digest(), index

    return max(map(draw, range(count)))[1]


class Shard(Struct, frozen=True):
    """Which of how many processes one is; they are numbered from 0, as Kubernetes does in an Indexed Job."""

    index: int = 0
    count: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether there is no other."""
        return self.count == 1

    def takes(self, question: bytes) -> bool:
        """Whether a question is in its share."""
        return self.is_whole or shard_of(question, self.count) == self.index

    def part_of(self, amount: int) -> int:
        """Its part of a number that all shards have together: the parts differ by one at most."""
        return amount // self.count + (self.index < amount % self.count)

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


WHOLE: Final = Shard()
