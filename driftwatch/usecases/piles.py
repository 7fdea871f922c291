"""The mocks of one provider that one process of a run deals with, and whose share a claim is."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Interaction
from driftwatch.model.memory import key_of
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Probe
from driftwatch.model.route import path_of
from driftwatch.model.shard import Shard
from driftwatch.model.summary import Result, Verdict
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.judgement import findings_beside
from driftwatch.usecases.operations import Operations


class Pile(Struct):
    """The mocks of one provider that are in this process's share."""

    interactions: list[Interaction]
    places: Sequence[int]
    """For each of them, which of all the provider's interactions it is."""
    read: int
    """How many there are in all."""
    mocks: str
    """Digest of their names and places."""
    operations: Operations
    """What specifications beside the mocks describe."""
    base_path: str


def pile_of(provider: Provider, everything: list[Interaction], claims: Iterable[Claim], shard: Shard) -> Pile:
    """The mocks of a provider that are in a process's share; ``claims`` are its own, asked for or not."""
    base_path = path_of(provider.target)
    operations = Operations.among(everything, base_path)
    if shard.is_whole:
        return Pile(everything, range(len(everything)), len(everything), "", operations, base_path)
    mine = {id(one) for claim in claims for one in claim.interactions}
    places = [place for place, one in enumerate(everything) if id(one) in mine]
    kept = [everything[place] for place in places]
    return Pile(kept, places, len(everything), digest_of(everything), operations, base_path)


def unanswered(claim: Claim, verdict: Verdict, reason: str, context: Context, policy: Policy) -> Iterator[Result]:
    """The results of a claim that was not compared, with what is found of its mocks without asking anybody."""
    beside = findings_beside(claim, context, policy, is_verified=False)
    for interaction in claim.interactions:
        yield Result(interaction, verdict, reason, tuple(about(interaction, beside)))


def claims_of(probes: Iterable[Probe]) -> Iterator[Claim]:
    """The claims that are asked for."""
    return (claim for probe in probes for claim in probe.claims)


def question(claim: Claim) -> bytes:
    """What decides whose share a claim is: all that one request answers is judged by one process."""
    return claim.provider.encode("utf-8", "surrogatepass") + b"\0" + claim.request.key


def digest_of(interactions: Iterable[Interaction]) -> str:
    """Tells whether two processes read the same mocks: their names and places, in order."""
    digest = hashlib.blake2b(digest_size=16)
    for one in interactions:
        digest.update(f"{key_of(one)} {one.origin}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def about(interaction: Interaction, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that are about this mock and not about another one of its claim."""
    return (finding for finding in findings if finding.origin == interaction.origin)
