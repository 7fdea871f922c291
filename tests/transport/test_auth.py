"""Credentials are shown to the service when asked for, and to nobody else, ever."""

import logging
import pickle
import traceback

import pytest
from structlog.testing import capture_logs

from driftwatch.model.probe import Evidence, Unreachable
from driftwatch.model.secret import Secret
from driftwatch.transport.auth import ApiKeyAuth, Auth, BasicAuth, BearerAuth, NoAuth, Place
from tests.servers import Answer, closed_port, json_answer, misbehave, saying, serve
from tests.transport.making import make_probe, make_target, observe, send

PASSWORD = "hunter2"
EVERY_AUTH = [
    BasicAuth(Secret("me"), Secret(PASSWORD)),
    BearerAuth(Secret(PASSWORD)),
    ApiKeyAuth("X-Api-Key", Secret(PASSWORD)),
    ApiKeyAuth("key", Secret(PASSWORD), Place.QUERY),
]


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        (EVERY_AUTH[0], "Authorization", "Basic bWU6aHVudGVyMg=="),
        (EVERY_AUTH[1], "Authorization", "Bearer hunter2"),
        (EVERY_AUTH[2], "X-Api-Key", "hunter2"),
    ],
)
def test_credentials_in_a_header(auth: Auth, name: str, value: str) -> None:
    """They are sent as their scheme says, and the observation says that they were."""
    with serve(json_answer("{}")) as server:
        sample = observe(make_target(server.url, auth=auth))
    assert server.received[0].header(name) == value
    assert sample.credentials_sent


@pytest.mark.parametrize(("path", "target"), [("/a", "/a?key=a%26b"), ("/a?x=1", "/a?x=1&key=a%26b")])
def test_credentials_in_the_query(path: str, target: str) -> None:
    """They are appended, encoded, to the query that is there."""
    with serve(json_answer("{}")) as server:
        sample = observe(make_target(server.url, auth=ApiKeyAuth("key", Secret("a&b"), Place.QUERY)), make_probe(path))
    assert server.received[0].target == target
    assert sample.credentials_sent


@pytest.mark.parametrize("auth", EVERY_AUTH)
def test_a_probe_without_credentials_gets_none(auth: Auth) -> None:
    """A mock that stands for an anonymous call is checked by an anonymous call."""
    with serve(json_answer("{}")) as server:
        sample = observe(make_target(server.url, auth=auth), make_probe(with_credentials=False))
    assert PASSWORD not in str(server.received[0])
    assert server.received[0].header("authorization") is None
    assert not sample.credentials_sent


def test_nobody_has_nothing_to_show() -> None:
    """Without credentials none are claimed to have been sent."""
    with serve(json_answer("{}")) as server:
        assert not observe(make_target(server.url, auth=NoAuth())).credentials_sent


def test_credentials_of_a_mock_are_never_sent() -> None:
    """Whatever token a mock was recorded with stays in the file."""
    stolen = (("Authorization", "Bearer x"), ("cookie", "x=1"), ("X-API-Key", "x"), ("Host", "x"), ("Accept", "a/b"))
    with serve(json_answer("{}")) as server:
        observe(make_target(server.url), make_probe(headers=stolen))
    (received,) = server.received
    assert [received.header(name) for name in ("authorization", "cookie", "x-api-key")] == [None, None, None]
    assert received.header("host") == f"127.0.0.1:{server.port}"
    assert received.header("accept") == "a/b"


@pytest.mark.parametrize("auth", EVERY_AUTH)
@pytest.mark.parametrize("case", ["fine", "refused", "garbage", "head"])
def test_credentials_are_in_no_log_and_no_object(auth: Auth, case: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing that is logged, raised or returned holds the value, also when the exchange goes wrong."""
    caplog.set_level(logging.DEBUG)
    script = {"garbage": saying(b"hello\r\n\r\n"), "head": saying(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")}
    with capture_logs() as events, misbehave(script.get(case, saying(Answer(200).spell()))) as server:
        url = f"http://127.0.0.1:{closed_port()}" if case == "refused" else server.url
        target = make_target(url, auth=auth)
        outcomes = send(target, [make_probe("/users/1")])
    assert events
    for shown in (events, outcomes, target, auth, caplog.text, caplog.records):
        assert PASSWORD not in f"{shown!r} {shown}"


def test_a_secret_with_a_line_break_is_refused_without_being_shown() -> None:
    """What cannot be a header's value is a reason for not sending, and requests' message would quote it."""
    with serve(json_answer("{}")) as server:
        target = make_target(server.url, auth=BearerAuth(Secret("hunter2\nX: y")))
        (outcome,) = send(target, [make_probe()])
    assert isinstance(outcome, Unreachable)
    assert outcome.reason == "a header of the request cannot be sent"
    assert server.received == []


def test_a_fault_in_the_credentials_is_not_quoted() -> None:
    """An exception from a credential source becomes a failure of that probe, by the exception's name alone."""

    class Broken(NoAuth, frozen=True):
        def headers(self) -> tuple[tuple[str, str], ...]:
            raise LookupError("hunter2")

    with serve(json_answer("{}")) as server:
        (outcome,) = send(make_target(server.url, auth=Broken()), [make_probe()])
    assert isinstance(outcome, Evidence)
    assert outcome.samples[0].detail == "LookupError"


def test_a_secret_is_neither_printed_nor_pickled() -> None:
    """Every object that holds one masks it; copying it out of the process fails."""
    for auth in EVERY_AUTH:
        assert PASSWORD not in f"{auth} {auth!r}"
        with pytest.raises(TypeError) as refusal:
            pickle.dumps(auth)
        assert PASSWORD not in "".join(traceback.format_exception(refusal.value))
