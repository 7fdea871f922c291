"""The end of a run with a memory: move the lives of findings on, and record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.beginnings import NOTHING_KNOWN, Past
from driftwatch.drift.timeline import advance, with_lives
from driftwatch.model.history import History
from driftwatch.model.memory import (
    Entry,
    MockRecord,
    ProviderScore,
    Recollection,
    Remembered,
    RunRecord,
    RunStatus,
    StoreError,
    key_of,
)
from driftwatch.model.share import Share
from driftwatch.model.summary import Result, Summary
from driftwatch.ports import Clock, Store
from driftwatch.usecases.assembly import ranked
from driftwatch.usecases.assignment import Provider

_LOOKED_THROUGH: Final = 200
"""Runs that are asked which version of driftwatch made them."""


class Learnt(Struct, frozen=True):
    """What is known of mocks after a run, by ``interaction_key``."""

    recollection: Recollection
    """What was known before it."""
    histories: Mapping[str, History]
    """Of those that were really compared in it."""
    claims: Mapping[str, str]
    """Digests of what these say."""

    @classmethod
    def of(cls, shares: Iterable[Share], recollection: Recollection) -> "Learnt":
        """What all shares of a run learnt."""
        histories: dict[str, History] = {}
        claims: dict[str, str] = {}
        for share in shares:
            histories |= share.histories
            claims |= share.claims
        return cls(recollection, histories, claims)

    def history_of(self, key: str) -> History:
        """What is known of a mock, compared or not."""
        return self.histories.get(key) or self.recollection.histories.get(key) or History()

    def claim_of(self, key: str) -> str:
        """Digest of what a mock said when it was last really compared; empty if it never was."""
        return self.claims.get(key) or self.recollection.claims.get(key, "")

    def past_of(self, summary: Summary, store: Store) -> Past:
        """What tells with which rollouts findings began; a store in trouble tells of none.

        Where another version of driftwatch looked before, what is found now may have been there.
        """
        told, runs = store.rollouts([provider.name for provider in summary.providers]), store.runs(_LOOKED_THROUGH)
        if isinstance(told, StoreError) or isinstance(runs, StoreError):
            return NOTHING_KNOWN
        others = {name for name, version in _versions(runs).items() if version != summary.version}
        mocks = (one.interaction for one in summary.results if one.interaction.provider not in others)
        return Past.of(mocks, self.recollection, self.histories, self.claims, told)


def _versions(runs: Iterable[RunRecord]) -> Mapping[str, str]:
    """Which version of driftwatch looked at each provider last; ``runs`` come with the newest first."""
    ended = [run for run in runs if run.status in (RunStatus.COMPLETE, RunStatus.INCOMPLETE)]
    return {name: run.version for run in reversed(ended) for name in run.providers}


def conclude(
    store: Store, record: RunRecord, summary: Summary, learnt: Learnt, providers: Sequence[Provider], clock: Clock
) -> Remembered:
    """Record a run, and tell its findings as they stand in the knowledge of all runs."""
    entry = _entry(record, summary, learnt, clock)
    past = learnt.past_of(summary, store)
    recorded = store.record(entry, lambda lives: advance(lives, summary, learnt.claims, past))
    if isinstance(recorded, StoreError):
        return Remembered(summary, trouble=recorded)
    aged = with_lives(summary, recorded.lives)
    policies = {one.name: one.policy for one in providers}
    aged = replace(aged, providers=tuple(ranked(each, policies[each.name]) for each in aged.providers))
    return Remembered(aged, recorded.events, recorded.lives)


def _entry(record: RunRecord, summary: Summary, learnt: Learnt, clock: Clock) -> Entry:
    is_whole = not summary.is_incomplete()
    return Entry(
        replace(
            record,
            started_at=summary.started_at,
            ended_at=max(clock.now(), summary.started_at),  # a clock may be put back
            status=RunStatus.COMPLETE if is_whole else RunStatus.INCOMPLETE,
            totals=_totals(summary),
            canary=summary.canary,
        ),
        tuple(
            ProviderScore(
                record.id, summary.started_at, each.name, each.fidelity, each.verified_share, each.drift_score
            )
            for each in summary.providers
        ),
        tuple({mock.key: mock for mock in _mocks(summary, learnt)}.values()),
    )


def _totals(summary: Summary) -> Mapping[str, int]:
    verdicts = {verdict.value: number for verdict, number in summary.verdicts.items()}
    severities = {severity.value: number for severity, number in summary.severities.items()}
    more = {
        "interactions": sum(verdicts.values()), "requests_sent": summary.requests_sent,
        "suppressed": len(summary.suppressed), "unreadable": len(summary.unreadable),
    }  # fmt: skip
    return verdicts | severities | more


def _mocks(summary: Summary, learnt: Learnt) -> Iterator[MockRecord]:
    for result in summary.results:
        key = key_of(result.interaction)
        yield _mock(key, result, learnt.claim_of(key), learnt.history_of(key))


def _mock(key: str, result: Result, claim: str, history: History) -> MockRecord:
    interaction = result.interaction
    return MockRecord(
        key, interaction.provider, interaction.mock_id, interaction.request.method, interaction.request.path_template,
        interaction.origin, claim, result.verdict, result.reason,
        None if result.score is None else result.score.fidelity, result.verified_share, history,
    )  # fmt: skip
