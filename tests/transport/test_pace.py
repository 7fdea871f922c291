"""The rate is never exceeded, and nearly used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.transport.pace import Pace


def starts(pace: Pace, delays: list[float]) -> list[float]:
    """When requests start that are always wanted, each waking so much too late."""
    now, started = 0.0, []
    for delay in delays:
        now = pace.due(now) + delay
        pace.reserve(now)
        started.append(now)
    return started


@given(
    rate=st.floats(0.5, 200),
    burst=st.integers(1, 10),
    delays=st.lists(st.sampled_from([0.0, 0.0, 0.0001, 0.02, 3.0]), min_size=1, max_size=300),
)
def test_no_window_of_a_second_holds_more_than_the_rate(rate: float, burst: int, delays: list[float]) -> None:
    """In any half-open second there start at most ``rate`` requests, and the burst beyond the first one."""
    started = starts(Pace(rate, burst), delays)
    for first in started:
        in_window = sum(first <= start < first + 1 - 1e-6 for start in started)
        assert in_window <= rate + burst


def test_the_rate_is_used() -> None:
    """Someone who wakes up a little late every time still gets 97 % of a usual rate."""
    started = starts(Pace(10), [0.0005] * 1000)
    assert 0.97 <= 999 / (started[-1] - started[0]) / 10 <= 1


def test_ten_a_second_are_ten() -> None:
    """With a burst of one, requests are evenly spread."""
    assert starts(Pace(10), [0.0] * 4) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_burst_comes_at_once_and_is_paid_back() -> None:
    """After a silence ``burst`` requests start together; the next keeps the rate."""
    assert starts(Pace(2, 3), [0.0] * 5) == pytest.approx([0, 0, 0, 0.5, 1.0])


def test_without_a_rate_nothing_waits() -> None:
    """Unlimited means now."""
    assert starts(Pace(None), [0.0] * 3) == [0, 0, 0]
