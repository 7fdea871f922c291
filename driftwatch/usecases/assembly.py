"""Shares → the summary of a run: all that can only be said when every answer is known.

A run by one process is put together here as well, so that many find what one would have found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final, TypeVar

from msgspec.structs import replace

from driftwatch.drift.aggregation import aggregate
from driftwatch.drift.coverage import placed
from driftwatch.drift.score import drift_score
from driftwatch.drift.suppress import Suppressor
from driftwatch.model.context import Context
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Interaction, gather
from driftwatch.model.memory import key_of
from driftwatch.model.policy import Policy
from driftwatch.model.shard import WHOLE, Shard, shard_of
from driftwatch.model.share import ProviderShare, Share
from driftwatch.model.summary import Canary, ProductionSummary, ProviderSummary, Result, Summary, Verdict
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.piles import question, unanswered

T = TypeVar("T")

_OTHERWISE: Final = "the shards of this run read different mocks, and none of them asked this"

Placed = tuple[int, Result]
"""A result, and which of all the provider's interactions it is about."""


def assemble(
    shares: Sequence[Share], providers: Sequence[Provider], run: Run, shard: Shard = WHOLE,
    histories: Mapping[str, History] = MappingProxyType({}),
) -> Summary:  # fmt: skip
    """The summary of what these shares found together: of a whole run, or of one ``shard`` of it.

    A run whose shares are not all there, or read different mocks, is told with what is missing: whatever a mocks folder
    holds now and no share speaks of was not verified. ``histories`` are what was known of mocks before the run.
    """
    started_at = min(share.started_at for share in shares)
    ended_at = max(share.started_at + timedelta(seconds=share.seconds) for share in shares)
    suppressor = Suppressor(run.suppressions, started_at.date())
    audited = []
    for provider in providers:
        mine = [part for share in shares for part in share.providers if part.name == provider.name]
        lost = _lost(mine, provider, shares, histories) if shard.is_whole and _is_incomplete(mine, shares) else ()
        audited.append(ranked(suppressor.mark(_joined(provider, mine, lost)), provider.policy))
    unreadable = _together([share.unreadable for share in shares])
    is_whole = run.is_whole and shard.is_whole and not unreadable
    return Summary(
        run_id=run.id,
        started_at=started_at,
        seconds=shares[0].seconds if len(shares) == 1 else (ended_at - started_at).total_seconds(),
        version=run.version,
        config_digest=run.config_digest,
        providers=tuple(audited),
        unreadable=unreadable,
        ignored=_together([share.ignored for share in shares]),
        canary=Canary(sum(share.canary.planted for share in shares), sum(share.canary.caught for share in shares)),
        requests_sent=sum(share.requests_sent for share in shares),
        suppressions=suppressor.review(audited, is_whole=is_whole),
        shard=shard,
        troubles=tuple(trouble for share in shares for trouble in share.troubles),
    )


def _together(told: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    """What shards told that read the same files: mostly all the same."""
    if all(one == told[0] for one in told):
        return told[0]
    return tuple(dict.fromkeys(one for each in told for one in each))


def ranked(provider: ProviderSummary, policy: Policy) -> ProviderSummary:
    """With the scores to rank by, which heed only what is still open."""
    results = tuple(
        replace(one, drift_score=drift_score(one.findings, policy.consumer)) if one.findings else one
        for one in provider.results
    )
    everything = (finding for one in results for finding in one.findings)
    return replace(provider, results=results, drift_score=drift_score(everything, policy.consumer))


def _joined(provider: Provider, parts: Sequence[ProviderShare], lost: Iterable[Placed]) -> ProviderSummary:
    found = [*(pair for part in parts for pair in zip(part.places, part.results, strict=True)), *lost]
    if len(parts) > 1 or lost:
        found.sort(key=lambda pair: pair[0])
    delays = [delay for part in parts for delay in part.delays]
    return ProviderSummary(
        provider.name,
        provider.target,
        aggregate(tuple(result for _, result in found)),
        production=_production(part.production for part in parts),
        mocked_delay_ms=_middle(delays),
    )


def _middle(delays: Sequence[float]) -> float | None:
    if not delays:
        return None
    from statistics import median  # noqa: PLC0415 - loaded on demand: most mocks claim no delay

    return median(delays)


def _production(parts: Iterable[ProductionSummary | None]) -> ProductionSummary | None:
    said = [part for part in parts if part is not None]
    if not said:
        return None
    silent = sum((Counter(part.silent) for part in said), Counter[str]())
    return ProductionSummary(
        said[0].target,
        sum(part.asked for part in said),
        sum(part.answered for part in said),
        dict(silent.most_common()),
    )


def _is_incomplete(parts: Sequence[ProviderShare], shares: Sequence[Share]) -> bool:
    is_missing = {share.shard.index for share in shares} != set(range(shares[0].shard.count))
    return is_missing or len({part.mocks for part in parts}) > 1


def _lost(
    parts: Sequence[ProviderShare], provider: Provider, shares: Sequence[Share], histories: Mapping[str, History]
) -> list[Placed]:
    """The mocks that no share speaks of, as the folder holds them now; read again, since this is rare."""
    count, present = shares[0].shard.count, {share.shard.index for share in shares}
    now = min(share.started_at for share in shares)
    known = Counter(key_of(result.interaction) for part in parts for result in part.results)
    readings = (one for one in provider.source.read() if isinstance(one, Interaction))
    everything = placed([one.of(provider.name) for one in readings])
    places = {id(one): place for place, one in enumerate(everything)}
    lost: list[Result] = []
    claims = list(gather(everything))
    travelled = _travelled(provider, claims) if provider.journeys else {}
    for claim in claims:
        context = Context(now=now, history=histories.get(key_of(claim.interactions[0]), History()))
        reason = _reason(travelled.get(id(claim)) or question(claim), count, present)
        results = unanswered(claim, Verdict.UNREACHABLE, reason, context, provider.policy)
        lost += [one for one in results if not _take(known, key_of(one.interaction))]
    return [(places[id(one.interaction)], one) for one in lost]


def _travelled(provider: Provider, claims: Sequence[Claim]) -> Mapping[int, bytes]:
    """By identity of a claim that a journey names: what decides whose share that is."""
    from driftwatch.usecases.journeys import book  # noqa: PLC0415 - few configs have any

    booked, _ = book(provider.journeys, claims, provider.policy.probing)
    return {id(claim): one.journey.session.encode() for one in booked for claim in one.named()}


def _reason(asked: bytes, count: int, present: set[int]) -> str:
    index = shard_of(asked, count)
    return _OTHERWISE if index in present else f"shard {Shard(index, count)} of this run was lost before it asked this"


def _take(known: Counter[str], key: str) -> bool:
    """Whether there is one more of that name, which is then used up."""
    known[key] -= 1
    return known[key] >= 0
