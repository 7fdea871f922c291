"""A person's decision not to be told of a finding for a while, and what became of it in a run."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

LONGEST: Final = 180
"""Days until a suppression ends at the latest (drift semantics 3.6)."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who does not want to be told of what, why, and until when.

    It means one finding by its fingerprint, or all of a kind at the places and providers that two globs name.
    """

    owner: str
    reason: str
    until: date
    """The last day on which it holds, in UTC."""
    fingerprint: str = ""
    kind: str = ""
    path: str = "*"
    provider: str = "*"
    where: str = field(default="", compare=False)
    """File and line it is written at, for a person; the same words elsewhere mean the same."""


class Fate(StrEnum):
    """What one run made of a suppression."""

    APPLIED = "applied"
    EXPIRED = "expired"
    """Its last day is over: it hides nothing any more."""
    UNUSED = "unused"
    """All it could be about was checked, and nothing like it was found."""
    UNDECIDED = "undecided"
    """Nothing like it was found, and not all it could be about was checked."""


class Reviewed(Struct, frozen=True):
    """A suppression after a run."""

    suppression: Suppression
    fate: Fate
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings it hides; of those it hid, if it expired."""
