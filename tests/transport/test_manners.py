"""Manners as a service sees them: what counts is when requests arrive, by the clock of whoever is asked."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from driftwatch.model.probe import Evidence, Unreachable, Way
from driftwatch.model.quiet import QuietHours, QuietSpan
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.host import Commons
from driftwatch.transport.ledger import DayLedger
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.target import Target
from tests.servers import Answer, Caller, Received, Server, misbehave, serve
from tests.transport.making import FakeClock, make_probe, make_target, reasons, send
from tests.transport.test_pace import most_in

CLOCK = SystemClock()


@dataclass
class Watched:
    """A service that notes when each request was read from its socket, and how many it was busy with."""

    server: Server
    arrivals: list[float] = field(default_factory=list)
    most_at_once: int = 0
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def watched(*, seconds: float = 0.0, closes: bool = False, cut_every: int = 0) -> Iterator[Watched]:
    """Answers everything after so many seconds; ``closes``: each request needs a connection of its own.

    ``cut_every``: each time so many requests came, the connection of the last is closed in place of an answer.
    """

    def converse(caller: Caller) -> None:
        while caller.read_request() is not None:
            now = CLOCK.elapsed()
            with seen.lock:
                seen.arrivals.append(now)
                seen.busy += 1
                seen.most_at_once = max(seen.most_at_once, seen.busy)
            caller.pause(seconds)
            with seen.lock:
                seen.busy -= 1
                is_cut = bool(cut_every) and len(seen.arrivals) % cut_every == 0
            if is_cut:
                return
            caller.say(Answer(headers=(("Connection", "close"),) if closes else ()).spell())
            if closes:
                return

    with misbehave(converse) as server:
        seen = Watched(server)
        yield seen


def all_answered(prober: HttpProber, names: list[str], number: int) -> None:
    """So many probes for each of these, all of which are answered."""
    probes = [make_probe(f"/{n}", provider=name) for n in range(number) for name in names]
    outcomes = list(prober.send(probes))
    assert all(isinstance(outcome, Evidence) and outcome.samples[0].status == 200 for outcome in outcomes)


@pytest.mark.parametrize("jitter", [0.0, 0.5])
@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize(("seconds", "concurrency"), [(0.0, 1), (0.02, 8), (0.15, 12)])
def test_the_service_sees_no_more_than_the_rate(seconds: float, concurrency: int, closes: bool, jitter: float) -> None:
    """In no second, however many connections there are, whether they are kept or not, with jitter or without."""
    with watched(seconds=seconds, closes=closes) as seen:
        target = make_target(seen.server.url, rate=40, concurrency=concurrency, jitter=jitter)
        all_answered(HttpProber({"users": target}, CLOCK, run_id="r", workers=16), ["users"], 55)
    assert len(seen.arrivals) == 55
    assert most_in(seen.arrivals, 1) <= 40
    assert seen.most_at_once <= concurrency


def test_a_request_that_is_sent_again_is_a_request() -> None:
    """A kept connection that turns out to be closed costs a second request, which waits for its turn as any other."""
    with watched(cut_every=3) as seen:
        target = make_target(seen.server.url, rate=30, concurrency=4)
        prober = HttpProber({"users": target}, CLOCK, run_id="r")
        outcomes = list(prober.send([make_probe(f"/{n}") for n in range(40)]))
    assert len(outcomes) == 40
    assert len(seen.arrivals) > prober.requests_sent == 40
    assert most_in(seen.arrivals, 1) <= 30


def test_two_at_the_same_moment_are_two() -> None:
    """A pair that is sent together, as a probe of idempotency, waits until both may be sent."""
    with watched() as seen:
        target = make_target(seen.server.url, rate=10, concurrency=2)
        probes = [replace(make_probe(f"/{n}", samples=2), way=Way.TOGETHER) for n in range(8)]
        outcomes = list(HttpProber({"users": target}, CLOCK, run_id="r").send(probes))
    assert [len(outcome.samples) for outcome in outcomes if isinstance(outcome, Evidence)] == [2] * 8
    assert len(seen.arrivals) == 16
    assert most_in(seen.arrivals, 1) <= 10


def test_providers_and_audits_at_one_host_share_its_rate() -> None:
    """Two providers behind one gateway, in two audits that run at the same time, are one caller to it."""
    with watched(seconds=0.01) as seen:
        commons = Commons()

        def audit() -> None:
            targets = {
                name: Target(name, f"{seen.server.url}/{name}", rate=rate, concurrency=3)
                for name, rate in (("a", 30.0), ("b", 40.0))
            }
            all_answered(HttpProber(targets, CLOCK, run_id="r", commons=commons), ["a", "b"], 12)

        audits = [threading.Thread(target=audit) for _ in range(3)]
        for one in audits:
            one.start()
        for one in audits:
            one.join()
    assert len(seen.arrivals) == 72
    assert most_in(seen.arrivals, 1) <= 30
    assert seen.most_at_once <= 3


def test_all_hosts_together_see_no_more_than_the_total_rate() -> None:
    """Each host may be asked as fast as it bears, and all of them only as fast as the total allows."""
    with ExitStack() as stack:
        seen = {name: stack.enter_context(watched()) for name in "abc"}
        targets = {name: Target(name, one.server.url, rate=1000, concurrency=4) for name, one in seen.items()}
        all_answered(HttpProber(targets, CLOCK, run_id="r", total_rate=30), list("abc"), 15)
        arrivals = sorted(time for one in seen.values() for time in one.arrivals)
    assert len(arrivals) == 45
    assert most_in(arrivals, 1) <= 30


def test_a_pause_that_a_service_asks_for_is_kept() -> None:
    """After a 429 with Retry-After nothing arrives for that long, from either provider at that host."""
    arrivals: list[tuple[float, int]] = []

    def refuse_once(_: Received) -> Answer:
        status = 200 if arrivals else 429
        arrivals.append((CLOCK.elapsed(), status))
        return Answer(status, (("Retry-After", "1"),) if status == 429 else ())

    with serve(refuse_once) as server:
        targets = {name: Target(name, server.url, rate=None, concurrency=1) for name in "ab"}
        probes = [make_probe(f"/{n}", provider=name) for n in range(3) for name in "ab"]
        assert len(list(HttpProber(targets, CLOCK, run_id="r").send(probes))) == 6
    refused, *served = [time for time, _ in arrivals]
    assert len(served) == 5
    assert min(served) - refused >= 1


def test_a_dead_service_gets_four_probes_and_no_more() -> None:
    """Three that fail open the circuit, one tries again, and the rest are told why they were not sent."""
    with serve(Answer(503)) as server:
        outcomes = send(make_target(server.url, concurrency=1), [make_probe(f"/{n}") for n in range(30)])
    assert len(server.received) == 4
    assert set(reasons(outcomes)) == {"circuit open after 3 consecutive failures (status 503)"}


def quota(limit: int, resets: int) -> Iterator[Answer]:
    """Answers of a service that counts down from its limit."""
    for left in range(limit - 1, -1, -1):
        told = (("RateLimit-Policy", f'"default";q={limit};w=60'), ("RateLimit", f'"default";r={left};t={resets}'))
        yield Answer(200, told)


def test_a_fifth_of_the_services_own_quota_is_left_to_others() -> None:
    """Nothing is sent once no more than that is left and patience does not reach to its renewal."""
    answers = quota(50, 3600)
    with serve(lambda _: next(answers)) as server:
        outcomes = send(make_target(server.url, concurrency=1), [make_probe(f"/{n}") for n in range(60)])
    assert len(server.received) == 40
    assert set(reasons(outcomes)) == {"the service's own quota is nearly spent: 10 of 50 left"}
    assert all(outcome.is_policy for outcome in outcomes if isinstance(outcome, Unreachable))


def test_a_quota_that_is_renewed_soon_is_waited_for() -> None:
    """Where it says when, and that is within the run's patience, the run goes on then."""
    answers = [*quota(5, 1), *quota(5, 1), *quota(5, 1)]
    given = iter([*answers[:4], *answers[5:9], *answers[10:]])
    arrivals: list[float] = []

    def answer(_: Received) -> Answer:
        arrivals.append(CLOCK.elapsed())
        return next(given)

    with serve(answer) as server:
        outcomes = send(make_target(server.url, concurrency=1), [make_probe(f"/{n}") for n in range(10)])
    assert (len(arrivals), reasons(outcomes)) == (10, [])
    assert arrivals[4] - arrivals[3] >= 1
    assert arrivals[8] - arrivals[7] >= 1


def test_all_of_a_quota_may_be_used_where_the_operator_says_so() -> None:
    """A reserve of nothing reads nothing."""
    answers = quota(20, 3600)
    with serve(lambda _: next(answers)) as server:
        send(make_target(server.url, concurrency=1, reserve=0), [make_probe(f"/{n}") for n in range(20)])
    assert len(server.received) == 20


# Quiet hours and days, by a clock that the test moves.

NIGHT = QuietHours((QuietSpan(22 * 60, 6 * 60),), UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> FakeClock:
    """A clock that shows that time of a day in May."""
    moment = datetime(2026, 5, 1, hour, minute, second, tzinfo=UTC)
    return FakeClock(start=moment)


def test_nothing_is_asked_in_quiet_hours() -> None:
    """Everything is held back by policy, with the hour at which it goes on."""
    with serve(Answer()) as server:
        target = make_target(server.url, quiet=NIGHT)
        outcomes = list(HttpProber({"users": target}, at(23), run_id="r").send([make_probe(), make_probe()]))
    assert server.callers == []
    assert reasons(outcomes) == ["quiet hours until 2026-05-02 06:00 (UTC): nothing is asked"] * 2
    assert all(outcome.is_policy for outcome in outcomes if isinstance(outcome, Unreachable))


def test_a_run_falls_silent_when_quiet_hours_begin() -> None:
    """What was asked until then counts; what waits for its pace is not asked any more."""
    clock = at(21, 59, 58)
    with serve(Answer()) as server:
        target = make_target(server.url, quiet=NIGHT, rate=1, concurrency=1)
        prober = HttpProber({"users": target}, clock, run_id="r", wait=clock.wait)
        outcomes = list(prober.send([make_probe(f"/{n}") for n in range(9)]))
    assert 1 <= len(server.received) <= 2
    assert len(server.received) + len(reasons(outcomes)) == 9


def test_out_of_quiet_hours_everything_is_asked() -> None:
    """At the very minute at which they end."""
    with serve(Answer()) as server:
        target = make_target(server.url, quiet=NIGHT)
        list(HttpProber({"users": target}, at(6), run_id="r").send([make_probe()]))
    assert len(server.received) == 1


def test_a_days_budget_is_spent_over_all_runs() -> None:
    """Runs share it, give back what they did not use, and are told when it begins anew; so it does at midnight."""
    clock = at(12)
    ledger = DayLedger(clock)
    with serve(Answer()) as server:

        def run(number: int) -> list[str]:
            prober = HttpProber({"users": make_target(server.url, daily_budget=10)}, clock, run_id="r", ledger=ledger)
            return reasons(list(prober.send([make_probe(f"/{n}", samples=2) for n in range(number)])))

        assert run(3) == []
        assert run(4) == ["the day's budget of 10 requests is spent; the next day begins at 00:00 UTC"] * 2
        assert run(1) == ["the day's budget of 10 requests is spent; the next day begins at 00:00 UTC"]
        assert len(server.received) == 10
        clock.time += timedelta(hours=12).total_seconds()
        assert run(5) == []
    assert len(server.received) == 20


def test_a_day_without_a_budget_asks_nothing() -> None:
    """As of a process whose part of it is nothing; it says so, and does not wait."""
    with serve(Answer()) as server:
        outcomes = send(make_target(server.url, daily_budget=0), [make_probe(), make_probe()])
    assert server.received == []
    assert set(reasons(outcomes)) == {"the day's budget of 0 requests is spent; the next day begins at 00:00 UTC"}


def test_what_a_run_leaves_of_a_days_budget_is_there_for_the_next() -> None:
    """A run that was left early spent what it sent, and several calls of one run draw anew."""
    clock = at(12)
    ledger = DayLedger(clock)
    with serve(Answer()) as server:
        prober = HttpProber({"users": make_target(server.url, daily_budget=10)}, clock, run_id="r", ledger=ledger)
        sending = prober.send([make_probe(f"/{n}") for n in range(9)])
        next(sending)
        sending.close()  # type: ignore[attr-defined]
        left = ledger.left("users", 10)
        assert left == 10 - prober.requests_sent > 0
        assert reasons(list(prober.send([make_probe(f"/{n}") for n in range(left)]))) == []
        assert reasons(list(prober.send([make_probe()]))) != []
