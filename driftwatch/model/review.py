"""What a change to mocks asks of its reviewer: what each mock claims, what of it is verified, what nobody shows."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from driftwatch.model.contradiction import Contradiction
from driftwatch.model.interaction import Ignored, Interaction, Unreadable
from driftwatch.model.reliance import Drift, Trust, Trusted
from driftwatch.model.shape import Shape
from driftwatch.model.unshown import Sort, Unshown


class Change(StrEnum):
    """What happened to a mock."""

    ADDED = "added"
    CHANGED = "changed"
    NAMED = "named"
    """Nobody said since when: it is reviewed as it stands."""


class Said(Struct, frozen=True):
    """One answer of a mock, without its values."""

    status: int
    shape: Shape | None = None
    """Of a JSON body; ``None`` if it has none."""
    size: int | None = None
    """Bytes of the body; ``None`` if the mock says nothing about it."""
    media_type: str = ""
    fault: str = ""
    """A failure that it simulates."""


class ReviewedMock(Struct, frozen=True):
    """One mock that was added or changed."""

    change: Change
    mock: Interaction
    says: tuple[Said, ...]
    """One for each status, in the order of the answers."""
    known: Trusted
    drift: tuple[Drift, ...] = ()
    """What the last comparison found and still stands, the worst first."""

    @property
    def trust(self) -> Trust:
        """How far it may be believed."""
        return self.known.trust


class ReviewedEndpoint(Struct, frozen=True):
    """One operation with mocks that were added or changed."""

    provider: str
    """Empty where no config names one."""
    method: str
    path_template: str
    mocks: tuple[ReviewedMock, ...]
    """By file and line."""
    beside: int
    """How many more mocks it has, which stand as they were."""
    seen: tuple[Unshown, ...] = ()
    """What audits saw the service do and none of its mocks shows."""
    lacks: tuple[Sort, ...] = ()
    """What none of its mocks shows, and nobody knows whether the service ever does it."""
    contradictions: tuple[Contradiction, ...] = ()
    """With mocks beside these, or among them."""

    @property
    def name(self) -> str:
        """``GET /users/{id}``."""
        return f"{self.method} {self.path_template}"


class Removed(Struct, frozen=True):
    """A mock, or a whole file, that is not there any more."""

    file: str
    what: str
    """``GET /users/{id} 200``; empty for a file in which nothing can be read."""
    provider: str = ""


class Review(Struct, frozen=True):
    """All that there is to be said about a change to mocks."""

    endpoints: tuple[ReviewedEndpoint, ...]
    """By provider, path and method."""
    since: str = ""
    """The commit that it is held against, as it was named; empty where files were named alone."""
    removed: tuple[Removed, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    """Files that were named, or changed, and that no format claims."""
    outside: tuple[str, ...] = ()
    """Files with mocks that no provider of the config names: no audit asks about them."""
    unchanged: int = 0
    """Mocks of changed files that stand as they were."""
    is_remembered: bool = False
    """Whether a store or a report told what audits know."""
    trouble: str = ""
    """Why the store could not be asked."""

    @property
    def mocks(self) -> Iterable[ReviewedMock]:
        """Those of all endpoints."""
        return (mock for endpoint in self.endpoints for mock in endpoint.mocks)

    def of(self, change: Change) -> int:
        """How many mocks that happened to."""
        return sum(mock.change is change for mock in self.mocks)

    def worth(self, trust: Trust) -> int:
        """How many may be believed so far."""
        return sum(mock.trust is trust for mock in self.mocks)
