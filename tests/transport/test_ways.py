"""Samples that are sent together, or whose connection is lost on the way, against a real server."""

import threading

from msgspec.structs import replace

from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Way
from tests.servers import Answer, Caller, Received, Server, json_answer, misbehave, serve
from tests.transport.making import make_probe, make_target, send

KEY = (("Idempotency-Key", "key-1"),)


def samples_of(server: Server, probe: Probe, **settings: object) -> tuple[Observation, ...]:
    """What came of one probe."""
    (outcome,) = send(make_target(server.url), [probe], **settings)
    assert isinstance(outcome, Evidence)
    return outcome.samples


def an_order(way: Way, samples: int, spacing: float = 0.0) -> Probe:
    """A POST with a key."""
    return replace(
        make_probe("/orders", method="POST", headers=KEY, body=b"{}", samples=samples, spacing=spacing), way=way
    )


def test_two_are_in_flight_at_one_moment() -> None:
    """The server answers neither before it has both: one after the other would never be answered."""
    both = threading.Barrier(2)

    def respond(_: Received) -> Answer:
        both.wait(10)
        return json_answer("{}")

    with serve(respond) as server:
        samples = samples_of(server, an_order(Way.TOGETHER, 2))
    assert [sample.status for sample in samples] == [200, 200]
    assert len({request.connection for request in server.received}) == 2
    assert {sample.idempotency_key for sample in samples} == {"key-1"}


def test_further_samples_follow_one_by_one() -> None:
    """What is asked after the two is asked when they are done."""
    with serve(json_answer("{}")) as server:
        samples = samples_of(server, an_order(Way.TOGETHER, 3))
    assert len(samples) == len(server.received) == 3


def test_a_connection_is_cut_once_the_request_is_written() -> None:
    """The service gets the whole request, and nobody reads its answer; then it is asked again."""
    seen: list[Received] = []
    gone: list[bool] = []

    def script(caller: Caller) -> None:
        request = caller.read_request()
        assert request is not None
        seen.append(request)
        if caller.number == 0:  # whose thread may be the later one to read
            gone.append(caller.sock.recv(1) == b"")
        caller.say(json_answer("{}").spell())

    with misbehave(script) as server:
        first, second = samples_of(server, an_order(Way.CUT, 2))
    assert (first.status, first.failure, second.status) == (0, Failure.RESET, 200)
    assert "by the audit itself" in first.detail
    assert [request.body for request in seen] == [b"{}", b"{}"]
    assert [request.header("Idempotency-Key") for request in seen] == ["key-1", "key-1"]
    assert gone == [True]


def test_a_lost_partner_holds_up_nobody() -> None:
    """Where nobody listens, both fail at once."""
    with serve(json_answer("{}")) as server:
        url = server.url
    (outcome,) = send(make_target(url), [an_order(Way.TOGETHER, 2)])
    assert isinstance(outcome, Evidence)
    assert {sample.failure for sample in outcome.samples} == {Failure.CONNECT_REFUSED}


def test_the_key_is_known_by_the_header_that_carries_it() -> None:
    """A service may have a name of its own for it; without a key there is none."""
    with serve(json_answer("{}")) as server:
        own = replace(make_probe("/orders", headers=(("X-Once", "k"),)), key_header="x-once")
        assert [sample.idempotency_key for sample in samples_of(server, own)] == ["k"]
        assert [sample.idempotency_key for sample in samples_of(server, make_probe("/orders"))] == [""]


def test_what_it_may_come_packed_in() -> None:
    """All that can be unpacked, or what the probe says."""
    with serve(json_answer("{}")) as server:
        samples_of(server, replace(make_probe("/a"), accept_encoding="identity"))
        samples_of(server, make_probe("/a"))
    assert [request.header("Accept-Encoding") for request in server.received] == ["identity", "gzip, deflate"]
