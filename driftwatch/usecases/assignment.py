"""What an audit is to do: which services, by which rules, and what tells it from another."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from driftwatch.model.journey import Journey
from driftwatch.model.mixing import RolloutPolicy
from driftwatch.model.policy import Policy
from driftwatch.model.suppression import Suppression
from driftwatch.model.traffic import Listening
from driftwatch.ports import Instances, MockSource, TrafficSource
from driftwatch.usecases.production import Production
from driftwatch.usecases.sparing import Ration


class Discovery(Struct, frozen=True):
    """What it takes to use identifiers that a list call named."""

    refined: Callable[[Mapping[str, str]], MockSource]
    """The mocks as they are read with more values for variables."""
    given: frozenset[str] = frozenset()
    """Values that the config gave: where one stands, nothing is to be discovered."""


class Provider(Struct, frozen=True):
    """One service to audit: its mocks and what the operator decided about it."""

    name: str
    target: str
    """Its base URL for a reader."""
    source: MockSource
    policy: Policy
    production: Production | None = None
    """Where the service is live, if the config names it as a witness."""
    journeys: tuple[Journey, ...] = ()
    discovery: Discovery | None = None
    """How identifiers are discovered that nobody knows, if the operator wants that."""
    evidence: TrafficSource | None = None
    """Recordings of its real traffic, if the config names any."""
    listening: Listening = Listening()
    rollout: RolloutPolicy | None = None
    """How two versions of it are told apart, if the operator wants that."""
    ration: Ration | None = None
    """How many requests it may get in this run; ``None`` for any number."""
    instances: Instances | None = None
    """What knows of its instances, if anything does."""


class Run(Struct, frozen=True):
    """What tells this audit from another."""

    id: str
    version: str
    config_digest: str
    suppressions: tuple[Suppression, ...] = ()
    is_whole: bool = True
    """Every provider of the config is audited, and not some of them."""
