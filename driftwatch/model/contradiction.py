"""Two mocks of one operation that cannot both be true. Nobody has to be asked to see that."""

from enum import StrEnum

from msgspec import Struct

from driftwatch.model.interaction import Origin


class Disagreement(StrEnum):
    """What mocks differ in."""

    STATUS = "status"
    """One request, different statuses."""
    TYPE = "type"
    """One place of the answers to one operation, different types."""
    FIELD = "field"
    """Members that one shows always and the other never."""
    SPELLING = "spelling"
    """One word of an enumeration, written differently."""


class Saying(Struct, frozen=True):
    """One side: what is said, and where."""

    says: str
    """In a few words; of values only words of an enumeration."""
    origins: tuple[Origin, ...]
    """By file and line."""


class Contradiction(Struct, frozen=True):
    """One thing said in several ways."""

    disagreement: Disagreement
    provider: str
    """Empty where mocks were named without a config."""
    method: str
    path_template: str
    """For ``STATUS`` and one-sided ``FIELD`` the path itself: they are about one request."""
    path: str
    """JSON Pointer with ``*`` for items; ``status`` for statuses."""
    sayings: tuple[Saying, ...]
    """At least two."""
