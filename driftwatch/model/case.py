"""One comparison without a network: what a mock, or a set of mocks, is held against."""

from msgspec import Struct, field

from driftwatch.model.context import Context
from driftwatch.model.coverage import Covered, Traffic
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation


class Case(Struct, frozen=True):
    """One comparison without a network."""

    id: str
    claim: Claim | None
    """``None``: the case is about a set of mocks and has no claim of its own."""
    mocks: tuple[Covered, ...] = ()
    """That set, in the order in which it is tried."""
    traffic: Traffic = field(default_factory=Traffic)
    samples: tuple[Observation, ...] = ()
    context: Context = field(default_factory=Context)
    policy: Policy = field(default_factory=Policy)
