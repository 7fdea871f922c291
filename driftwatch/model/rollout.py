"""A release of a provider that became complete, and when a finding began, as far as anybody can tell."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

MOST: Final = 1000
"""Rollouts that are asked for at once, the last ones. Nothing that is looked for lies further back."""


class Source(StrEnum):
    """Who told of a rollout."""

    COMMAND = "command"
    """Somebody who called ``driftwatch deploy``."""
    KUBERNETES = "kubernetes"
    """A Deployment that was watched."""
    WEBHOOK = "webhook"
    """A CI that posted it."""


class Rollout(Struct, frozen=True):
    """One release of a part of a provider, from the moment on which nothing older answers."""

    provider: str
    name: str
    """The workload, as ``namespace/deployment``, or what the teller calls it."""
    version: str
    """The tag of the image, or the beginning of its digest, or what the teller calls it."""
    at: datetime
    """When it was complete."""
    source: Source
    revision: str = ""
    """What makes it another one than its neighbours, so that one that is told twice is one.

    Without it, the same version again is the same rollout as long as no other came between.
    """
    link: str = ""
    """An https URL at which people read more; empty if there is none."""

    @property
    def key(self) -> str:
        """Its stable name among the rollouts of its provider; 16 hexadecimal digits.

        A rollout without a revision is one of its moment.
        """
        which = self.revision or f"{self.version}\0{self.at.timestamp()}"
        return hashlib.sha256(f"{self.name}\0{which}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def is_told_again(self, before: "Rollout") -> bool:
        """Whether this tells of the same release as another one, in the words of another teller."""
        return self.version == before.version and self.source is not before.source


def is_known(rollout: Rollout, known: Iterable[Rollout]) -> bool:
    """Whether it is among those that are known of its provider, the oldest first.

    Without a revision, it is if the last one of its name has its version.
    """
    mine = [one for one in known if one.name == rollout.name]
    if any(one.key == rollout.key for one in mine):
        return True
    return not rollout.revision and bool(mine) and mine[-1].version == rollout.version


class Objection(Struct, frozen=True):
    """Why a part of what somebody tells of a rollout cannot be meant."""

    part: str
    """What it is called where it is told."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.part}: {self.problem}. {self.remedy}"


class Beginning(Struct, frozen=True):
    """When a finding began: between two looks at its mock, and with which rollout if one lies between them."""

    after: datetime
    """When the mock, as it still stands, was last verified without it."""
    before: datetime
    """When it was seen for the first time after that."""
    rollout: Rollout | None = None
    """The last one between the two."""
    others: int = 0
    """Further rollouts between the two."""
