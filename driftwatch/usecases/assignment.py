"""What an audit is to do: which services, by which rules, and what tells it from another."""

from msgspec import Struct

from driftwatch.model.policy import Policy
from driftwatch.model.suppression import Suppression
from driftwatch.ports import MockSource
from driftwatch.usecases.production import Production


class Provider(Struct, frozen=True):
    """One service to audit: its mocks and what the operator decided about it."""

    name: str
    target: str
    """Its base URL for a reader."""
    source: MockSource
    policy: Policy
    production: Production | None = None
    """Where the service is live, if the config names it as a witness."""


class Run(Struct, frozen=True):
    """What tells this audit from another."""

    id: str
    version: str
    config_digest: str
    suppressions: tuple[Suppression, ...] = ()
    is_whole: bool = True
    """Every provider of the config is audited, and not some of them."""
