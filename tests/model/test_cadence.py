"""Intervals are spread by name and survive leaps of the clock."""

from datetime import UTC, datetime, timedelta

from driftwatch.model.cadence import Cadence
from driftwatch.model.crontab import Crontab

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOURLY = Cadence(timedelta(hours=1))


def test_an_interval_is_kept_to_the_second() -> None:
    """From one run to the next, and whenever one asks in between."""
    first = HOURLY.next_after(NOW, "payments")
    assert first is not None
    assert NOW < first <= NOW + timedelta(hours=1)
    assert HOURLY.next_after(first, "payments") == first + timedelta(hours=1)
    assert HOURLY.next_after(first - timedelta(seconds=1), "payments") == first
    assert HOURLY.next_after(first + timedelta(minutes=59), "payments") == first + timedelta(hours=1)


def test_providers_of_one_interval_are_spread_over_it() -> None:
    """A hundred of them do not ask in the same minute."""
    minutes = {at.minute for n in range(100) if (at := HOURLY.next_after(NOW, f"provider-{n}"))}
    assert len(minutes) > 30


def test_a_leap_of_years_costs_nothing() -> None:
    """The next run is found at once, and is the very next."""
    far = datetime(2226, 1, 1, tzinfo=UTC)
    every = Cadence(timedelta(seconds=1))
    following = every.next_after(far, "payments")
    assert following is not None
    assert far < following <= far + timedelta(seconds=1)


def test_jitter_adds_to_the_longest_gap() -> None:
    """A run may be late by the jitter, and the one before it not at all."""
    late = timedelta(minutes=5)
    assert Cadence(timedelta(hours=1), jitter=late).longest_gap(NOW) == timedelta(minutes=65)
    assert Cadence(Crontab.parse("@daily"), jitter=late).longest_gap(NOW) == timedelta(days=1, minutes=5)
