"""Behaviours of a service that no mock shows: what a consumer's tests have never met.

The command that tells of them is called ``gaps``; in code a *gap* is an interaction that was not looked at, so these
have a word of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from driftwatch.model.interaction import Origin
from driftwatch.model.tape import Dialogue


class Sort(StrEnum):
    """The sorts of behaviour that are counted; each counts one wherever it is missing."""

    ABSENCE = "absence"
    """A member that every mock shows is not there sometimes."""
    CONTENT = "content"
    """Every mock shows null or nothing where the service has content."""
    EMPTY_LIST = "empty-list"
    ENUM_VALUE = "enum-value"
    """One of a closed set of values."""
    ERROR_SHAPE = "error-shape"
    """A refusal that is mocked, with another body."""
    FURTHER_PAGE = "further-page"
    IDENTITY = "identity"
    """What somebody else may see."""
    LATENCY_TAIL = "latency-tail"
    LONG_LIST = "long-list"
    NULL = "null"
    RATE_LIMIT = "rate-limit"
    STATUS = "status"
    VARIANT = "variant"
    """An item of a type that no mock has."""


class Unshown(Struct, frozen=True):
    """One behaviour that reality has shown and no mock of its endpoint."""

    sort: Sort
    path: str
    """JSON Pointer with ``*`` for items; ``status``, ``headers``, ``mock`` or ``latency`` where no body is meant."""
    detail: str = ""
    """What tells two of one sort at one path apart: a status, a variant's name; never a value of anybody."""
    shown: str = ""
    """What the mocks show there, in a few words."""
    seen: str = ""
    """What the service does, in a few words."""
    k: int = 0
    n: int = 0
    """In ``k`` of ``n`` answers or places; 0 of 0 where nobody counted."""
    last_seen: datetime | None = None
    """When an earlier audit saw it; ``None`` where this run did."""
    advice: str = ""
    """What to add, for a person."""
    neighbour: Origin | None = None
    """The mock of the endpoint that the variant is made after."""
    format: str = ""
    """The neighbour's."""
    variant: Dialogue | None = None
    """The exchange that shows it, with nothing of anybody in it; ``None`` where none can be made."""
    why_not: str = ""
    """Why there is no variant."""
    is_same_request: bool = False
    """The variant answers the very request that the neighbour answers: one of them at a time."""

    files: tuple[tuple[str, bytes], ...] = ()
    """The variant as new mock files in the neighbour's format, or in plain HTTP where that cannot be written."""

    @property
    def key(self) -> tuple[Sort, str, str]:
        """What tells it from others of its endpoint."""
        return self.sort, self.path, self.detail


class Promised(Struct, frozen=True):
    """What a specification says of an endpoint and neither a mock nor the service shows."""

    origin: Origin
    status: int | None = None
    """``None``: nothing of the operation is mocked or was seen."""


class Endpoint(Struct, frozen=True):
    """One operation of a provider: method and path template, whatever the parameters are called."""

    method: str
    path_template: str
    mocks: int
    """Interactions that mock it."""
    samples: int
    """Answers of this run that could be read."""
    unshown: tuple[Unshown, ...] = ()
    promised: tuple[Promised, ...] = ()

    @property
    def name(self) -> str:
        """``GET /users/{id}``."""
        return f"{self.method} {self.path_template}"


class ProviderGaps(Struct, frozen=True):
    """What no mock of one provider shows."""

    name: str
    target: str
    endpoints: tuple[Endpoint, ...]
    """By path, then method; those without anything to say, too."""

    @property
    def unshown(self) -> Iterable[Unshown]:
        """Those of all endpoints."""
        return (one for endpoint in self.endpoints for one in endpoint.unshown)

    @property
    def promised(self) -> int:
        """How much is promised and neither mocked nor seen; no part of the realism score."""
        return sum(len(endpoint.promised) for endpoint in self.endpoints)


class Gaps(Struct, frozen=True):
    """What one look found."""

    providers: tuple[ProviderGaps, ...]
    is_offline: bool
    """Nobody was asked: it rests on what earlier audits remembered."""
    requests_sent: int = 0
    unanswered: int = 0
    """Mocks that should have been compared and were not: what reality does there, nobody saw."""
    is_remembered: bool = False
    """Whether there was a memory of earlier audits to look into."""
    is_incomplete: bool = False

    @property
    def score(self) -> int:
        """The realism score: how many behaviours are missing in all. 0 is the best there is."""
        return sum(map(score_of, self.providers))


def score_of(place: ProviderGaps | Endpoint) -> int:
    """The realism score of a provider or an endpoint: one for each behaviour that no mock shows."""
    return sum(1 for _ in place.unshown)


def by_sort(place: ProviderGaps | Endpoint) -> Mapping[Sort, int]:
    """The summands of the score, by name; those that are zero are left out."""
    counted = Counter(one.sort for one in place.unshown)
    return {sort: counted[sort] for sort in Sort if counted[sort]}
