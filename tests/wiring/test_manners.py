"""Manners of the config reach those who keep them; a store in trouble makes nobody greedy."""

from datetime import UTC, date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from driftwatch.model.memory import StoreError
from driftwatch.ports import Store
from driftwatch.settings.load import load
from driftwatch.store.memory import MemoryStore
from driftwatch.transport.ledger import DayLedger
from driftwatch.transport.target import Target
from driftwatch.wiring import manners
from driftwatch.wiring.audits import live_target, target_of
from driftwatch.wiring.manners import KeptLedger, ledger_of, ration_of
from tests.fakes import SetClock
from tests.settings.gold import ENVIRONMENT, FOLDER

TROUBLE = StoreError("a.db", "it is gone", "Bring it back.")


class _Lost:
    """A store that cannot be used."""

    def spend(self, *_: Any) -> StoreError:
        """No."""
        return TROUBLE

    def spent(self, *_: Any) -> StoreError:
        """No."""
        return TROUBLE


def test_what_is_written_is_what_is_kept() -> None:
    """For a provider, for its production, and for one that says nothing of its own."""
    settings = load(FOLDER / "good" / "manners-and-ways.yaml", ENVIRONMENT)
    target = target_of("payments", settings)
    assert (target.jitter, target.daily_budget, target.reserve) == (0.5, 5000, 0.0)
    assert (target.proxy, target.connect_to) == ("", "[::1]:8443")
    assert [str(network) for network in target.allow_addresses] == ["127.0.0.0/8", "::1/128", "169.254.7.7/32"]
    assert target.quiet is not None
    assert target.quiet.zone == ZoneInfo("Europe/Berlin")
    assert target.quiet.is_quiet(datetime(2026, 5, 1, 23, 30, tzinfo=UTC))  # 01:30 in Berlin
    (live,) = live_target("payments", settings)
    assert (live.daily_budget, live.connect_to, live.allow_addresses, live.quiet) == (100, "", (), target.quiet)
    other = target_of("orders", settings)
    assert other.proxy == "http://proxy.example.com:3128/"
    assert other.quiet is not None
    assert [sorted(span.days) for span in other.quiet.spans] == [[0, 1, 2, 3, 4, 5, 6], [5, 6], [0, 2, 4, 5, 6]]


def test_the_top_holds_for_whoever_says_nothing() -> None:
    """The proxy there, with its password, which is not shown."""
    settings = load(FOLDER / "good" / "manners-and-ways.yaml", ENVIRONMENT)
    silent = replace(settings.providers["orders"], proxy=None)
    target = target_of("orders", replace(settings, providers={"orders": silent}))
    assert target.proxy == ENVIRONMENT["PROXY"]
    assert "env-secret" not in repr(target)


def test_a_store_is_only_asked_where_there_are_days_to_count() -> None:
    """Without any such budget a run sends no statement more."""
    clock = SetClock()
    plain = load(FOLDER / "good" / "smallest.yaml", ENVIRONMENT)
    budgeted = load(FOLDER / "good" / "manners-and-ways.yaml", ENVIRONMENT)
    assert not isinstance(ledger_of(plain, MemoryStore(), clock), KeptLedger)
    assert not isinstance(ledger_of(budgeted, None, clock), KeptLedger)
    assert isinstance(ledger_of(budgeted, MemoryStore(), clock), KeptLedger)


def test_a_day_is_one_of_utc_and_what_is_given_back_belongs_to_its_own() -> None:
    """A run that goes on over midnight returns what it took the day before."""
    clock, store = SetClock(datetime(2026, 5, 1, 23, 59, tzinfo=UTC)), MemoryStore()
    ledger = KeptLedger(store, clock)
    assert ledger.take("it", 10, 100) == 10
    clock.go_on(120)
    ledger.give_back("it", 4)
    assert (store.spent("it", date(2026, 5, 1)), store.spent("it", date(2026, 5, 2))) == (6, 0)
    assert (ledger.left("it", 100), ledger.take("it", 200, 100)) == (100, 100)


def test_a_store_in_trouble_leaves_the_budget_to_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted here then, and that is told."""
    clock = SetClock()
    monkeypatch.setattr(manners, "_OURS", DayLedger(clock))
    ledger = KeptLedger(cast("Store", _Lost()), clock)
    with capture_logs() as events:
        assert [ledger.take("it", 60, 100), ledger.take("it", 60, 100)] == [60, 40]
        ledger.give_back("it", 30)
        assert ledger.left("it", 100) == 30
    assert {event["event"] for event in events} == {"budget.not_kept"}
    assert events[0]["remedy"] == "Bring it back."


def test_a_ration_is_the_smaller_of_two_budgets() -> None:
    """What a run may spend, and what is left of the day."""
    clock, store = SetClock(), MemoryStore()
    ledger = KeptLedger(store, clock)
    ledger.take("it", 70, 100)

    def ration(**budgets: int) -> int | None:
        given = ration_of(Target("it", "http://it.example", **cast("Any", budgets)), ledger, store)
        return given.requests if given is not None else None

    assert ration() is None
    assert ration(budget=40) == 40
    assert ration(budget=40, daily_budget=100) == 30
    assert ration(daily_budget=50) == 0
