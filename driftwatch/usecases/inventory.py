"""What is there, and what would an audit do with it: read and plan, and nothing sent."""

from collections.abc import Iterable

from driftwatch.model.interaction import Ignored, Interaction, Unreadable, gather
from driftwatch.model.inventory import Inventory, Planned
from driftwatch.model.policy import ProbingPolicy
from driftwatch.ports import MockSource
from driftwatch.probes.plan import decide


def take_inventory(sources: Iterable[tuple[MockSource, ProbingPolicy]]) -> Inventory:
    """Read every source and decide about each interaction by its policy, in the order of the files."""
    planned: list[Planned] = []
    unreadable: list[Unreadable] = []
    ignored: list[Ignored] = []
    for source, policy in sources:
        interactions = []
        for reading in source.read():
            match reading:
                case Unreadable():
                    unreadable.append(reading)
                case Ignored():
                    ignored.append(reading)
                case Interaction():
                    interactions.append(reading)
        planned += _plan(interactions, policy)
    return Inventory(tuple(planned), tuple(unreadable), tuple(ignored))


def _plan(interactions: list[Interaction], policy: ProbingPolicy) -> list[Planned]:
    """One decision a claim, told for each of its interactions."""
    decisions = {}
    for claim in gather(interactions):
        decision = decide(claim, policy)
        for interaction in claim.interactions:
            decisions[id(interaction)] = decision
    return [
        Planned(interaction, decision.tier, "send" if decision.is_send else "skip", decision.reason)
        for interaction, decision in ((one, decisions[id(one)]) for one in interactions)
    ]
