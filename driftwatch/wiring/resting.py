"""Tests that rest on mocks, at the end of an audit: how many there are of each trust, for metrics and pages."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from driftwatch.model.memory import StoreError
from driftwatch.model.reliance import KnownUse
from driftwatch.model.summary import Summary
from driftwatch.ports import Store
from driftwatch.usecases.reliance import looks_of, rely, trusted


def counted(store: Store, summary: Summary, uses: Iterable[KnownUse], stale_after: timedelta, now: datetime) -> Summary:
    """The summary with the number of tests on each provider's mocks; without where the store is in trouble."""
    names = [provider.name for provider in summary.providers]
    lives, mocks = store.lives(names), [store.mocks(name) for name in names]
    if isinstance(lives, StoreError):
        return summary
    records = [one for mine in mocks if not isinstance(mine, StoreError) for one in mine]
    known = {key: trusted(look, now, stale_after) for key, look in looks_of(records, lives, now.date()).items()}
    reliance = rely(uses, known)
    told = {name: {trust.value: number for trust, number in reliance.counts(name).items()} for name in names}
    return replace(summary, providers=tuple(replace(one, tests=told[one.name]) for one in summary.providers))
