"""What a peer is to the bench: a name, a version, and a pass over the service that ends in one outcome an endpoint."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.bench.accuracy.endpoints import Endpoint


class Outcome(Enum):
    """What a tool says of one endpoint in one pass."""

    ALARM = "alarm"
    NOTE = "note"
    """Reported below the level of an alarm."""
    CLEAN = "clean"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Bench:
    """What a peer finds: the mocks, the service, and a folder of its own."""

    endpoints: tuple[Endpoint, ...]
    url: str
    folder: Path
    careful: bool = False
    """Whether its document says what only a careful author would add."""

    @property
    def paths(self) -> tuple[str, ...]:
        """What there is to ask, in order."""
        return tuple(one.path for one in self.endpoints)

    def outcomes(self, alarmed: set[str]) -> dict[str, Outcome]:
        """All of them, once it is known which the tool complains of."""
        return {path: Outcome.ALARM if path in alarmed else Outcome.CLEAN for path in self.paths}


Pass = Callable[[], Mapping[str, Outcome]]
"""Asks the whole service once; what is not in the answer was not checked."""


class LeftOutError(Exception):
    """A peer is not installed, or did not do what it should; the text is for people."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool and how it is run."""

    name: str
    version: Callable[[], str]
    """The version that is installed; raises ``LeftOutError`` if none is."""
    start: Callable[[Bench], AbstractContextManager[Pass]]
    has_document: bool = True
    """Whether a careful author could tell it more than the mocks do."""
