"""The rate is never exceeded, as the service sees it, and nearly used."""

import heapq
from math import floor
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftwatch.transport.pace import LATE, Log, Pace, Slot


class Way(NamedTuple):
    """How one request fares after leave was given: each in seconds after the step before."""

    connecting: float = 0.0
    travelling: float = 0.0
    answering: float = 0.0


def arrivals(paces: list[Pace], ways: list[Way], late: float = 0.0) -> list[float]:
    """When requests reach a service that are always wanted, by whichever pace comes next; each wakes so much late."""
    now, arrived = 0.0, []
    ahead: list[tuple[float, int, Slot, str]] = []
    for number, way in enumerate(ways):
        pace = paces[number % len(paces)]
        while (due := pace.due(now)) > now:
            now = min(due, ahead[0][0]) if ahead else due
            while ahead and ahead[0][0] <= now:
                when, _, slot, what = heapq.heappop(ahead)
                setattr(slot, what, when)
        now += late
        slot = Slot(now)
        pace.reserve(slot)
        written = now + way.connecting
        arrived.append(written + way.travelling)
        heapq.heappush(ahead, (written, number, slot, "written"))
        heapq.heappush(ahead, (arrived[-1] + way.answering, number, slot, "arrived"))
    return arrived


def most_in(times: list[float], seconds: float) -> int:
    """The largest number in any half-open window of so many seconds."""
    return max(sum(first <= time < first + seconds - 1e-9 for time in times) for first in times)


WAYS = st.builds(
    Way,
    st.sampled_from([0.0, 0.0, 0.0, 0.03, 0.4]),
    st.sampled_from([0.0, 0.001, 0.02, LATE]),
    st.sampled_from([0.0, 0.01, 0.2, 5.0]),
)


@given(
    rate=st.floats(0.3, 120),
    burst=st.integers(1, 3),
    jitter=st.sampled_from([0.0, 0.3, 1.0]),
    ways=st.lists(WAYS, min_size=1, max_size=200),
    late=st.sampled_from([0.0, 0.003]),
)
def test_the_service_never_sees_more_than_the_rate(
    rate: float, burst: int, jitter: float, ways: list[Way], late: float
) -> None:
    """Whatever connections, wires and threads do to requests on their way, no second holds more than was promised."""
    seen = arrivals([Pace(rate, burst, jitter)], ways, late)
    if rate < 1:
        assert most_in(seen, 1 / rate) <= burst
    else:
        assert most_in(seen, 1) <= floor(rate) + burst - 1


@given(ways=st.lists(WAYS, min_size=1, max_size=150), rates=st.lists(st.integers(1, 40), min_size=2, max_size=3))
def test_paces_that_share_a_log_keep_the_rate_together(ways: list[Way], rates: list[int]) -> None:
    """Several audits that ask one host are no more than the most liberal of them alone."""
    log = Log()
    assert most_in(arrivals([Pace(rate, log=log) for rate in rates], ways), 1) <= max(rates)


def test_the_rate_is_used() -> None:
    """Someone who wakes up a little late every time, at a service that answers in 5 ms, gets 97 % of a usual rate."""
    seen = arrivals([Pace(10)], [Way(0, 0.001, 0.004)] * 1000, late=0.0005)
    assert 0.97 <= 999 / (seen[-1] - seen[0]) / 10 <= 1


@pytest.mark.parametrize(("answering", "share"), [(0.05, 0.95), (0.1, 0.9), (0.3, 0.76), (4, 0.5)])
def test_what_certainty_costs(answering: float, share: float) -> None:
    """Half of the rate at most, where a service answers slowly to however many are in flight."""
    seen = arrivals([Pace(10)], [Way(0, 0.001, answering)] * 300)
    assert share <= 299 / (seen[-1] - seen[0]) / 10 <= 1


def test_ten_a_second_are_ten() -> None:
    """With a burst of one, requests are evenly spread."""
    assert arrivals([Pace(10)], [Way()] * 4) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_burst_comes_at_once_and_is_paid_back() -> None:
    """After a silence ``burst`` requests start together; the next keeps the rate."""
    assert arrivals([Pace(2, 3)], [Way()] * 5) == pytest.approx([0, 0, 0, 0.5, 1.0])


def test_two_and_a_half_a_second_are_two() -> None:
    """No window holds half a request, so the promise is kept to the whole one below."""
    assert most_in(arrivals([Pace(2.5)], [Way()] * 20), 1) == 2


def test_jitter_spreads_and_never_hurries() -> None:
    """Each request comes later by its share of chance, none earlier."""
    chances = iter([0.0, 0.5, 1.0, 0.0])
    pace = Pace(10, jitter=0.5, chance=lambda: next(chances))
    assert arrivals([pace], [Way()] * 4) == pytest.approx([0, 0.1, 0.225, 0.375])


def test_without_a_rate_nothing_waits() -> None:
    """Unlimited means now, and nothing is remembered."""
    log = Log()
    assert arrivals([Pace(None, log=log)], [Way()] * 3) == [0, 0, 0]
    assert not log.slots
