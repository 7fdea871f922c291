"""The service that gives one known answer."""

import socket
import threading
from urllib.parse import urlsplit

import pytest

from driftwatch.transport import canary
from driftwatch.transport.canary import loopback_answer
from driftwatch.transport.clock import SystemClock
from tests.transport.making import make_probe, make_target, observe


def test_it_gives_its_answer_to_every_request() -> None:
    """Status, headers and body are those it was given, whatever the path."""
    with loopback_answer(418, (("Content-Type", "application/json"),), b'{"a": 1}') as url:
        samples = [observe(make_target(url), make_probe(path)) for path in ("/", "/users/1?x=y")]
    assert [(sample.status, sample.body) for sample in samples] == [(418, b'{"a": 1}')] * 2
    assert samples[0].header("content-type") == "application/json"


def test_an_unnamed_status_is_fine() -> None:
    """A status without a registered phrase is still a status."""
    with loopback_answer(299, (), b"") as url:
        assert observe(make_target(url)).status == 299


def test_it_leaves_nothing_behind() -> None:
    """Afterwards there is no thread, and nobody listens."""
    before = set(threading.enumerate())
    with loopback_answer(200, (), b"") as url:
        assert set(threading.enumerate()) != before
    assert set(threading.enumerate()) == before
    address = urlsplit(url)
    with socket.socket() as caller:
        assert caller.connect_ex((address.hostname, address.port)) != 0


def test_a_silent_caller_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping is a matter of milliseconds even while somebody is connected and says nothing."""
    clock, listening = SystemClock(), threading.Event()
    answer_one = canary._Server._answer_one

    def announce(server: canary._Server, caller: socket.socket) -> None:
        listening.set()
        answer_one(server, caller)

    monkeypatch.setattr(canary._Server, "_answer_one", announce)
    with loopback_answer(200, (), b"") as url:
        address = urlsplit(url)
        silent = socket.create_connection((address.hostname or "", address.port or 0))
        assert listening.wait(5)
        start = clock.elapsed()
    with silent:
        assert clock.elapsed() - start < 1


def test_an_endless_question_is_not_listened_to() -> None:
    """A head beyond all measure ends the connection, not the service."""
    with loopback_answer(200, (), b"ok") as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as caller:
            caller.sendall(b"x" * 70_000)
            assert _rest(caller) == b""
        assert observe(make_target(url)).body == b"ok"


def _rest(caller: socket.socket) -> bytes:
    try:
        return caller.recv(100)
    except ConnectionResetError:
        return b""
