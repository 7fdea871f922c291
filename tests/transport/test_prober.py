"""The crew: order, threads, log, and a clean end however it ends."""

import threading
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from driftwatch.model.probe import Evidence, Failure, Observation, Unreachable
from driftwatch.ports import Prober
from driftwatch.transport.clock import SystemClock
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.schedule import Schedule
from driftwatch.transport.session import Session
from driftwatch.transport.target import Target
from tests.servers import Answer, Received, closed_port, hangs, json_answer, misbehave, serve
from tests.transport.making import FakeClock, make_probe, make_target, reasons, send


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def make_prober(url: str, *, workers: int = 8, **settings: object) -> HttpProber:
    """A prober of one target."""
    return HttpProber({"users": make_target(url, **settings)}, SystemClock(), run_id="run-1", workers=workers)


def test_it_is_a_prober() -> None:
    """It fulfils the port, by the type-checker's word and by doing it."""
    prober: Prober = HttpProber({}, SystemClock(), run_id="r")
    assert list(prober.send([])) == []
    assert reasons(list(prober.send([make_probe()]))) == ["no target for provider 'users'"]


def test_every_probe_gets_its_own_answer() -> None:
    """Many probes over many threads are not mixed up."""

    def echo(received: Received) -> Answer:
        return json_answer(received.target)

    with serve(echo) as server:
        prober = make_prober(server.url, concurrency=8)
        outcomes = list(prober.send([make_probe(f"/{n}", samples=2) for n in range(100)]))
    assert len(outcomes) == 100
    for outcome in outcomes:
        assert isinstance(outcome, Evidence)
        assert {sample.body for sample in outcome.samples} == {outcome.probe.request.path.encode()}
    assert prober.requests_sent == len(server.received) == 200


def test_a_connection_for_each_request_in_flight() -> None:
    """However many threads there are, a host sees no more connections than requests it allows at once."""
    with serve(json_answer("{}")) as server:
        send(make_target(server.url, concurrency=2), [make_probe() for _ in range(40)], workers=16)
        assert len(server.callers) <= 2


def test_concurrency_is_used_and_kept() -> None:
    """Three requests are in flight together, and never four."""
    gate = threading.Barrier(3, timeout=5)
    lock, now, most = threading.Lock(), 0, 0

    def respond(_: Received) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        gate.wait()
        with lock:
            now -= 1
        return json_answer("{}")

    with serve(respond) as server:
        send(make_target(server.url, concurrency=3), [make_probe() for _ in range(9)])
    assert most == 3


def test_pauses_are_waited_for_by_the_clock() -> None:
    """Spacing and pace are kept in the clock's time, which here passes at once."""
    clock = FakeClock()
    with serve(json_answer("{}")) as server:
        target = make_target(server.url, rate=2.0, total_timeout=1e6)
        prober = HttpProber({"users": target}, clock, run_id="r", workers=1, wait=clock.wait)
        (outcome,) = prober.send([make_probe(samples=3, spacing=60)])
    assert isinstance(outcome, Evidence)
    moments = [sample.at for sample in outcome.samples]
    assert [(moment - moments[0]).total_seconds() for moment in moments if moment and moments[0]] == [0, 0.5, 60.5]


def test_a_refused_request_is_a_gap_beside_the_others() -> None:
    """A probe whose target leads elsewhere is not sent; the next one is."""
    with serve(json_answer("{}")) as server:
        outcomes = send(make_target(server.url), [make_probe("//evil.example/"), make_probe("/fine")])
    assert reasons(outcomes) == ["the request target could be taken for a host"]
    assert [received.target for received in server.received] == ["/fine"]


def test_a_fault_costs_one_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception nobody foresaw becomes a failure of that sample, named by its class, and the run goes on."""
    observe = Session.observe
    faults = iter([KeyError("hunter2")])

    def fail_once(session: Session, question: object) -> Observation:
        for fault in faults:
            raise fault
        return observe(session, question)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "observe", fail_once)
    with serve(json_answer("{}")) as server:
        (outcome,) = send(make_target(server.url), [make_probe(samples=3)])
    assert isinstance(outcome, Evidence)
    assert [(s.failure, s.detail) for s in outcome.samples] == [(Failure.MALFORMED, "KeyError"), (None, ""), (None, "")]


def test_a_fault_of_the_machinery_reaches_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crew that breaks says so, and does not let its reader wait for ever."""

    def break_down(*_: object) -> None:
        raise ArithmeticError("broken")

    monkeypatch.setattr(Schedule, "report", break_down)
    with serve(json_answer("{}")) as server, pytest.raises(ArithmeticError):
        send(make_target(server.url), [make_probe()])


def close(outcomes: Iterator[object]) -> None:
    """As a reader does who has seen enough."""
    outcomes.close()  # type: ignore[attr-defined]


def interrupt(outcomes: Iterator[object]) -> None:
    """As Ctrl-C does in the middle of reading."""
    with pytest.raises(KeyboardInterrupt):
        outcomes.throw(KeyboardInterrupt)  # type: ignore[attr-defined]


@pytest.mark.parametrize("leave", [close, interrupt])
def test_leaving_early_ends_what_is_in_flight(leave: Callable[[Iterator[object]], None]) -> None:
    """Requests that hang are cut at once; no thread or socket stays, and the prober can send again."""

    def respond(received: Received) -> Answer:
        if received.path == "/hangs":
            asked.set()
            gate.wait()
        return json_answer("{}")

    asked, gate, clock = threading.Event(), threading.Event(), SystemClock()
    with serve(respond) as server:
        prober = make_prober(server.url, read_timeout=60.0, total_timeout=60.0, concurrency=2)
        outcomes = iter(prober.send([make_probe("/fine"), make_probe("/hangs"), make_probe("/hangs", spacing=9.0)]))
        assert isinstance(next(outcomes), Evidence)
        assert asked.wait(5)
        start = clock.elapsed()
        leave(outcomes)
        assert clock.elapsed() - start < 1
        gate.set()
        assert len(list(prober.send([make_probe("/again")]))) == 1


def test_leaving_ends_the_wait_for_a_spaced_sample() -> None:
    """Threads that wait for the time of the next sample are woken to go."""
    with serve({"/b": json_answer("{}")}) as server:
        outcomes = make_prober(server.url).send([make_probe("/a", samples=2, spacing=3600), make_probe("/b")])
        assert isinstance(next(iter(outcomes)), Evidence)
        close(iter(outcomes))


def test_a_handshake_that_hangs_is_cut_too() -> None:
    """Also a connection that is not yet encrypted ends at once."""
    clock = SystemClock()
    with misbehave(lambda caller: caller.hold()) as silent, serve(json_answer("{}")) as server:
        targets = {
            "silent": Target("silent", silent.url.replace("http:", "https:"), connect_timeout=60),
            "users": make_target(server.url),
        }
        prober = HttpProber(targets, SystemClock(), run_id="r")
        outcomes = prober.send([make_probe(provider="silent"), make_probe()])
        assert isinstance(next(iter(outcomes)), Evidence)
        start = clock.elapsed()
        close(iter(outcomes))
        assert clock.elapsed() - start < 0.9


def test_a_slow_reader_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is room for one answer only, the crew waits for the reader each time, and goes on."""
    monkeypatch.setattr("driftwatch.transport.schedule.ROOM", 1)
    with serve(json_answer("{}")) as server:
        outcomes = make_prober(server.url, concurrency=1).send([make_probe(f"/{n}") for n in range(10)])
        for number, _ in enumerate(outcomes, 1):
            assert len(server.received) <= number + 1
    assert len(server.received) == 10


def test_one_send_at_a_time() -> None:
    """Two at once would share budgets and pace behind each other's back."""
    with serve(json_answer("{}")) as server:
        prober = make_prober(server.url)
        first = prober.send([make_probe("/a"), make_probe("/b")])
        next(iter(first))
        with pytest.raises(RuntimeError, match="already sending"):
            next(iter(prober.send([make_probe()])))
        close(iter(first))


def test_requests_are_logged_as_events() -> None:
    """One event for each request, with stable names and fields and without path, query, header or body."""
    with capture_logs() as events, serve(json_answer('{"secret": "hunter2"}')) as server:
        send(make_target(server.url), [make_probe("/users/hunter2?token=hunter2", headers=(("X-A", "hunter2"),))])
    (event,) = events
    assert event.pop("seconds") >= 0
    assert event == {
        "event": "probe.sent", "log_level": "debug", "run_id": "run-1", "provider": "users", "stage": "staging",
        "method": "GET",
        "path_template": "/users/{id}", "status": 200,
    }  # fmt: skip


def test_failures_are_logged_as_warnings() -> None:
    """A request without answer is told with its failure; so is the opening of the circuit."""
    with capture_logs() as events:
        send(make_target(f"http://127.0.0.1:{closed_port()}", concurrency=1), [make_probe(f"/{n}") for n in range(3)])
    failed = {
        "event": "probe.failed", "log_level": "warning", "run_id": "run-1", "provider": "users", "stage": "staging",
        "method": "GET",
        "path_template": "/users/{id}", "failure": "connect-refused", "detail": "nobody listens at the port",
    }  # fmt: skip
    opened = {
        "event": "host.circuit_opened", "log_level": "warning", "run_id": "run-1", "provider": "users",
        "failure": "connect-refused", "circuit": "open",
    }  # fmt: skip
    assert events == [failed, failed, failed, opened]


def test_pauses_are_logged() -> None:
    """A service that asks for a pause is named, with its status and how long."""
    with capture_logs() as events, serve(Answer(429, (("Retry-After", "120"),))) as server:
        (_, unreachable) = send(make_target(server.url, concurrency=1), [make_probe("/a"), make_probe("/b")])
    assert isinstance(unreachable, Unreachable)
    paused = {"run_id": "run-1", "provider": "users", "status": 429, "seconds": 120.0, "log_level": "warning"}
    assert {"event": "host.paused", **paused} in events


def test_a_hanging_service_holds_up_no_other() -> None:
    """While one provider is silent, another is audited."""
    with misbehave(hangs) as silent, serve(json_answer("{}")) as server:
        targets = {
            "silent": Target("silent", silent.url, read_timeout=0.3, rate=None),
            "users": make_target(server.url),
        }
        prober = HttpProber(targets, SystemClock(), run_id="r")
        outcomes = list(prober.send([make_probe(provider="silent"), *(make_probe() for _ in range(20))]))
    assert outcomes[-1].probe.provider == "silent"
    assert len(outcomes) == 21
