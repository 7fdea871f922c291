"""Manners and ways of the settings, as the transport keeps and takes them; what the audits of a process share."""

import dataclasses
from datetime import UTC, date
from typing import Final

import structlog

from driftwatch.model.memory import StoreError
from driftwatch.ports import Clock, Ledger, Store
from driftwatch.settings.manners import Manners
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.host import Commons
from driftwatch.transport.ledger import DayLedger
from driftwatch.transport.target import Target
from driftwatch.usecases.sparing import Ration

COMMONS: Final = Commons()
"""Of this process: audits that run at the same time, and one after the other, ask a host no faster than one would."""
_OURS: Final = DayLedger(SystemClock())
"""What this process spent, where no store can be asked."""


class KeptLedger:
    """Fulfils ``ports.Ledger`` with a store; while that is in trouble, with the memory of this process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._days: dict[str, date] = {}
        """By name, on which day the last requests were taken: what is given back belongs to that."""

    def take(self, name: str, wanted: int, most: int) -> int:
        """See ``ports.Ledger``."""
        day = self._days[name] = self._today()
        granted = self._store.spend(name, day, wanted, most)
        if isinstance(granted, StoreError):
            _tell(granted)
            return _OURS.take(name, wanted, most)
        return granted

    def give_back(self, name: str, number: int) -> None:
        """See ``ports.Ledger``."""
        came = self._store.spend(name, self._days.get(name, self._today()), -number, 0)
        if isinstance(came, StoreError):
            _tell(came)
            _OURS.give_back(name, number)

    def left(self, name: str, most: int) -> int:
        """See ``ports.Ledger``."""
        spent = self._store.spent(name, self._today())
        return _OURS.left(name, most) if isinstance(spent, StoreError) else max(0, most - spent)

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()


def _tell(trouble: StoreError) -> None:
    told = {"store": trouble.place, "problem": trouble.problem, "remedy": trouble.remedy}
    structlog.get_logger().error("budget.not_kept", **told)


def ledger_of(settings: Settings, store: Store | None, clock: Clock) -> Ledger:
    """Where the days' budgets are written down; a store is only asked where there are any."""
    lives = (one.production for one in settings.providers.values() if one.production is not None)
    has_any = any(one.probing.daily_budget for one in settings.providers.values())
    has_any = has_any or any(live.probing.daily_budget for live in lives)
    return KeptLedger(store, clock) if has_any and store is not None else _OURS


def with_manners(target: Target, provider: ProviderSettings, settings: Settings) -> Target:
    """The target with how it is spared and how it is reached; its budgets are its own."""
    manners: Manners = provider.probing
    proxy = provider.proxy if provider.proxy is not None else settings.proxy
    return dataclasses.replace(
        target,
        jitter=manners.jitter,
        quiet=manners.quiet(provider.schedule.time_zone),
        reserve=manners.quota_reserve,
        proxy=proxy.secret.reveal(),
    )


def ration_of(target: Target, ledger: Ledger, store: Store | None) -> Ration | None:
    """How many requests a target may get in this run; ``None`` for any number."""
    limits = [] if target.budget is None else [target.budget]
    if target.daily_budget is not None:
        limits.append(ledger.left(target.name, target.daily_budget))
    return Ration(min(limits), store.standings if store is not None else None) if limits else None
