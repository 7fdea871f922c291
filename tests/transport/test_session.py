"""One exchange, with services that are correct, odd or hostile."""

import gzip
import socket
import tracemalloc
import zlib

import pytest

from driftwatch import __version__
from driftwatch.model.probe import Failure, Observation
from driftwatch.transport.clock import SystemClock
from tests.servers import (
    Answer,
    Caller,
    Received,
    Script,
    closed_port,
    drips,
    gzip_bomb,
    hangs,
    hangs_in_body,
    json_answer,
    misbehave,
    never_ends,
    resets,
    resets_in_body,
    saying,
    serve,
)
from tests.transport.making import make_probe, make_target, observe, send

HEAD = b"HTTP/1.1 200 OK\r\n"


def test_an_answer_becomes_an_observation() -> None:
    """Status, headers in order with their repetitions, body, moment and duration are all there."""
    headers = (("X-B", "1"), ("x-a", "2"), ("X-B", "3"))
    with serve(json_answer('{"a": 1}', 201, headers)) as server:
        sample = observe(make_target(server.url))
    assert (sample.status, sample.body, sample.failure, sample.is_truncated) == (201, b'{"a": 1}', None, False)
    assert [pair for pair in sample.headers if pair[0].lower().startswith("x-")] == [
        ("X-B", "1"), ("X-B", "3"), ("x-a", "2"),
    ]  # fmt: skip
    assert sample.at is not None
    assert sample.at.tzinfo is not None
    assert sample.elapsed_ms is not None
    assert 0 < sample.elapsed_ms < 5000


def test_we_say_who_we_are() -> None:
    """The User-Agent names product, version and run, even where the mock was recorded from another client."""
    with serve(json_answer("{}")) as server:
        observe(make_target(server.url), make_probe(headers=(("User-Agent", "curl/8"), ("Accept-Encoding", "br"))))
    assert server.received[0].header("user-agent") == f"driftwatch/{__version__} (run run-1)"
    assert server.received[0].header("accept-encoding") == "gzip, deflate"


def test_the_operators_headers_win() -> None:
    """What the operator configured overrides the mock; the mock's other headers are sent, repeated ones joined."""
    probe = make_probe(headers=(("X-Tenant", "mock"), ("Accept", "a/b"), ("accept", "c/d")))
    with serve(json_answer("{}")) as server:
        observe(make_target(server.url, headers=(("x-tenant", "staging"),)), probe)
    assert server.received[0].header("x-tenant") == "staging"
    assert server.received[0].header("accept") == "a/b, c/d"


def test_method_and_body_are_sent() -> None:
    """A body travels as it is, with its length and the mock's media type."""
    probe = make_probe(method="POST", body=b'{"q": 1}', headers=(("Content-Type", "application/json"),))
    with serve(json_answer("{}")) as server:
        observe(make_target(server.url), probe)
    (received,) = server.received
    assert (received.method, received.body) == ("POST", b'{"q": 1}')
    assert (received.header("content-type"), received.header("content-length")) == ("application/json", "8")


def test_no_condition_is_added() -> None:
    """The second request of a resource is as unconditional as the first, even after an ETag."""
    with serve(json_answer("{}", headers=(("ETag", '"1"'), ("Last-Modified", "x")))) as server:
        send(make_target(server.url), [make_probe(samples=2)])
    assert all(not name.lower().startswith("if-") for received in server.received for name, _ in received.headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_observed_and_not_followed(status: int) -> None:
    """A redirect is an answer; where it leads is not asked."""
    with serve(Answer(status, (("Location", "/elsewhere"),), b"moved")) as server:
        sample = observe(make_target(server.url))
    assert (sample.status, sample.header("location"), sample.body) == (status, "/elsewhere", b"moved")
    assert len(server.received) == 1


def test_cookies_are_not_kept() -> None:
    """What a service sets in one answer is in no later request."""
    with serve(json_answer("{}", headers=(("Set-Cookie", "session=1; Path=/"),))) as server:
        send(make_target(server.url, concurrency=1), [make_probe(samples=3), make_probe("/other")])
    assert len(server.received) == 4
    assert {received.header("cookie") for received in server.received} == {None}


def test_a_connection_is_kept() -> None:
    """Samples of one target share a connection."""
    with serve(json_answer("{}")) as server:
        send(make_target(server.url, concurrency=1), [make_probe(samples=5)])
    assert {received.connection for received in server.received} == {0}


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_the_body_is_decoded(encoding: str, pack: object) -> None:
    """The observation holds the document, not its packing."""
    packed = pack(b'{"a": 1}') if callable(pack) else b""
    with serve(Answer(200, (("Content-Encoding", encoding),), packed)) as server:
        assert observe(make_target(server.url)).body == b'{"a": 1}'


def test_chunks_are_joined() -> None:
    """A chunked body is whole, and its connection goes on serving."""
    chunked = Answer(200, (("Transfer-Encoding", "chunked"),), b'4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n')
    with serve(chunked) as server:
        (outcome,) = send(make_target(server.url), [make_probe(samples=2)])
    assert [sample.body for sample in outcome.samples] == [b'{"a": 1}'] * 2  # type: ignore[union-attr]
    assert {received.connection for received in server.received} == {0}


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_body(method: str, status: int) -> None:
    """Where HTTP has no body, none is waited for."""

    def respond(_: Received) -> Answer:
        return Answer(status, (("Content-Length", "10"),) if method == "HEAD" else (), b"")

    with serve(respond) as server:
        sample = observe(make_target(server.url), make_probe(method=method))
    assert (sample.status, sample.body, sample.failure) == (status, b"", None)


TRANSPORT_FAILURES: list[tuple[str, Script, Failure, str]] = [
    ("hangs", hangs, Failure.TIMEOUT, "no byte for 0.1 s"),
    ("hangs in the body", hangs_in_body, Failure.TIMEOUT, "no byte for 0.1 s"),
    ("resets", resets, Failure.RESET, "reset during the exchange"),
    ("resets in the body", resets_in_body, Failure.RESET, "reset during the exchange"),
    ("closes at once", saying(b""), Failure.RESET, "closed before the answer began"),
    ("closes in the head", saying(b"HTTP/1.1 200 OK\r\nA: b\r\n"), Failure.RESET, "ended"),
    ("announces more", saying(HEAD + b"Content-Length: 9\r\n\r\nshort"), Failure.RESET, "ended before the announced"),
    ("ends in a chunk", saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"), Failure.RESET, "ended before"),
    ("lies in a chunk", saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxy\r\nab"), Failure.MALFORMED, "chunk"),
    ("is not HTTP", saying(b"SSH-2.0-OpenSSH_9.6\r\n"), Failure.MALFORMED, "does not begin as HTTP"),
    ("has no status", saying(b"HTTP/1.1 abc OK\r\n\r\n"), Failure.MALFORMED, "does not begin as HTTP"),
    ("has a huge header", saying(HEAD + b"A: " + b"x" * 70_000 + b"\r\n\r\n"), Failure.MALFORMED, "too long"),
    ("has many headers", saying(HEAD + b"A: b\r\n" * 200 + b"\r\n"), Failure.MALFORMED, "limits of HTTP"),
    ("sends garbled gzip", saying(HEAD + b"Content-Encoding: gzip\r\n\r\nno gzip"), Failure.MALFORMED, "decode"),
    ("sends brotli unasked", saying(HEAD + b"Content-Encoding: br\r\n\r\nab"), Failure.MALFORMED, "not asked for"),
    ("sends hints unasked", saying(b"HTTP/1.1 103 Hints\r\n\r\n" + HEAD + b"\r\n"), Failure.MALFORMED, "not asked for"),
    ("sends two lengths", saying(HEAD + b"Content-Length: 2, 3\r\n\r\nabc"), Failure.MALFORMED, "InvalidHeader"),
]


@pytest.mark.parametrize(
    ("script", "failure", "detail"),
    [case[1:] for case in TRANSPORT_FAILURES],
    ids=[case[0] for case in TRANSPORT_FAILURES],
)
def test_bad_manners_are_failures(script: Script, failure: Failure, detail: str) -> None:
    """Whatever the service does to the connection is told as one of few failures, in words of ours."""
    # only who waits in vain waits briefly: on a busy machine other answers may take longer than that
    patience = 0.1 if failure is Failure.TIMEOUT else 5.0
    with misbehave(script) as server:
        sample = observe(make_target(server.url, read_timeout=patience))
    assert (sample.failure, sample.status, sample.body) == (failure, 0, b"")
    assert detail in sample.detail
    assert str(server.port) not in sample.detail


def test_nobody_listens() -> None:
    """A closed port is told apart from other troubles with connecting."""
    sample = observe(make_target(f"http://127.0.0.1:{closed_port()}"))
    assert sample.failure is Failure.CONNECT_REFUSED


@pytest.mark.parametrize("host", ["staging.invalid", "x" * 64 + ".invalid"])
def test_a_name_that_does_not_resolve(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name nobody knows, or that could not even be one, is told apart from a service that is down."""

    def know_nobody(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, f"who is {host}?")

    monkeypatch.setattr(socket, "getaddrinfo", know_nobody)
    sample = observe(make_target(f"http://{host}"))
    assert sample.failure is Failure.UNKNOWN_HOST
    assert host not in sample.detail


@pytest.mark.parametrize(
    "script",
    [
        drips(b"", b"H"),
        drips(HEAD, b"A: b\r\n", interval=0.02),
        drips(HEAD + b"A: ", b"x"),
        drips(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status line", "headers", "one header", "body", "chunk size", "chunks", "interim answers"],
)
def test_a_dripping_service_is_cut_at_the_total_timeout(script: Script) -> None:
    """A byte now and then, wherever in the answer, buys no time beyond the total."""
    clock = SystemClock()
    with misbehave(script) as server:
        start = clock.elapsed()
        sample = observe(make_target(server.url, read_timeout=5, total_timeout=0.2))
        assert 0.2 <= clock.elapsed() - start < 2
    assert (sample.failure, sample.detail) == (Failure.TIMEOUT, "no end of the answer in 0.2 s")


def test_a_body_without_end_is_cut_at_the_limit() -> None:
    """What is longer than the limit is cut there and marked; the service is not listened to any longer."""
    with misbehave(never_ends) as server:
        sample = observe(make_target(server.url, body_limit=100_000))
    assert (len(sample.body), sample.is_truncated, sample.status) == (100_000, True, 200)


@pytest.mark.parametrize(("size", "is_truncated"), [(999, False), (1000, False), (1001, True)])
def test_the_limit_itself_is_allowed(size: int, is_truncated: bool) -> None:
    """Only what exceeds the limit is cut."""
    with serve(Answer(200, (), b"x" * size)) as server:
        sample = observe(make_target(server.url, body_limit=1000))
    assert (len(sample.body), sample.is_truncated) == (min(size, 1000), is_truncated)


def test_a_bomb_is_bounded_in_memory() -> None:
    """100 MB of zeros in 100 KB of gzip cost a small multiple of the limit."""
    limit = 1_000_000
    with serve(gzip_bomb(100_000_000)) as server:
        tracemalloc.start()
        try:
            sample = observe(make_target(server.url, body_limit=limit))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (len(sample.body), sample.is_truncated) == (limit, True)
    assert peak < 8 * limit


def test_surplus_bytes_are_not_taken_for_the_next_answer() -> None:
    """A service that sends more than it announces is believed as far as the announcement, on each connection anew."""

    def say_too_much(caller: Caller) -> None:
        while caller.read_request() is not None:
            caller.say(HEAD + b"Content-Length: 2\r\n\r\nok" + HEAD + b"Content-Length: 4\r\n\r\nfake")

    with misbehave(say_too_much) as server:
        (outcome,) = send(make_target(server.url, concurrency=1), [make_probe(samples=3)])
    assert [sample.body for sample in outcome.samples] == [b"ok"] * 3  # type: ignore[union-attr]


def closing_kept_connections(caller: Caller) -> None:
    """Answers once; the next request on that connection meets a reset."""
    if caller.read_request() is not None:
        caller.say(json_answer("{}").spell())
    if caller.read_request() is not None:
        caller.reset()


@pytest.mark.parametrize(("method", "failures"), [("GET", [None, None, None]), ("POST", [None, Failure.RESET, None])])
def test_a_kept_connection_that_was_closed_is_replaced(method: str, failures: list[Failure | None]) -> None:
    """A request that crosses the closing of an idle connection is sent again, unless that might do something twice."""
    with misbehave(closing_kept_connections) as server:
        (outcome,) = send(make_target(server.url, concurrency=1), [make_probe(method=method, samples=3)])
    samples: tuple[Observation, ...] = outcome.samples  # type: ignore[union-attr]
    assert [sample.failure for sample in samples] == failures


def test_a_new_connection_that_is_reset_is_a_failure() -> None:
    """Only a kept connection is replaced; a service that resets new ones is not asked twice for one sample."""
    with misbehave(resets) as server:
        send(make_target(server.url), [make_probe(samples=2)])
        assert len(server.callers) == 2
